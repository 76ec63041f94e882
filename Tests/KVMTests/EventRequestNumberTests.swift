import CLinux
import Testing

@Suite("Request numbers of events and interrupts")
struct EventRequestNumberTests {
  @Test("Are those of the x86-64 interface")
  func numbers() {
    #expect(CLINUX_KVM_CREATE_IRQCHIP == 0xAE60)
    #expect(CLINUX_KVM_IRQ_LINE == 0x4008_AE61)
    #expect(CLINUX_KVM_SET_GSI_ROUTING == 0x4008_AE6A)
    #expect(CLINUX_KVM_IRQFD == 0x4020_AE76)
    #expect(CLINUX_KVM_IOEVENTFD == 0x4040_AE79)
    #expect(CLINUX_KVM_GET_MP_STATE == 0x8004_AE98)
    #expect(CLINUX_KVM_SET_MP_STATE == 0x4004_AE99)
    #expect(CLINUX_KVM_ENABLE_CAP == 0x4068_AEA3)
    #expect(CLINUX_KVM_SIGNAL_MSI == 0x4020_AEA5)
    #expect(CLINUX_KVM_GET_STATS_FD == 0xAECE)
  }

  @Test("So are the flags")
  func flags() {
    #expect(CLINUX_KVM_IOEVENTFD_FLAG_DATAMATCH == 1)
    #expect(CLINUX_KVM_IOEVENTFD_FLAG_PIO == 2)
    #expect(CLINUX_KVM_IOEVENTFD_FLAG_DEASSIGN == 4)
    #expect(CLINUX_KVM_IRQFD_FLAG_DEASSIGN == 1)
    #expect(CLINUX_KVM_IRQFD_FLAG_RESAMPLE == 2)
  }
}
