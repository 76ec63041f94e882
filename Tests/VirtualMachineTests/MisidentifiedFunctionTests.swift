import KVM
import PCIConfig
import TestSupport
import Testing

@testable import VirtualMachine

/// The ports of the machine's buses.
private struct RigPorts: PortIO {
  let rig: PCIRig

  func read(port: UInt16, width: AccessWidth) -> UInt32 {
    UInt32(truncatingIfNeeded: rig.in(UInt64(port), size: width.byteCount))
  }

  func write(port: UInt16, width: AccessWidth, value: UInt32) {
    rig.out(UInt64(port), UInt64(value), size: width.byteCount)
  }
}

/// The memory of the machine's buses.
private struct RigMemory: PhysicalMemory {
  let rig: PCIRig

  func read(address: UInt64, width: AccessWidth) -> UInt32 {
    UInt32(truncatingIfNeeded: rig.readMemory(address, size: width.byteCount))
  }

  func write(address: UInt64, width: AccessWidth, value: UInt32) {
    rig.writeMemory(address, UInt64(value), size: width.byteCount)
  }
}

/// The memory of a machine as its guest sees it: a guest for each doubleword that is read.
private struct GuestView: PhysicalMemory {
  let ecam: BoardConfiguration.ECAM
  let misidentified: FunctionAddress

  func read(address: UInt64, width: AccessWidth) -> UInt32 {
    guard let value = try? doubleword(at: address & ~3) else { return 0xDEAD_BEEF }
    return value >> UInt32(8 * (address & 3)) & width.allOnes
  }

  func write(address: UInt64, width: AccessWidth, value: UInt32) {
    preconditionFailure("comparing writes nothing")
  }

  private func doubleword(at address: UInt64) throws -> UInt32? {
    var body: [UInt8] = [0xA1] + WindowFirmware.little(UInt32(address))  // mov eax, [address]
    body += [0x66, 0xBA, 0xF8, 0x03]  // mov dx, 0x3f8
    for _ in 0..<4 { body += [0xEE, 0xC1, 0xE8, 0x08] }  // out dx, al; shr eax, 8
    body += [0xE6, 0xF4]  // out 0xf4, al
    let configuration = BoardConfiguration(
      firmware: try WindowFirmware.image(body), memory: 2, ecam: ecam,
      misidentified: misidentified)
    let output = Recording()
    var board = try Board(configuration, on: System(), serialOutput: output)
    guard try board.run(limit: .hangLimit) == .debugExit(0) else { return nil }
    let bytes = output.pieces.joined()
    return bytes.count == 4 ? bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } : nil
  }
}

@Suite("A function that the window shows with a wrong identification")
struct MisidentifiedFunctionTests {
  private static let functions = [0x00, 0x08, 0x10, 0x11, 0x18, 0xF8].map {
    FunctionAddress(routingID: $0)
  }
  private static let wrong = functions[3]

  /// The mechanism that the policy `verified` chooses for each function.
  private func choices(
    comparing rig: PCIRig, with memory: some PhysicalMemory
  ) throws -> [AccessDecision.Mechanism] {
    let region = try ECAMRegion(base: PCIRig.window, buses: 0...255)
    var facts = AccessFacts(
      hypervisor: .guest(of: .kvm), mechanism1Answers: true,
      regions: [VouchedRegion(region, .mcfg)])
    facts.compare(
      Self.functions, through: Mechanism1(RigPorts(rig: rig)), and: ECAM(region, memory))
    return Self.functions.map {
      AccessPolicy.verified.decide($0, .vendorID, on: facts).mechanism
    }
  }

  private func expected() throws -> [AccessDecision.Mechanism] {
    let region = try ECAMRegion(base: PCIRig.window, buses: 0...255)
    return Self.functions.map { $0 == Self.wrong ? .mechanism1 : .ecam(region) }
  }

  @Test("It alone is pinned to mechanism 1")
  func policy() throws {
    let rig = try PCIRig(.q35(misidentified: Self.wrong))
    rig.enableWindow()
    #expect(try choices(comparing: rig, with: RigMemory(rig: rig)) == expected())
  }

  @Test(
    "It alone is pinned to mechanism 1 by what a guest reads",
    .needsKVM, .hangLimit,
    arguments: [BoardConfiguration.ECAM.trapped, .readOnly])
  func policyOfGuest(ecam: BoardConfiguration.ECAM) throws {
    let view = GuestView(ecam: ecam, misidentified: Self.wrong)
    #expect(try choices(comparing: PCIRig(), with: view) == expected())
  }

  @Test("Its other registers are right, and writes reach it")
  func others() throws {
    let rig = try PCIRig(.q35(misidentified: Self.wrong))
    rig.enableWindow()
    let address = rig.address(PCIRig.sibling)
    #expect(rig.readMemory(address) == 0xC0F3_1234 ^ 0x0F0F_0F0F)
    #expect(rig.readMemory(address + 2, size: 2) == 0xC0F3 ^ 0x0F0F)
    #expect(rig.readMemory(address + 3, size: 1) == 0xC0 ^ 0x0F)
    rig.writeMemory(address + 0x3C, 0x5A, size: 1)
    for register: UInt32 in stride(from: 4, to: 256, by: 4) {
      #expect(
        rig.readMemory(address + UInt64(register)) == rig.read(PCIRig.sibling, register))
    }
    #expect(rig.read(PCIRig.sibling, 0x3C, size: 1) == 0x5A)
  }

  @Test("Where no function answers there is none to see")
  func absent() throws {
    let rig = try PCIRig(.q35(misidentified: FunctionAddress(routingID: 0x0100)))
    rig.enableWindow()
    #expect(rig.readMemory(rig.address(PCIRig.endpoint)) == 0xFFFF_FFFF)
    rig.numberBuses()
    #expect(rig.readMemory(rig.address(PCIRig.endpoint)) == 0xC0F1_1234 ^ 0x0F0F_0F0F)
  }
}
