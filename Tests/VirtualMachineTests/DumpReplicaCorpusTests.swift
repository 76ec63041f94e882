import Foundation
import PCIConfig
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "The functions of real machines' dumps",
  .needsCorpus)
struct DumpReplicaCorpusTests {
  @Test("Answer at their addresses with their registers in both mechanisms, and no others do")
  func registers() throws {
    let directory = try #require(TestMachine.corpus) + "/lspci-dumps"
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(!names.isEmpty)
    for name in names {
      let dump = try? ConfigurationDump(path: "\(directory)/\(name)")
      guard let dump else {
        // One dump has nothing in segment 0.
        #expect(name == "cap-ptm-2")
        continue
      }
      let functions = dump.functions.filter { $0.address.segment == 0 }
      let rig = try DumpRig(dump)
      #expect(
        Set(rig.rig.host.functions.keys) == Set(functions.map(\.address.routingID)), "\(name)")
      for function in functions {
        let bytes = function.image.bytes
        let zeros = [UInt8](repeating: 0, count: 4096)
        #expect(
          rig.bytes(of: function.address) == Array((bytes + zeros).prefix(256)),
          "\(name) \(function.address)")
        let page = rig.page(of: function.address)
        #expect(Array(page.prefix(bytes.count)) == bytes, "\(name) \(function.address)")
        let rest = Set(page.dropFirst(max(bytes.count, 256)))
        #expect(rest.isSubset(of: bytes.count > 256 || isExpress(function) ? [0] : [0xFF]))
      }
      for deviceAndFunction in UInt16(0)..<256
      where !functions.contains(where: {
        $0.address.routingID == deviceAndFunction
      }) {
        let address = FunctionAddress(routingID: deviceAndFunction)
        #expect(rig.read(address, 0) == 0xFFFF_FFFF)
      }
    }
  }

  private func isExpress(_ function: ConfigurationDump.Function) -> Bool {
    guard let header = try? Header(function.image) else { return false }
    return CapabilityList(function.image, header).capabilities
      .contains { $0.id == .express }
  }
}
