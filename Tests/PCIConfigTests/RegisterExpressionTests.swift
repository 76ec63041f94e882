import PCIConfig
import Testing

struct RegisterExpressionTests {
  @Test(
    arguments: [
      ("40.l", "40.l"), ("0x40.B", "40.b"), ("4.w", "04.w"), ("command", "COMMAND.w"),
      ("COMMAND.l", "COMMAND.l"), ("VENDOR_ID+1.b", "VENDOR_ID+1.b"),
      ("cap_exp+10.w", "CAP_EXP+10.w"),
      ("CAP10+10.W", "CAP_EXP+10.w"), ("CAP7f.b", "CAP7f.b"), ("ecap_aer+8.l@0", "ECAP_AER+8.l"),
      ("ECAP108.l", "ECAP0108.l"), ("ECAP_vndr.l@1f", "ECAP_VNDR.l@1f"), ("fff.b", "fff.b"),
      ("CAP_VNDR+0FF.b@2", "CAP_VNDR+ff.b@2"), ("ECAP_16GT.w", "ECAP_16GT.w"),
    ])
  func `an expression is read as setpci reads it`(text: String, canonical: String) throws {
    let expression = try RegisterExpression(text)
    #expect("\(expression)" == canonical)
    #expect(try RegisterExpression(canonical) == expression)
  }

  @Test func `the parts of an expression`() throws {
    let command = try #require(HeaderRegister.table.first { $0.name == "COMMAND" })
    let named = try RegisterExpression("COMMAND")
    #expect(named.base == .header(command))
    #expect(named.width == .word)
    let counted = try RegisterExpression("CAP_HT+6.w@3")
    #expect(counted.base == .capability(id: .hyperTransport))
    #expect(counted.offset == 6)
    #expect(counted.width == .word)
    #expect(counted.instance == 3)
    #expect(
      try RegisterExpression("ECAP_DVSEC.l").base
        == .extendedCapability(id: .designatedVendorSpecific))
  }

  @Test(
    arguments: [
      ("", .unknownRegister("")), ("FOO.w", .unknownRegister("FOO")),
      ("CAP_FOO.w", .unknownRegister("CAP_FOO")), ("CAP100.w", .unknownRegister("CAP100")),
      ("ECAP10000.w", .unknownRegister("ECAP10000")), ("CAP.w", .unknownRegister("CAP")),
      ("-1.w", .unknownRegister("-1")), ("COMMÄND", .unknownRegister("COMMÄND")),
      ("40", .missingWidth), ("CAP_EXP", .missingWidth), ("40.", .invalidWidth("")),
      ("40.q", .invalidWidth("q")), ("40.ww", .invalidWidth("ww")),
      ("40+.w", .invalidOffset("")), ("40+g.w", .invalidOffset("g")),
      ("40+1000.w", .invalidOffset("1000")), ("CAP_EXP.w@", .invalidInstance("")),
      ("CAP_EXP@1.w", .invalidInstance("1.w")), ("COMMAND@1", .notACapability("COMMAND")),
      ("1000.b", .registerOutOfRange("1000")), ("ffe.l", .outOfRange(0xFFE)),
      ("800+800.b", .outOfRange(0x1000)),
      ("12345678901234567.b", .registerOutOfRange("12345678901234567")),
      ("CAP_EXP.w@100000000", .invalidInstance("100000000")),
      ("41.w", .misaligned(0x41, .word)), ("COMMAND+1", .misaligned(5, .word)),
      ("CAP_EXP+2.l", .misaligned(2, .doubleword)), ("COMMAND=1", .unexpectedValue),
    ] as [(String, RegisterExpressionError)])
  func `what is no expression says why`(text: String, error: RegisterExpressionError) {
    #expect(throws: error) { try RegisterExpression(text) }
  }

  @Test func `values and masks are for consecutive registers`() throws {
    let assignment = try RegisterAssignment("CAP_EXP+8.w=0x5000:7000,ffff,12:f0")
    #expect(assignment.target == (try RegisterExpression("CAP_EXP+8.w")))
    #expect(
      assignment.values == [
        .init(0x5000, mask: 0x7000), .init(0xFFFF, mask: 0xFFFF), .init(0x10, mask: 0xF0),
      ])
    #expect(assignment.values.map { $0.applied(to: 0x2AAA) } == [0x5AAA, 0xFFFF, 0x2A1A])
  }

  @Test(
    arguments: [
      ("COMMAND", .missingValue), ("COMMAND=", .missingValue), ("=1", .unknownRegister("")),
      ("COMMAND=1,", .invalidValue("")), ("COMMAND=-1", .invalidValue("-1")),
      ("COMMAND=1:", .invalidValue("")), ("COMMAND=1:2:3", .invalidValue("2:3")),
      ("COMMAND=1=2", .invalidValue("1=2")), ("COMMAND=10000", .valueOutOfRange("10000", .word)),
      ("BIST=1:100", .valueOutOfRange("100", .byte)),
      ("40.l=100000000", .valueOutOfRange("100000000", .doubleword)),
      ("40.l=12345678901234567", .valueOutOfRange("12345678901234567", .doubleword)),
      ("COMMAND=:4", .invalidValue("")), ("ffc.l=0,0", .outOfRange(0xFFC)),
    ] as [(String, RegisterExpressionError)])
  func `what is no assignment says why`(text: String, error: RegisterExpressionError) {
    #expect(throws: error) { try RegisterAssignment(text) }
  }
}

