/// How a guest tells which part of its run comes next: by what it writes to ``port``.
///
/// The bytes of a name, one at a time, and a line feed behind them begin the section of that name;
/// a line feed alone ends the present section. A name has at most ``maximumLength`` bytes; further
/// ones are passed over, as are all that are not printable ASCII or are blanks. A section may come
/// more than once.
///
/// Only a monitor that profiles listens. For all others the port means nothing: it is the one that
/// Linux may use for delays (`io_delay=0xed`).
public enum SectionMark {
  /// The port, written with 8 bits.
  public static let port: UInt16 = 0xED

  /// The longest name in bytes: that of a check.
  public static let maximumLength = CheckID.maximumLength
}
