extension HeaderRegister {
  /// All registers that have a name: those of every header (PCI Local Bus Specification 3.0, 6.1),
  /// of devices (6.2), of bridges (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2) and of
  /// CardBus bridges (PC Card Standard 8.0).
  public static let table: [HeaderRegister] =
    NameTable(text, columns: 4).rows.map { row in
      var layouts: Layouts = []
      for letter in row.words[2] {
        switch letter {
        case UInt8(ascii: "d"): layouts.insert(.device)
        case UInt8(ascii: "b"): layouts.insert(.bridge)
        case UInt8(ascii: "c"): layouts.insert(.cardBus)
        default: layouts.insert(.undefined)
        }
      }
      let width: AccessWidth =
        switch row.words[1].first {
        case UInt8(ascii: "b"): .byte
        case UInt8(ascii: "w"): .word
        default: .doubleword
        }
      return HeaderRegister(row.name, Register(integerLiteral: UInt16(row.number)), width, layouts)
    }

  /// Where each register is, how wide, and in the headers of devices, bridges, CardBus bridges and
  /// undefined layouts.
  private static var text: String {
    """
    00 w dbcu VENDOR_ID
    02 w dbcu DEVICE_ID
    04 w dbcu COMMAND
    06 w dbcu STATUS
    08 b dbcu REVISION
    09 b dbcu CLASS_PROG
    0a w dbcu CLASS_DEVICE
    0c b dbcu CACHE_LINE_SIZE
    0d b dbcu LATENCY_TIMER
    0e b dbcu HEADER_TYPE
    0f b dbcu BIST
    10 l db BASE_ADDRESS_0
    14 l db BASE_ADDRESS_1
    18 l d BASE_ADDRESS_2
    1c l d BASE_ADDRESS_3
    20 l d BASE_ADDRESS_4
    24 l d BASE_ADDRESS_5
    28 l d CARDBUS_CIS
    2c w d SUBSYSTEM_VENDOR_ID
    2e w d SUBSYSTEM_ID
    30 l d ROM_ADDRESS
    34 b db CAPABILITIES
    3c b db INTERRUPT_LINE
    3d b db INTERRUPT_PIN
    3e b d MIN_GNT
    3f b d MAX_LAT
    18 b b PRIMARY_BUS
    19 b b SECONDARY_BUS
    1a b b SUBORDINATE_BUS
    1b b b SEC_LATENCY_TIMER
    1c b b IO_BASE
    1d b b IO_LIMIT
    1e w b SEC_STATUS
    20 w b MEMORY_BASE
    22 w b MEMORY_LIMIT
    24 w b PREF_MEMORY_BASE
    26 w b PREF_MEMORY_LIMIT
    28 l b PREF_BASE_UPPER32
    2c l b PREF_LIMIT_UPPER32
    30 w b IO_BASE_UPPER16
    32 w b IO_LIMIT_UPPER16
    38 l b BRIDGE_ROM_ADDRESS
    3e w b BRIDGE_CONTROL
    10 l c CB_CARDBUS_BASE
    14 w c CB_CAPABILITIES
    16 w c CB_SEC_STATUS
    18 b c CB_BUS_NUMBER
    19 b c CB_CARDBUS_NUMBER
    1a b c CB_SUBORDINATE_BUS
    1b b c CB_CARDBUS_LATENCY
    1c l c CB_MEMORY_BASE_0
    20 l c CB_MEMORY_LIMIT_0
    24 l c CB_MEMORY_BASE_1
    28 l c CB_MEMORY_LIMIT_1
    2c w c CB_IO_BASE_0
    2e w c CB_IO_BASE_0_HI
    30 w c CB_IO_LIMIT_0
    32 w c CB_IO_LIMIT_0_HI
    34 w c CB_IO_BASE_1
    36 w c CB_IO_BASE_1_HI
    38 w c CB_IO_LIMIT_1
    3a w c CB_IO_LIMIT_1_HI
    40 w c CB_SUBSYSTEM_VENDOR_ID
    42 w c CB_SUBSYSTEM_ID
    44 l c CB_LEGACY_MODE_BASE
    """
  }
}
