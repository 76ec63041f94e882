/// What lspci might print of a small machine: two root buses, a bridge with a function behind it, a
/// device of two functions, a second segment, a function that it was not let read, and what is no
/// function of PCI.
enum SmallDump {
  static let text = """
    00:20.0 Unassigned class [ff00]: [1234:0009]
    00: 34 12 09 00 00 00 00 00 00 00 00 ff 00 00 00 00

    00:00.0 Host bridge: [1234:0001]
    00: 34 12 01 00 06 00 00 00 00 00 00 06 00 00 00 00

    00:01.0 PCI bridge: [1234:0002]
    00: 34 12 02 00 06 00 00 00 00 00 04 06 00 00 01 00
    10: 00 00 00 00 00 00 00 00 00 01 01 00 f1 01 00 00

    00:02.0 Unassigned class [ff00]: [1234:0003]
    00: 34 12 03 00 03 00 00 00 00 00 00 ff 00 00 80 00
    10: 00 00 b0 fe 01 c0 00 00 0c 00 00 d0 00 00 00 00
    20: 00 00 00 00 00 00 00 00 00 00 00 00 34 12 01 00
    30: 00 00 a0 fe 00 00 00 00 00 00 00 00 0b 01 00 00

    00:02.1 Unassigned class [ff00]: [1234:0004]
    00: 34 12 04 00 02 00 00 00 00 00 00 ff 00 00 80 00
    10: 00 00 b1 fe 00 00 00 00 00 00 00 00 00 00 00 00

    00:1f.0 ISA bridge: [1234:0005]
    \tKernel driver in use: lpc_ich

    01:00.0 Unassigned class [ff00]: [1234:0006]
    00: 34 12 06 00 00 00 10 00 00 00 00 ff 00 00 00 00
    10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    30: 00 00 00 00 40 00 00 00 00 00 00 00 00 00 00 00
    40: 10 00 02 00 00 80 00 00 00 00 00 00 11 00 00 00

    80:00.0 Unassigned class [ff00]: [1234:0007]
    00: 34 12 07 00 00 00 00 00 00 00 00 ff 00 00 00 00

    0001:00:00.0 Unassigned class [ff00]: [1234:0008]
    00: 34 12 08 00 00 00 00 00 00 00 00 ff 00 00 00 00

    """

  /// The functions that guests reach: bus, device and function, and what identifies them, by bytes.
  static let functions = [
    "00 00 34 12 01 00", "00 08 34 12 02 00", "00 10 34 12 03 00", "00 11 34 12 04 00",
    "01 00 34 12 06 00", "80 00 34 12 07 00",
  ]

  /// What is said about the rest.
  static let omissions = [
    "1 function left out: not in segment 0, the only one that guests reach",
    "1 function left out: named without registers",
    "line 1: 00:20.0: expected a device up to 1f and a function up to 7: left out",
  ]

  /// A machine with Q35's host bridge alone, whose window was never opened, at a place of its own.
  static let q35 = """
    00:00.0 0600: 8086:29c0
    00: 86 80 c0 29 06 00 00 00 00 00 00 06 00 00 00 00
    10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    20: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    40: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    50: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
    60: 00 00 00 c0 00 00 00 00 00 00 00 00 00 00 00 00

    """
}
