import LinuxHost
import PCIConfig
import Testing

struct CPUIDRecordTests {
  @Test func `the first processor counts, and every subleaf has its own registers`() {
    let record = CPUIDRecord(
      text: """
        CPU 0:
           0x00000001 0x00: eax=0x00000001 ebx=0x00000002 ecx=0x00000003 edx=0x00000004
           0x00000007 0x01: eax=0x00000020 ebx=0x00000000 ecx=0x00000000 edx=0x00000000
        CPU 1:
           0x00000001 0x00: eax=0x00000005 ebx=0x00000006 ecx=0x00000007 edx=0x00000008
        """)
    #expect(
      record.cpuid(leaf: 1, subleaf: 0) == CPUIDRegisters(eax: 1, ebx: 2, ecx: 3, edx: 4))
    #expect(record.cpuid(leaf: 7, subleaf: 1) == CPUIDRegisters(eax: 0x20))
    #expect(record.cpuid(leaf: 7, subleaf: 0) == CPUIDRegisters())
    #expect(!record.isEmpty)
  }

  @Test(
    arguments: [
      "", "CPU:", "0x1 0x0: eax=1 ebx=2 ecx=3 edx=4", "0x1 0x0: eax=0x1 ebx=0x2 ecx=0x3",
      "0x100000001 0x0: eax=0x1 ebx=0x2 ecx=0x3 edx=0x4",
      "0x1 0x0: ebx=0x1 eax=0x2 ecx=0x3 edx=0x4",
    ])
  func `lines of another form are passed over`(text: String) {
    #expect(CPUIDRecord(text: text).isEmpty)
  }
}
