import Foundation
import KVM
import TestSupport
import Testing

@Suite("The library's example", .needsKVM, .hangLimit)
struct LibraryExampleTests {
  @Test("It counts one exit and a hundred rings")
  func runs() throws {
    #expect(try example() == "1 exit, 100 rings")
  }

  @Test("The README shows the code that runs here")
  func isShown() throws {
    let file = URL(fileURLWithPath: #filePath)
    let source = try String(contentsOf: file, encoding: .utf8)
    let readme = try String(
      contentsOf: file.appending(path: "../../../README.md").standardizedFileURL, encoding: .utf8)
    let start = try #require(source.range(of: "func example() throws -> String {\n"))
    let end = try #require(source.range(of: "\n}\n", range: start.upperBound..<source.endIndex))
    let lines = source[start.upperBound..<end.lowerBound].split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count < 35)
    let shown = lines.map { $0.dropFirst(2) }.joined(separator: "\n")
      .replacing("return \"", with: "print(\"").replacing("rings\"", with: "rings\")")
    #expect(readme.contains(shown))
  }
}

private func example() throws -> String {
  let code: [UInt8] = [
    0x31, 0xC0,  // xor ax, ax
    0xBA, 0x00, 0x06,  // mov dx, 0x600
    0xB9, 0x64, 0x00,  // mov cx, 100
    0x40,  // again: inc ax
    0xEF,  // out dx, ax
    0xE2, 0xFC,  // loop again
    0xB0, 0x07,  // mov al, 7
    0xE6, 0x80,  // out 0x80, al
    0x90,  // nop
    0xF4,  // hlt
  ]
  let system = try System()
  let machine = try system.createMachine()
  let memory = try GuestMemory(count: 0x1_0000)
  memory.write(code, at: 0x1000)
  try machine.setSlot(0, to: MemorySlot(address: 0, memory: memory))
  let doorbell = try EventDescriptor()
  try machine.assign(Doorbell(.port(0x600), .width(.word)), to: doorbell)

  var processor = try machine.createVirtualCPU()
  var special = try processor.specialRegisters()
  special.cs.base = 0
  special.cs.selector = 0
  try processor.setSpecialRegisters(special)
  var registers = Registers()
  registers.rip = 0x1000
  try processor.setRegisters(registers)

  var exits = 0
  while try processor.run() != .halt { exits += 1 }
  return "\(exits) exit, \(try doorbell.takeCount()) rings"
}
