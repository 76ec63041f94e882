import Glibc
import PCIConfig

/// Model-specific registers of processor 0 through `/dev/cpu/0/msr` (msr(4)).
package enum LiveMSR {
  /// Reads SEV_STATUS.
  static func askSEVStatus() -> RawAnswer {
    do {
      let file = try FileDescriptor(reading: "/dev/cpu/0/msr")
      let bytes = try file.read(at: Int(ConfidentialGuest.sevStatusRegister), count: 8)
      guard bytes.count == 8 else { return RawRequest.sevStatus.failed(.endOfFile) }
      let low = UInt32(bytes.littleEndian(at: 0, count: 4))
      return RawRequest.sevStatus.answered(.known(low))
    } catch {
      return RawRequest.sevStatus.answered(.failed(error))
    }
  }
}