struct RegisterLookupTests {
  /// A device with three vendor-specific capabilities, Express and two extended capabilities.
  private let device = image(
    [
      0: 0x1041_1AF4, 4: 0x0010_0000, 0x34: 0x40, 0x40: 0x0010_5009, 0x50: 0x0010_6010,
      0x60: 0x0010_7009, 0x70: 0x0010_0009, 0x100: 0x1401_0001, 0x140: 0x0001_0108,
    ], count: 4096)

  private func offset(_ text: String, in registers: ConfigurationImage) throws -> UInt16 {
    try RegisterExpression(text).register(in: registers).offset
  }

  @Test(
    arguments: [
      ("40.l", 0x40), ("COMMAND+1.b", 5), ("BASE_ADDRESS_5", 0x24), ("CAP_EXP+10.w", 0x60),
      ("CAP_VNDR.l", 0x40), ("CAP_VNDR+4.l@1", 0x64), ("CAP09.l@2", 0x70), ("ECAP_AER+8.l", 0x108),
      ("ECAP108.b", 0x140),
    ] as [(String, UInt16)])
  func `a register is found in the function`(text: String, register: UInt16) throws {
    #expect(try offset(text, in: device) == register)
  }

  @Test(
    arguments: [
      ("IO_BASE", .notInHeader("IO_BASE", .device)),
      ("CAP_PM.w", .noCapability("CAP_PM", instance: 0, found: 0, .endOfList)),
      ("CAP_VNDR.w@3", .noCapability("CAP_VNDR", instance: 3, found: 3, .endOfList)),
      ("ECAP_DSN.l", .noCapability("ECAP_DSN", instance: 0, found: 0, .endOfList)),
      ("ECAP_AER+ffc.l", .outOfRange(0x10FC)),
    ] as [(String, RegisterLookupError)])
  func `what a function does not have says why`(text: String, error: RegisterLookupError) {
    #expect(throws: error) { try offset(text, in: device) }
  }

  @Test(
    arguments: [
      (0, 0, .endOfList, "there is no CAP_VNDR"),
      (3, 3, .endOfList, "there is no CAP_VNDR@3: the last one is @2"),
      (
        0, 0, .unreachable(0x40),
        "CAP_VNDR was not found, and the list cannot be followed to its end: 0x40 cannot be read"
      ),
      (
        1, 1, .allOnes(0x50),
        "CAP_VNDR@1 was not found (the last one is @0), and the list cannot be followed to its end: "
          + "0x50 reads as all ones"
      ),
    ] as [(UInt32, Int, CapabilityListEnd, String)])
  func `a capability that is not there is told from one that was not reached`(
    instance: UInt32, found: Int, end: CapabilityListEnd, text: String
  ) {
    let error = RegisterLookupError.noCapability("CAP_VNDR", instance: instance, found: found, end)
    #expect(error.description == text)
  }

  @Test func `several registers must all lie below 4096`() throws {
    let registers = image(
      [
        0: 0x1041_1AF4, 4: 0x0010_0000, 0x34: 0x40, 0x40: 0x10, 0x100: 0xFFC1_0001,
        0xFFC: 0x0001_0003,
      ], count: 4096)
    let expression = try RegisterExpression("ECAP_DSN.l")
    #expect(try expression.register(in: registers).offset == 0xFFC)
    #expect(throws: RegisterLookupError.outOfRange(0xFFC)) {
      try expression.register(in: registers, count: 2)
    }
  }

  @Test func `extended capabilities are not looked for without Express`() throws {
    let registers = image([0: 0x1041_1AF4, 0x100: 0x0001_0001], count: 4096)
    #expect(
      throws: RegisterLookupError.noCapability("ECAP_AER", instance: 0, found: 0, .noList)
    ) { try offset("ECAP_AER.l", in: registers) }
  }

  @Test func `of 64 bytes the header is enough for its registers`() throws {
    let header = ConfigurationImage(Array(device.bytes.prefix(64)))
    #expect(try offset("BASE_ADDRESS_5", in: header) == 0x24)
    #expect(
      throws: RegisterLookupError.noCapability(
        "CAP_EXP", instance: 0, found: 0, .unreachable(0x40))
    ) { try offset("CAP_EXP.w", in: header) }
    #expect(try offset("COMMAND", in: ConfigurationImage([])) == 4)
    #expect(throws: RegisterLookupError.unreadable(.unreachable(.headerType))) {
      try offset("INTERRUPT_LINE", in: ConfigurationImage([]))
    }
  }

  @Test func `each layout has its own registers`() throws {
    let layouts: [HeaderLayout] = [.device, .bridge, .cardBus, .undefined(3)]
    func names(_ offset: UInt16) -> [[String]] {
      layouts.map { layout in
        HeaderRegister.table.filter { $0.register.offset == offset && $0.exists(in: layout) }
          .map(\.name)
      }
    }
    #expect(names(0x18) == [["BASE_ADDRESS_2"], ["PRIMARY_BUS"], ["CB_BUS_NUMBER"], []])
    #expect(names(0x34) == [["CAPABILITIES"], ["CAPABILITIES"], ["CB_IO_BASE_1"], []])
    #expect(names(0x04) == Array(repeating: ["COMMAND"], count: 4))
  }
}
