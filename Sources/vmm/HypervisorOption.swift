import ArgumentParser
import PCIConfig
import Spelling
import VirtualMachine

/// The value of `--hypervisor`.
struct HypervisorOption {
  let identity: BoardConfiguration.HypervisorIdentity
  private let name: String

  static let kvm = HypervisorOption(identity: .kvm, name: "kvm")

  /// All values: none, each signature of the table, and hypervisors behind Hyper-V's interface. Where
  /// a hypervisor has a second signature, that has its name with a number.
  private static let all: [HypervisorOption] = {
    var all = [HypervisorOption(identity: .none, name: "none")]
    for (signature, hypervisor) in HypervisorSignature.table {
      let name = "\(hypervisor.name)"
      let count = all.count { $0.name == name || $0.name.hasPrefix(name + "-") }
      all.append(
        name == kvm.name && count == 0
          ? kvm
          : HypervisorOption(
            identity: .signature(signature), name: count == 0 ? name : "\(name)-\(count + 1)"))
    }
    all.append(HypervisorOption(identity: .kvmBehindHyperV, name: "kvm-behind-hyper-v"))
    for (signature, hypervisor) in HypervisorSignature.table where hypervisor == .xen {
      all.append(
        HypervisorOption(identity: .behindHyperV(signature), name: "xen-behind-hyper-v"))
    }
    return all
  }()

  /// The names of all values.
  static var names: [String] { all.map(\.name) }

  private init(identity: BoardConfiguration.HypervisorIdentity, name: String) {
    self.identity = identity
    self.name = name
  }

  /// Finds a value.
  ///
  /// - Parameter name: One of ``names``.
  /// - Throws: A `ValidationError` with the names that are near, else all names.
  init(named name: String) throws {
    guard let option = Self.all.first(where: { $0.name == name }) else {
      throw ValidationError(Spelling.hint(for: name, among: Self.names))
    }
    self = option
  }
}
