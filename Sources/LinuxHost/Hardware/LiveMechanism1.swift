import CLinux
import CX86
import Glibc
import PCIConfig

/// Configuration mechanism #1 through `ioperm(2)`, here only to find out whether it answers.
///
/// Linux looks in the same way when it starts (`pci_check_type1`): CONFIG_ADDRESS must read back
/// what was written to it. Two things differ, because the system is running. The byte write to
/// port 0xCFB is left out: it chose the mechanism on chipsets of 1993, and the kernel has chosen.
/// And the kernel's lock around its own pairs of accesses cannot be taken: an access of the kernel
/// may fall between ours, and ours between the kernel's. Therefore there are only five port
/// accesses in a row, the address written is that of the vendor and device ID, which ignore
/// writes, and the former address is put back.
package enum LiveMechanism1 {
  private enum Word {
    static let address = 0
    static let expected = 1
    static let stage = 2
    static let permissionErrno = 3
    static let latch = 4
    static let value = 5
  }

  /// Asks for the ports and reads the vendor and device ID of a function.
  ///
  /// - Parameters:
  ///   - function: A function of segment 0.
  ///   - expected: What another mode says, or `nil`; where the value differs, or CONFIG_ADDRESS does
  ///     not hold the address, it is asked again, at most three times in all, as an access of the
  ///     kernel may have come between.
  package static func ask(_ function: FunctionAddress, expected: UInt32?) -> [RawAnswer] {
    let question = RawRequest.mechanism1(function, .vendorID)
    do {
      guard let access = try? ConfigurationAccess(function, .vendorID, .doubleword),
        let mechanism1 = try? Mechanism1Access(access)
      else { return [question.failed(.errno(EINVAL))] }
      let page = try SharedPage()
      page[Word.address] = mechanism1.address
      page[Word.expected] = expected ?? 0
      let signal = try page.runInChild(read)
      switch (page[Word.stage], page[Word.permissionErrno]) {
      case (0, _): return [RawRequest.portPermission.failed(.signal(signal))]
      case (_, let number) where number != 0:
        return [RawRequest.portPermission.failed(.errno(Int32(number)))]
      default: break
      }
      let permitted = RawRequest.portPermission.answered(.known(0))
      guard signal == 0 else {
        return [permitted, RawRequest.configAddress.failed(.signal(signal))]
      }
      return [
        permitted, RawRequest.configAddress.answered(.known(page[Word.latch])),
        question.answered(.known(page[Word.value])),
      ]
    } catch {
      return [RawRequest.portPermission.answered(.failed(error))]
    }
  }

  private static let read: @convention(c) (UnsafeMutableRawPointer?) -> Void = { start in
    let page = SharedPage.Words(start)
    let address = page[Word.address]
    let refused = clinux_port_permission(0xCF8, 8, 1) != 0
    page[Word.permissionErrno] = refused ? UInt32(bitPattern: errno) : 0
    page[Word.stage] = 1
    guard !refused else { return }
    for _ in 0..<3 {
      let former = x86_in32(Mechanism1Access.addressPort)
      x86_out32(Mechanism1Access.addressPort, address)
      let latch = x86_in32(Mechanism1Access.addressPort)
      let value = x86_in32(Mechanism1Access.dataPort)
      x86_out32(Mechanism1Access.addressPort, former)
      page[Word.latch] = latch
      page[Word.value] = value
      let expected = page[Word.expected]
      if latch == address && (expected == 0 || value == expected) { break }
    }
    page[Word.stage] = 2
  }
}
