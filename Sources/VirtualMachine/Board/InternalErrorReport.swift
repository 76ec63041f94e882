import KVM

/// All that is known about a guest when KVM could not go on.
public struct InternalErrorReport: Equatable, Sendable {
  /// What KVM says.
  public let error: InternalError
  /// The bytes at the instruction pointer: as KVM gives them, else from the guest's memory; empty
  /// where neither has them.
  public let instructionBytes: [UInt8]
  /// The general registers.
  public let registers: Registers
  /// The segment, table and control registers.
  public let specialRegisters: SpecialRegisters
}

extension InternalErrorReport: CustomStringConvertible {
  /// Several lines: the error, the instruction, the registers.
  public var description: String {
    let r = registers
    let s = specialRegisters
    var lines = ["KVM internal error: \(reason)"]
    let data = error.data.map { hexadecimal($0) }.joined(separator: " ")
    if !data.isEmpty { lines.append("data \(data)") }
    let bytes = instructionBytes.map { String(hexadecimal($0, digits: 2).dropFirst(2)) }
      .joined(separator: " ")
    lines.append(
      "at \(hexadecimal(s.cs.selector, digits: 4)):\(hexadecimal(r.rip, digits: 16)), "
        + "linear \(hexadecimal(s.cs.base &+ r.rip)): "
        + (bytes.isEmpty ? "no instruction bytes" : bytes))
    lines.append(row([("rax", r.rax), ("rbx", r.rbx), ("rcx", r.rcx), ("rdx", r.rdx)]))
    lines.append(row([("rsi", r.rsi), ("rdi", r.rdi), ("rsp", r.rsp), ("rbp", r.rbp)]))
    lines.append(row([("r8 ", r.r8), ("r9 ", r.r9), ("r10", r.r10), ("r11", r.r11)]))
    lines.append(row([("r12", r.r12), ("r13", r.r13), ("r14", r.r14), ("r15", r.r15)]))
    lines.append(row([("rip", r.rip), ("rfl", r.rflags), ("cr0", s.cr0), ("cr2", s.cr2)]))
    lines.append(row([("cr3", s.cr3), ("cr4", s.cr4), ("cr8", s.cr8), ("efer", s.efer)]))
    for (name, segment) in [
      ("cs", s.cs), ("ds", s.ds), ("es", s.es), ("fs", s.fs), ("gs", s.gs), ("ss", s.ss),
      ("tr", s.tr), ("ldt", s.ldt),
    ] {
      lines.append(
        "\(name) \(hexadecimal(segment.selector, digits: 4)) "
          + "base \(hexadecimal(segment.base, digits: 16)) "
          + "limit \(hexadecimal(segment.limit, digits: 8)) type \(hexadecimal(segment.type))"
          + " dpl \(segment.privilegeLevel)\(segment.isLong ? " 64-bit" : "")"
          + "\(segment.isDefault32Bit ? " 32-bit" : "")\(segment.isPresent ? "" : " not present")")
    }
    for (name, table) in [("gdt", s.gdt), ("idt", s.idt)] {
      lines.append(
        "\(name) base \(hexadecimal(table.base, digits: 16)) "
          + "limit \(hexadecimal(table.limit, digits: 4))")
    }
    return lines.joined(separator: "\n")
  }

  private var reason: String {
    switch error.kind {
    case .emulation: "an instruction that it cannot emulate"
    case .simultaneousExceptions: "exceptions that exclude each other"
    case .eventDelivery: "a fault during the delivery of an event"
    case .unexpectedExitReason: "an exit that it did not expect"
    case .other(let number): "suberror \(number)"
    }
  }

  private func row(_ values: [(String, UInt64)]) -> String {
    values.map { "\($0) \(hexadecimal($1, digits: 16))" }.joined(separator: "  ")
  }
}
