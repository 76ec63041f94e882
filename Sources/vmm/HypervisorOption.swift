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
  /// - Throws: A `ValidationError` that tells the names that are near, or all.
  init(named name: String) throws {
    guard let option = Self.all.first(where: { $0.name == name }) else {
      let near = Spelling.near(name, among: Self.names)
      throw ValidationError(
        near.isEmpty
          ? "expected \(Self.names.joined(separator: ", "))"
          : "did you mean \(near.joined(separator: " or "))?")
    }
    self = option
  }
}
