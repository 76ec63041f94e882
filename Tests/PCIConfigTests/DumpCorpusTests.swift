import Foundation
import PCIConfig
import TestSupport
import Testing

@Suite(.needsCorpus)
struct DumpCorpusTests {
  /// What lspci or the decoder says about a function, in lspci's words.
  private typealias Description = String

  @Test func `headers and lists are what lspci prints`() throws {
    let directory = try #require(TestMachine.corpus)
    let names = try FileManager.default.contentsOfDirectory(atPath: directory + "/lspci-dumps")
    #expect(!names.isEmpty)
    for name in names {
      let dump = try text(directory + "/lspci-dumps/" + name)
      let golden = try text(directory + "/lspci-golden/\(name).n-vvv.txt")
      let decoded = try ConfigurationDump(parsing: Array(dump.utf8)).functions
        .map { try describe($0.image) }
      #expect(!decoded.isEmpty, "\(name)")
      // lspci sorts by address.
      #expect(decoded.sorted() == descriptions(in: golden).sorted(), "\(name)")
    }
  }

  @Test func `every function of the recorded trees is what lspci calls it`() throws {
    let directory = try #require(TestMachine.corpus) + "/sysfs-trees"
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    #expect(!names.isEmpty)
    for name in names {
      let golden = try text("\(directory)/\(name)/golden.n-D.txt").split(separator: "\n")
      #expect(!golden.isEmpty)
      for line in golden {
        let words = line.split(separator: " ")
        let path = "\(directory)/\(name)/sys/bus/pci/devices/\(words[0])/config"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let header = try Header(ConfigurationImage([UInt8](bytes)))
        let revision = hexadecimal(header.revisionID, digits: 2)
        #expect(
          identification(header) + (header.revisionID == 0 ? "" : " (rev \(revision))")
            == words.dropFirst().prefix(header.revisionID == 0 ? 2 : 4).joined(separator: " "),
          "\(line)")
      }
    }
  }

  private func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  /// Class, vendor and device in lspci's words.
  private func identification(_ header: Header) -> String {
    let code = header.classCode
    return hexadecimal(code.base, digits: 2) + hexadecimal(code.sub, digits: 2) + ": "
      + hexadecimal(header.vendorID, digits: 4) + ":" + hexadecimal(header.deviceID, digits: 4)
  }

  private func describe(_ image: ConfigurationImage) throws -> Description {
    let header = try Header(image)
    var lines = [identification(header)]
    if let bridge = header.bridge {
      lines.append(
        "Bus: primary=\(hexadecimal(bridge.primaryBus, digits: 2)), "
          + "secondary=\(hexadecimal(bridge.secondaryBus, digits: 2)), "
          + "subordinate=\(hexadecimal(bridge.subordinateBus, digits: 2))")
      lines.append("I/O behind bridge: " + range(bridge.ports))
      lines.append("Memory behind bridge: " + range(bridge.memory))
      lines.append("Prefetchable memory behind bridge: " + range(bridge.prefetchable))
    }
    let list = CapabilityList(image, header)
    lines += list.capabilities.map { "[\(hexadecimal($0.register.offset, digits: 2))]" }
    // lspci looks for extended capabilities only behind a PCI Express capability.
    if list.capabilities.contains(where: { $0.id == .express }) {
      lines += ExtendedCapabilityList(image).capabilities.map {
        "[\(hexadecimal($0.register.offset, digits: 3)) v\($0.version)]"
      }
    }
    return lines.joined(separator: "\n")
  }

  private func range(_ window: BridgeWindow) -> String {
    let digits = Int(window.addressBits) / 4
    return hexadecimal(window.base, digits: digits) + "-"
      + hexadecimal(window.limit, digits: digits)
  }

  /// The same lines from lspci's output: what it says of a window behind the addresses is left out.
  private func descriptions(in golden: String) -> [Description] {
    var found: [[String]] = []
    for line in golden.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      if !line.hasPrefix("\t") {
        found.append([words.dropFirst().prefix(2).joined(separator: " ")])
        continue
      }
      guard let last = found.indices.last, !line.hasPrefix("\t\t") else { continue }
      if line.contains("behind bridge: "),
        let addresses = words.firstIndex(where: { $0.hasSuffix("bridge:") })
      {
        found[last].append(words.prefix(addresses + 2).joined(separator: " "))
      } else if line.hasPrefix("\tBus: ") {
        found[last].append(
          words.prefix(4).joined(separator: " ").trimmingCharacters(in: [","]))
      } else if line.hasPrefix("\tCapabilities: ["), let end = line.firstIndex(of: "]"),
        let start = line.firstIndex(of: "[")
      {
        found[last].append(String(line[start...end]))
      }
    }
    return found.map { $0.joined(separator: "\n") }
  }
}
