import CLinux
import Testing

@Suite("Request numbers")
struct RequestNumberTests {
  @Test("Are those of the x86-64 interface")
  func numbers() {
    #expect(CLINUX_KVM_GET_API_VERSION == 0xAE00)
    #expect(CLINUX_KVM_CREATE_VM == 0xAE01)
    #expect(CLINUX_KVM_CHECK_EXTENSION == 0xAE03)
    #expect(CLINUX_KVM_GET_VCPU_MMAP_SIZE == 0xAE04)
    #expect(CLINUX_KVM_GET_SUPPORTED_CPUID == 0xC008_AE05)
    #expect(CLINUX_KVM_CREATE_VCPU == 0xAE41)
    #expect(CLINUX_KVM_GET_DIRTY_LOG == 0x4010_AE42)
    #expect(CLINUX_KVM_SET_USER_MEMORY_REGION == 0x4020_AE46)
    #expect(CLINUX_KVM_SET_TSS_ADDR == 0xAE47)
    #expect(CLINUX_KVM_SET_IDENTITY_MAP_ADDR == 0x4008_AE48)
    #expect(CLINUX_KVM_REGISTER_COALESCED_MMIO == 0x4010_AE67)
    #expect(CLINUX_KVM_UNREGISTER_COALESCED_MMIO == 0x4010_AE68)
    #expect(CLINUX_KVM_RUN == 0xAE80)
    #expect(CLINUX_KVM_GET_REGS == 0x8090_AE81)
    #expect(CLINUX_KVM_SET_REGS == 0x4090_AE82)
    #expect(CLINUX_KVM_GET_SREGS == 0x8138_AE83)
    #expect(CLINUX_KVM_SET_SREGS == 0x4138_AE84)
    #expect(CLINUX_KVM_TRANSLATE == 0xC018_AE85)
    #expect(CLINUX_KVM_SET_CPUID2 == 0x4008_AE90)
    #expect(CLINUX_KVM_SET_GUEST_DEBUG == 0x4048_AE9B)
    #expect(CLINUX_KVM_ENABLE_CAP == 0x4068_AEA3)
  }
}
