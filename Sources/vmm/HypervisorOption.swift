import ArgumentParser
import PCIConfig
import VirtualMachine

/// The value of `--hypervisor`.
struct HypervisorOption: ExpressibleByArgument {
  let identity: BoardConfiguration.HypervisorIdentity
  private let name: String

  static let kvm = HypervisorOption(identity: .kvm, name: "kvm")

  static var allValueStrings: [String] { ["none"] + Hypervisor.allCases.map { "\($0.name)" } }

  var defaultValueDescription: String { name }

  private init(identity: BoardConfiguration.HypervisorIdentity, name: String) {
    self.identity = identity
    self.name = name
  }

  init?(argument: String) {
    if argument == "none" {
      self.init(identity: .none, name: argument)
      return
    }
    guard let hypervisor = Hypervisor.allCases.first(where: { "\($0.name)" == argument }),
      let signature = HypervisorSignature.table.first(where: { $0.hypervisor == hypervisor })
    else { return nil }
    self.init(
      identity: hypervisor == .kvm ? .kvm : .signature(signature.signature), name: argument)
  }
}
