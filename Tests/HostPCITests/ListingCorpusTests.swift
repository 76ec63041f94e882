import Foundation
import HostPCI
import HostReports
import LinuxHost
import PCIConfig
import TestSupport
import Testing

@Suite(.needsCorpus)
struct ListingCorpusTests {
  private func names(_ folder: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(
      atPath: try #require(TestMachine.corpus) + "/" + folder)
    #expect(!names.isEmpty)
    return names
  }

  private func text(_ path: String) throws -> String {
    String(
      decoding: try Data(
        contentsOf: URL(fileURLWithPath: try #require(TestMachine.corpus) + "/" + path)),
      as: UTF8.self)
  }

  private func listing(_ name: String) throws -> Listing {
    Listing(
      Inventory(
        of: try ConfigurationDump(file: try #require(TestMachine.corpus) + "/lspci-dumps/" + name))
    )
  }

  @Test func `every dump is listed, drawn and written for programs as lspci does`() throws {
    for name in try names("lspci-dumps") {
      var listing = try listing(name)
      #expect(listing.inventory.failures == [], "\(name)")
      #expect(listing.tree() == (try text("lspci-golden/\(name).tree.txt")), "\(name)")
      listing.alwaysShowsSegment = true
      #expect(listing.text == (try text("lspci-golden/\(name).n-D.txt")), "\(name)")
      #expect(listing.machineText == (try text("lspci-golden/\(name).mm.txt")), "\(name)")
    }
  }

  @Test func `every dump is written as it was read`() throws {
    for name in try names("lspci-dumps") {
      var listing = try listing(name)
      listing.byteLimit = 4096
      let again = try ConfigurationDump(parsing: Array(listing.text.utf8))
      #expect(
        again.functions.map(\.address) == listing.inventory.functions.map(\.address), "\(name)")
      #expect(again.functions.map(\.image) == listing.inventory.functions.map(\.image), "\(name)")
    }
  }

  /// What only lspci decodes stands between the lines, and raw bytes only here. Of what only lspci
  /// decodes the first line begins with the name; a vendor's own it tells apart for Intel.
  @Test func `verbose lines are lspci's, in its order`() throws {
    for name in try names("lspci-dumps") {
      var listing = try listing(name)
      listing.isVerbose = true
      var rest = try text("lspci-golden/\(name).n-vvv.txt").split(separator: "\n")[...]
      for line in listing.text.split(separator: "\n") where !isBytes(line) && line != unknownLength
      {
        let isHeading = line.hasPrefix("\tCapabilities: [")
        let vendor = " Vendor Specific Information: "
        let place = rest.firstIndex { wanted in
          wanted == line || isHeading && wanted.hasPrefix(line)
            || isHeading && line.contains(vendor) && wanted.contains(vendor)
            || line.hasSuffix(" <?>") && wanted.hasPrefix(line.dropLast(4))
        }
        guard let place else {
          Issue.record("\(name): \(line)")
          return
        }
        rest = rest[(place + 1)...]
      }
    }
  }

  private let unknownLength: Substring = "\t\tLength not known, at most:"

  /// Whether a line has the bytes of a capability.
  private func isBytes(_ line: Substring) -> Bool {
    guard line.hasPrefix("\t\t"), let colon = line.firstIndex(of: ":") else { return false }
    return UInt16(line[..<colon].dropFirst(2), radix: 16) != nil
  }

  @Test func `every recorded tree is listed and dumped as lspci does`() throws {
    for name in try names("sysfs-trees") {
      let host = try Host(recordedAt: try #require(TestMachine.corpus) + "/sysfs-trees/" + name)
      var listing = Listing(try Inventory(of: host, details: .registers))
      listing.alwaysShowsSegment = true
      #expect(listing.text == (try text("sysfs-trees/\(name)/golden.n-D.txt")), "\(name)")
      listing.byteLimit = 64
      let golden = try text("sysfs-trees/\(name)/golden.n-x.txt")
      #expect(
        listing.text.split(separator: "\n") == golden.split(separator: "\n"), "\(name)")
    }
  }
}
