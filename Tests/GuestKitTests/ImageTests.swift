import Foundation
import GuestKit
import GuestProtocol
import Testing

@Suite struct ImageTests {
  @Test func `Checks are the strings that name one of the suite`() throws {
    let names = [
      "conf1.b.two", "conf1.a.one", "conf1.a.one", "ecam.a.one", "conf1.a", "conf1.a.one.more",
      "xconf1.a.one", "conf1.a.One",
    ]
    var bytes = Array("conf1.un.terminated\u{1}".utf8)
    for name in names { bytes += Array(name.utf8) + [0] }
    bytes += Array("conf1.at.end".utf8)
    #expect(
      GuestImage(suite: "conf1", bytes: bytes).checks.map(\.text) == ["conf1.a.one", "conf1.b.two"])
  }

  @Test func `Parameters change the block and nothing else`() throws {
    let image = image()
    var parameters = Parameters()
    parameters.iterations = 7
    let bytes = try image.bytes(with: parameters)
    #expect(try ParameterBlock.parameters(in: bytes) == parameters)
    #expect(
      bytes.suffix(from: ParameterBlock.size) == image.bytes.suffix(from: ParameterBlock.size))
  }

  @Test func `A fault is laid to the project's own frames`() {
    let lines = SourceLines(
      text: Array(
        """
        200\t210\tother at guest/b.swift:9
        100\t104\tSwift runtime failure: arithmetic overflow at /<compiler-generated>:0\t\
        sum(_:_:) at guest/a b.swift:26\tclosure #1 in checks at guest/a b.swift:52
        104\t104\tempty at guest/b.swift:1
        not a line

        """.utf8))
    func report(_ address: UInt64, vector: UInt8 = 6) -> String {
      let fault = Fault(vector: vector, error: 0, instruction: address, address: 0x7000)
      return FaultReport(fault, lines: lines).description
    }
    #expect(
      report(0x103)
        == "exception #UD (arithmetic overflow) at guest/a b.swift:26 in sum(_:_:), from "
        + "guest/a b.swift:52 in closure #1 in checks")
    #expect(
      report(0x200, vector: 14) == "exception #PF at guest/b.swift:9 in other, accessed 0x7000")
    #expect(report(0x104) == "exception #UD at 0x104")
    #expect(report(0x210) == "exception #UD at 0x210")
    #expect(report(0xFF) == "exception #UD at 0xff")
  }
}

@Suite struct DataTests {
  @Test func `The folder beside the program is found, and the given one instead of it`() throws {
    let laboratory = try Laboratory()
    let share = "\(laboratory.path)/share/pcicfg"
    let program = "\(laboratory.path)/bin/guestctl"
    let bundle = "\(laboratory.path)/bin/pcicfg_GuestROMs.resources"
    func find(_ given: String? = nil) throws -> String {
      try DataDirectory.find(given: given, program: program).path
    }
    #expect(throws: DataDirectory.Failure.missing(searched: [share, bundle])) { try find() }
    try FileManager.default.createDirectory(atPath: bundle, withIntermediateDirectories: true)
    #expect(try find() == bundle)
    try FileManager.default.createDirectory(atPath: share, withIntermediateDirectories: true)
    #expect(try find() == share)
    #expect(try find(laboratory.path) == laboratory.path)
    let missing = "\(laboratory.path)/none"
    #expect(throws: DataDirectory.Failure.missing(searched: [missing])) { try find(missing) }
  }

  @Test func `Images are read flat or from roms, and an image without a check is refused`() throws {
    let laboratory = try Laboratory()
    let data = DataDirectory(path: laboratory.path)
    #expect(throws: DataDirectory.Failure.noImages(laboratory.path)) { try data.images() }
    func write(_ bytes: [UInt8], _ name: String) throws {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(laboratory.path)/\(name)"))
    }
    try write(image("one").bytes, "one.rom")
    try write(image("two").bytes, "two.rom")
    try write(Array("100\t104\tf at guest/a.swift:1\n".utf8), "two.lines")
    try write([], "two.elf")
    let images = try data.images()
    #expect(images.map(\.suite) == ["one", "two"])
    #expect(images.map { $0.lines.frames(at: 0x100).count } == [0, 1])
    try FileManager.default.createDirectory(
      atPath: "\(laboratory.path)/roms", withIntermediateDirectories: false)
    try write([1, 2, 3], "roms/three.rom")
    #expect(throws: DataDirectory.Failure.noChecks(image: "\(laboratory.path)/roms/three.rom")) {
      try data.images()
    }
  }

  @Test func `A hypervisor that lacks its command or KVM cannot run here, and why`() throws {
    let laboratory = try Laboratory()
    var hypervisor = try laboratory.hypervisor("exit 0")
    #expect(Availability(of: hypervisor) == .available(program: hypervisor.command[0]))
    hypervisor.needs = [.kvm]
    let device = "\(laboratory.path)/kvm"
    #expect(
      Availability(of: hypervisor, device: device)
        == .unavailable([
          .init(
            missing: "there is no \(device)",
            remedy: "load kvm_intel or kvm_amd; in a virtual machine, enable nested virtualisation",
            isKVM: true)
        ]))
    #expect(
      Availability(of: hypervisor, device: "/dev/null")
        == .unavailable([
          .init(missing: "/dev/null is not KVM's", remedy: "load kvm", isKVM: true)
        ]))
    hypervisor.needs = []
    hypervisor.command[0] = laboratory.path
    #expect(
      Availability(of: hypervisor)
        == .unavailable([
          .init(missing: "\(laboratory.path) is a folder", remedy: "name a program")
        ]))
    hypervisor = try laboratory.hypervisor("exit 0")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: hypervisor.command[0])
    #expect(
      Availability(of: hypervisor)
        == .unavailable([
          .init(
            missing: "\(hypervisor.command[0]) cannot be executed", remedy: "make it executable")
        ]))
    hypervisor.command[0] = "no-such-hypervisor"
    hypervisor.install = "buy one"
    #expect(
      Availability(of: hypervisor)
        == .unavailable([.init(missing: "there is no no-such-hypervisor", remedy: "buy one")]))
  }
}
