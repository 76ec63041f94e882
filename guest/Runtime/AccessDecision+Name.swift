import GuestProtocol
import PCIConfig

extension AccessDecision.Mechanism {
  /// The mechanism in one word.
  public var name: ReportedValue {
    switch self {
    case .mechanism1: .text("conf1")
    case .ecam, .hiddenECAM: .text("ecam")
    case .refused: .text("refused")
    }
  }
}
