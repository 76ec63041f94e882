import Glibc
import KVM
import TestSupport
import Testing

@Suite("The system and its errors")
struct SystemTests {
  @Test("A missing device is an error of open with the path and the reason")
  func missing() {
    let error = #expect(throws: KVMError.self) { _ = try System(path: "/dev/no-such-kvm") }
    #expect(error == KVMError(call: "open", argument: "/dev/no-such-kvm", errno: ENOENT))
    #expect(error?.description == "open(/dev/no-such-kvm): No such file or directory")
  }

  @Test("A device that is not KVM is an error of the first request")
  func notKVM() {
    #expect(
      throws: KVMError(call: "KVM_GET_API_VERSION", argument: "/dev/null", errno: ENOTTY)
    ) { _ = try System(path: "/dev/null") }
  }

  @Test("Capabilities are counted", .needsKVM)
  func capabilities() throws {
    let system = try System()
    #expect(try system.check(.immediateExit) == 1)
    #expect(try system.check(.readOnlyMemory) == 1)
    #expect(try system.check(.memorySlots) >= 32)
    #expect(try system.check(Extension(rawValue: 0x7FFF_FFFF)) == 0)
  }

  @Test("CPUID tables come back from KVM and are what the guest reads", .needsKVM)
  func cpuid() throws {
    // mov eax, 0x40000000; cpuid; hlt
    var guest = try TinyGuest([0x66, 0xB8, 0x00, 0x00, 0x00, 0x40, 0x0F, 0xA2, 0xF4])
    var table = try System().supportedCPUID()
    #expect(table.contains { $0.leaf == 1 && $0.subleaf == nil })
    #expect(table.contains { $0.leaf == 4 && $0.subleaf == 0 } || table.contains { $0.leaf == 7 })
    table.removeAll { (0x4000_0000..<0x4001_0000).contains($0.leaf) }
    table.append(CPUIDEntry(leaf: 0x4000_0000, eax: 0x4000_0001, ebx: 1, ecx: 2, edx: 3))
    try guest.processor.setCPUID(table)
    #expect(try guest.processor.run() == .halt)
    let registers = try guest.processor.registers()
    #expect(
      [registers.rax, registers.rbx, registers.rcx, registers.rdx] == [0x4000_0001, 1, 2, 3])
  }

  @Test("Registers that are set are those that are read", .needsKVM)
  func registers() throws {
    let guest = try TinyGuest([0xF4])
    var registers = Registers()
    registers.rax = 0x1111_2222_3333_4444
    registers.r15 = .max
    registers.rip = 0x1234
    try guest.processor.setRegisters(registers)
    #expect(try guest.processor.registers() == registers)
    var special = try guest.processor.specialRegisters()
    special.ds.base = 0xABCD0
    special.ds.selector = 0xABCD
    special.idt.limit = 0x1FF
    try guest.processor.setSpecialRegisters(special)
    #expect(try guest.processor.specialRegisters() == special)
  }

  @Test("Without paging a linear address is the physical one", .needsKVM)
  func translation() throws {
    let guest = try TinyGuest([0xF4])
    #expect(try guest.processor.physicalAddress(ofLinear: 0x1234) == 0x1234)
  }

  @Test("A second processor with the same number is refused", .needsKVM)
  func duplicate() throws {
    let guest = try TinyGuest([0xF4])
    #expect(throws: KVMError(call: "KVM_CREATE_VCPU", argument: "id 0", errno: EEXIST)) {
      _ = try guest.machine.createVirtualCPU()
    }
  }

  @Test("The identity map cannot move once there is a processor", .needsKVM)
  func lateIdentityMap() throws {
    let guest = try TinyGuest([0xF4])
    #expect(
      throws: KVMError(
        call: "KVM_SET_IDENTITY_MAP_ADDR", argument: "0xfeffc000", errno: EINVAL)
    ) { try guest.machine.setIdentityMapAddress(0xFEFF_C000) }
  }
}
