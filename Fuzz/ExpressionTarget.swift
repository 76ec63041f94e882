@testable import PCIConfig

extension FuzzTarget {
  /// The text of an assignment, and behind a newline the registers that it is looked up in. What
  /// was read is written again, and read again.
  static let expressions = FuzzTarget(
    name: "expressions",
    seeds: {
      var registers = [UInt8](repeating: 0, count: 0x140)
      registers.replaceSubrange(0..<4, with: [0x86, 0x80, 0x37, 0x12])
      registers[6] = 0x10
      registers[0x34] = 0x40
      registers.replaceSubrange(0x40..<0x42, with: [0x10, 0x50])
      registers[0x50] = 0x05
      registers.replaceSubrange(0x100..<0x104, with: [0x01, 0, 0x01, 0x12])
      registers.replaceSubrange(0x120..<0x124, with: [0x08, 0x01, 0x01, 0])
      return [
        "CAP_EXP+10.w=0,1:3", "ecap_aer+8.L@0=12345678", "ECAP108.b=1", "CAP5@0.w=2",
        "BASE_ADDRESS_0=0,0", "IO_LIMIT=f0", "0x40.b=0x1:0xf", "ffc.l=ffffffff", "cb_io_base_0=1",
      ].map { Array("\($0)\n".utf8) + registers }
    },
    words: ["CAP", "CAP_", "ECAP", "ECAP_"] + HeaderRegister.table.map(\.name)
      + CapabilityID.table.compactMap(\.abbreviation)
      + ExtendedCapabilityID.table.compactMap(\.abbreviation),
    run: { bytes in
      let text = bytes.prefix { $0 != UInt8(ascii: "\n") }
      guard let assignment = try? RegisterAssignment(String(decoding: text, as: UTF8.self)) else {
        return 0
      }
      let expression = assignment.target
      precondition(!assignment.values.isEmpty)
      precondition(assignment.values.allSatisfy { $0.mask & ~expression.width.allOnes == 0 })
      precondition((try? RegisterExpression(expression.description)) == expression)
      let image = ConfigurationImage(Array(bytes.dropFirst(text.count + 1)))
      guard
        let register = try? expression.register(in: image, count: assignment.values.count)
      else { return assignment.values.count }
      precondition(Int(register.offset) % expression.width.byteCount == 0)
      let end = Int(register.offset) + expression.width.byteCount * assignment.values.count
      precondition(end <= 4096)
      for value in assignment.values {
        _ = try? WriteHazard(writing: value.mask, to: register, of: image)
      }
      return assignment.values.count + 1
    })
}
