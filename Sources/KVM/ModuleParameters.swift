import Glibc

/// How the kernel's module `kvm` was set up, where that decides what an access to memory costs
/// (`/sys/module/kvm/parameters`; admin-guide/kernel-parameters.rst, `kvm.`).
public struct ModuleParameters: Equatable, Sendable {
  /// Whether KVM remembers in its page tables that an address has no slot (`mmio_caching`), so that
  /// an access to it need not be looked up again; `nil` where the kernel does not tell.
  public var mmioCaching: Bool?
  /// Whether KVM uses the page tables of the TDP MMU (`tdp_mmu`); `nil` where the kernel does not
  /// tell.
  public var tdpMMU: Bool?

  /// Reads the parameters.
  ///
  /// - Parameter directory: Where the files are.
  public init(directory: String = "/sys/module/kvm/parameters") {
    mmioCaching = Self.flag("\(directory)/mmio_caching")
    tdpMMU = Self.flag("\(directory)/tdp_mmu")
  }

  private static func flag(_ path: String) -> Bool? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var byte: UInt8 = 0
    guard read(file, &byte, 1) == 1 else { return nil }
    switch byte {
    case UInt8(ascii: "Y"): return true
    case UInt8(ascii: "N"): return false
    default: return nil
    }
  }
}
