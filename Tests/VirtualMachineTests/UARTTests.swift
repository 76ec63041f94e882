import Testing

@testable import VirtualMachine

/// Keeps what it is given.
final class Recording: ByteSink {
  private(set) var pieces: [[UInt8]] = []
  private let accepts: Bool

  init(accepts: Bool = true) { self.accepts = accepts }

  var text: String { String(decoding: pieces.joined(), as: UTF8.self) }

  func write(_ bytes: [UInt8]) -> Bool {
    pieces.append(bytes)
    return accepts
  }
}

@Suite("The serial port")
struct UARTTests {
  private let sink = Recording()
  private let uart: UART16550
  private var bus = Bus(.ports)

  init() throws {
    uart = UART16550(sink: sink)
    try bus.add(uart, at: 0x3F8...0x3FF)
  }

  private func out(_ port: UInt64, _ value: UInt64, size: Int = 1) {
    bus.write(value, at: port, size: size)
  }

  private func `in`(_ port: UInt64, size: Int = 1) -> UInt64 { bus.read(at: port, size: size) }

  @Test("Its registers after a reset")
  func reset() {
    #expect((0x3F8...0x3FF).map { `in`($0) } == [0, 0, 1, 0, 0, 0x60, 0xB0, 0])
  }

  @Test("Passes on lines when they end, and the rest when asked")
  func lines() {
    for byte in "ab\ncd".utf8 { out(0x3F8, UInt64(byte)) }
    #expect(sink.pieces == [Array("ab\n".utf8)])
    uart.flush()
    uart.flush()
    #expect(sink.pieces == [Array("ab\n".utf8), Array("cd".utf8)])
  }

  @Test("Passes on 256 characters without the end of a line")
  func longLine() {
    for _ in 0..<300 { out(0x3F8, 0x41) }
    #expect(sink.pieces.map(\.count) == [256])
    uart.flush()
    #expect(sink.pieces.map(\.count) == [256, 44])
  }

  @Test("The divisor hides data and interrupt enable while DLAB is set, and sends nothing")
  func divisor() {
    out(0x3F9, 0x05)
    out(0x3FB, 0x83)
    out(0x3F8, 0x01)
    out(0x3F9, 0x02)
    #expect([`in`(0x3F8), `in`(0x3F9), `in`(0x3FB)] == [1, 2, 0x83])
    out(0x3FB, 0x03)
    #expect([`in`(0x3F8), `in`(0x3F9), `in`(0x3FB)] == [0, 5, 3])
    uart.flush()
    #expect(sink.pieces.isEmpty)
  }

  @Test("Registers keep the bits that they have")
  func registers() {
    out(0x3F9, 0xF0)
    out(0x3FC, 0xFF)
    out(0x3FD, 0xFF)
    out(0x3FE, 0xFF)
    out(0x3FF, 0x5A)
    #expect((0x3F9...0x3FF).map { `in`($0) } == [0, 1, 0, 0x1F, 0x60, 0xB0, 0x5A])
  }

  @Test("The FIFOs and the empty transmitter show in the interrupt identification")
  func interruptIdentification() {
    out(0x3FA, 0x01)
    #expect(`in`(0x3FA) == 0xC1)
    out(0x3F9, 0x02)
    #expect(`in`(0x3FA) == 0xC2)
    #expect(`in`(0x3FA) == 0xC1)
    out(0x3F8, 0x41)
    #expect(`in`(0x3FA) == 0xC2)
    out(0x3FA, 0x00)
    #expect(`in`(0x3FA) == 0x01)
  }

  @Test("A wide access is one to several registers")
  func wide() {
    out(0x3FC, 0x5A00_0003, size: 4)
    #expect(`in`(0x3FC, size: 4) == 0x5AB0_6003)
    #expect(`in`(0x3FF, size: 2) == 0xFF5A)
  }

  @Test("Says when its output is refused, and sends nothing more")
  func refused() {
    let sink = Recording(accepts: false)
    let uart = UART16550(sink: sink)
    _ = uart.write(0x0A, at: 0, size: 1)
    #expect(uart.isDisconnected)
    _ = uart.write(0x0A, at: 0, size: 1)
    #expect(sink.pieces == [[0x0A]])
  }

  @Test("The interrupt passes OUT2, and lasts until the identification is read")
  func interrupt() {
    out(0x3F9, 2)
    #expect(!uart.assertsInterrupt)
    out(0x3FC, 8)
    #expect(uart.assertsInterrupt)
    #expect(`in`(0x3FA) == 2)
    #expect(!uart.assertsInterrupt)
    out(0x3F8, 0x41)
    #expect(uart.assertsInterrupt)
    out(0x3F9, 0)
    #expect(!uart.assertsInterrupt)
  }
}
