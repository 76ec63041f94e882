import KVM
import TestSupport
import Testing

@Suite("Exits for ports", .needsKVM, .hangLimit)
struct PortExitTests {
  @Test(
    "A write tells port, width and value",
    arguments: [
      (code: [0xE6, 0x80] as [UInt8], size: 1, value: 0x44 as UInt32),  // out 0x80, al
      (code: [0xE7, 0x80], size: 2, value: 0x3344),  // out 0x80, ax
      (code: [0x66, 0xE7, 0x80], size: 4, value: 0x1122_3344),  // out 0x80, eax
    ])
  func write(code: [UInt8], size: Int, value: UInt32) throws {
    var guest = try TinyGuest([0x66, 0xB8, 0x44, 0x33, 0x22, 0x11] + code)  // mov eax, 0x11223344
    #expect(try guest.processor.run() == .portWrite(PortAccess(port: 0x80, size: size)))
    #expect(guest.processor.portValue() == value)
  }

  @Test("A read is completed with the value that was set, and only as wide as it is")
  func read() throws {
    // mov eax, 0x11223344; mov dx, 0xcfc; in ax, dx; hlt
    var guest = try TinyGuest([
      0x66, 0xB8, 0x44, 0x33, 0x22, 0x11, 0xBA, 0xFC, 0x0C, 0xED, 0xF4,
    ])
    #expect(try guest.processor.run() == .portRead(PortAccess(port: 0xCFC, size: 2)))
    guest.processor.setPortValue(0xABCD_EF01)
    #expect(try guest.processor.run() == .halt)
    #expect(try guest.processor.registers().rax == 0x1122_EF01)
  }

  @Test("A read that is not answered reads all ones, not what the access before moved")
  func unansweredRead() throws {
    // xor ax, ax; out 0x80, ax; in ax, 0x80; hlt
    var guest = try TinyGuest([0x31, 0xC0, 0xE7, 0x80, 0xE5, 0x80, 0xF4])
    #expect(try guest.processor.run() == .portWrite(PortAccess(port: 0x80, size: 2)))
    #expect(try guest.processor.run() == .portRead(PortAccess(port: 0x80, size: 2)))
    #expect(try guest.processor.run() == .halt)
    #expect(try guest.processor.registers().rax == 0xFFFF)
  }

  @Test("A string read is one access with its width and count apart, or as many as it takes")
  func stringRead() throws {
    // mov di, 0x2000; mov cx, 3; mov dx, 0x10; cld; rep insw; hlt
    var guest = try TinyGuest([
      0xBF, 0x00, 0x20, 0xB9, 0x03, 0x00, 0xBA, 0x10, 0x00, 0xFC, 0xF3, 0x6D, 0xF4,
    ])
    var moved: UInt32 = 0
    while true {
      let exit = try guest.processor.run()
      if exit == .halt { break }
      guard case .portRead(let access) = exit else {
        Issue.record("\(exit)")
        return
      }
      #expect(access.port == 0x10 && access.size == 2)
      for index in 0..<access.count {
        moved += 1
        guest.processor.setPortValue(0x1100 * moved + moved, at: index)
      }
    }
    #expect(moved == 3)
    #expect(guest.memory.bytes(in: 0x2000..<0x2008) == [0x01, 0x11, 0x02, 0x22, 0x03, 0x33, 0, 0])
  }

  @Test("A string write moves every value in order")
  func stringWrite() throws {
    // mov si, 0x2000; mov cx, 3; mov dx, 0x10; cld; rep outsw; hlt
    var guest = try TinyGuest([
      0xBE, 0x00, 0x20, 0xB9, 0x03, 0x00, 0xBA, 0x10, 0x00, 0xFC, 0xF3, 0x6F, 0xF4,
    ])
    guest.memory.write([1, 2, 3, 4, 5, 6], at: 0x2000)
    var values: [UInt32] = []
    while case .portWrite(let access) = try guest.processor.run() {
      for index in 0..<access.count { values.append(guest.processor.portValue(at: index)) }
    }
    #expect(values == [0x0201, 0x0403, 0x0605])
  }
}
