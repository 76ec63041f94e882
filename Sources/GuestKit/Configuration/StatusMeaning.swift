/// What an exit status of a hypervisor's process means, in the words of `hypervisors.yml`.
public enum StatusMeaning: String, CaseIterable, Codable, Sendable {
  /// The guest said that every selected check has reported.
  case finished
  /// The guest said that an exception ended it.
  case trapped
  /// The guest said that its runtime gave up.
  case panicked
  /// The processor shut down.
  case tripleFault = "triple-fault"
  /// The processor halted and nothing can wake it.
  case halted
  /// The hypervisor cannot go on with the guest.
  case internalError = "internal-error"
  /// The hypervisor's own time limit ended the guest.
  case timeLimit = "time-limit"
  /// The hypervisor did not start the guest.
  case refused
}
