/// The transmitting half of a 16550 serial port: eight registers of one byte.
///
/// Nothing is ever received, and characters are transmitted as soon as they are written, so that
/// the transmitter is always empty. National Semiconductor PC16550D, section 8.
public final class UART16550: Device, InterruptSource {
  private let sink: any ByteSink
  /// Whether the sink has refused characters. They and all later ones are lost.
  public private(set) var isDisconnected = false
  private var line: [UInt8] = []
  private var divisor: UInt16 = 0
  private var interruptEnable: UInt8 = 0
  private var lineControl: UInt8 = 0
  private var modemControl: UInt8 = 0
  private var scratch: UInt8 = 0
  private var hasFIFOs = false
  private var transmitterInterruptPending = false

  /// Bytes are passed on at the end of a line, or when this many have come.
  public static let bufferSize = 256

  /// Creates a port in the state after a reset.
  ///
  /// - Parameter sink: Where the transmitted characters go.
  public init(sink: any ByteSink) { self.sink = sink }

  /// One byte: a wider access is one to several registers.
  public var dataPathWidth: Int { 1 }

  /// Passes on what has been transmitted since the last line ended.
  public func flush() {
    guard !line.isEmpty else { return }
    if !isDisconnected && !sink.write(line) { isDisconnected = true }
    line.removeAll(keepingCapacity: true)
  }

  /// Makes what is passed on from now on wait for nobody. Any thread may call this.
  func stopWaiting() { sink.stopWaiting() }

  /// Reads a register.
  public func read(at offset: UInt64, size: Int) -> UInt64? {
    switch offset {
    case 0: return divisorIsAccessed ? UInt64(divisor & 0xFF) : 0
    case 1: return UInt64(divisorIsAccessed ? UInt8(divisor >> 8) : interruptEnable)
    case 2: return UInt64(readInterruptIdentification())
    case 3: return UInt64(lineControl)
    case 4: return UInt64(modemControl)
    case 5: return UInt64(Self.transmitterIsEmpty)
    case 6: return UInt64(Self.carrierDataSetClearToSend)
    case 7: return UInt64(scratch)
    default: return nil
    }
  }

  /// Writes a register.
  public func write(_ value: UInt64, at offset: UInt64, size: Int) -> Bool {
    let value = UInt8(truncatingIfNeeded: value)
    switch offset {
    case 0:
      if divisorIsAccessed {
        divisor = divisor & 0xFF00 | UInt16(value)
      } else {
        transmit(value)
      }
    case 1:
      if divisorIsAccessed {
        divisor = divisor & 0x00FF | UInt16(value) << 8
      } else {
        // Enabling the interrupt of an empty transmitter raises it.
        if value & ~interruptEnable & 2 != 0 { transmitterInterruptPending = true }
        interruptEnable = value & 0x0F
      }
    case 2: hasFIFOs = value & 1 != 0
    case 3: lineControl = value
    case 4: modemControl = value & 0x1F
    // Line and modem status: written by the factory's tests only.
    case 5, 6: break
    case 7: scratch = value
    default: return false
    }
    return true
  }

  private var divisorIsAccessed: Bool { lineControl & 0x80 != 0 }

  /// THRE and TEMT.
  private static let transmitterIsEmpty: UInt8 = 0x60
  /// DCD, DSR and CTS: somebody is at the other end.
  private static let carrierDataSetClearToSend: UInt8 = 0xB0

  private func transmit(_ character: UInt8) {
    line.append(character)
    if character == UInt8(ascii: "\n") || line.count >= Self.bufferSize { flush() }
    transmitterInterruptPending = true
  }

  /// Whether INTR is asserted and OUT2 lets it through to the interrupt controller, as PCs wire it.
  var assertsInterrupt: Bool { hasInterrupt && modemControl & 0x08 != 0 }

  /// The transmitter's interrupt is the only one that there can be.
  private var hasInterrupt: Bool { transmitterInterruptPending && interruptEnable & 2 != 0 }

  private func readInterruptIdentification() -> UInt8 {
    let fifos: UInt8 = hasFIFOs ? 0xC0 : 0
    guard hasInterrupt else { return fifos | 1 }
    transmitterInterruptPending = false
    return fifos | 2
  }
}
