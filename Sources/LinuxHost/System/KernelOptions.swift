/// What the kernel was built with.
public struct KernelOptions: Equatable, Sendable {
  /// An option that decides something, without `CONFIG_`.
  public enum Option: String, CaseIterable, Sendable {
    /// `/dev/mem`.
    case deviceMemory = "DEVMEM"
    /// `/dev/mem` without what the kernel or a driver has.
    case strictDeviceMemory = "STRICT_DEVMEM"
  }

  /// The options that are `y` or `m`, without `CONFIG_`.
  private let set: Set<Substring>

  /// Reads a configuration file of the kernel.
  public init(text: String) {
    set = Set(
      text.lines.compactMap { line in
        guard line.hasPrefix("CONFIG_"), line.hasSuffix("=y") || line.hasSuffix("=m") else {
          return nil
        }
        return line.dropFirst(7).dropLast(2)
      })
  }

  /// Whether an option is built in or a module.
  public func has(_ option: Option) -> Bool { set.contains(Substring(option.rawValue)) }
}
