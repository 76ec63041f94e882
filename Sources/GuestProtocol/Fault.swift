/// An exception that ended a run.
public struct Fault: Equatable, Hashable, Sendable {
  /// The vector, 0 to 31.
  public var vector: UInt8
  /// The error code, 0 where the vector has none.
  public var error: UInt64
  /// The address of the instruction.
  public var instruction: UInt64
  /// The address that was accessed, for a page fault; the last one for another vector (CR2).
  public var address: UInt64

  /// Creates a fault.
  public init(vector: UInt8, error: UInt64, instruction: UInt64, address: UInt64) {
    self.vector = vector
    self.error = error
    self.instruction = instruction
    self.address = address
  }

  /// The exception's mnemonic, such as `#PF` (Intel SDM volume 3A, table 6-1).
  public var mnemonic: String {
    switch vector {
    case 0: "#DE"
    case 1: "#DB"
    case 2: "NMI"
    case 3: "#BP"
    case 4: "#OF"
    case 5: "#BR"
    case 6: "#UD"
    case 7: "#NM"
    case 8: "#DF"
    case 10: "#TS"
    case 11: "#NP"
    case 12: "#SS"
    case 13: "#GP"
    case 14: "#PF"
    case 16: "#MF"
    case 17: "#AC"
    case 18: "#MC"
    case 19: "#XM"
    case 20: "#VE"
    case 21: "#CP"
    default: "vector \(vector)"
    }
  }
}
