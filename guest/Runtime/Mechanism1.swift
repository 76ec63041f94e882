import PCIConfig

/// Configuration mechanism #1 on this machine.
public let mechanism1 = Mechanism1(Ports())

/// Whether CONFIG_ADDRESS holds what is written to it; without the mechanism nothing does.
public let mechanism1Answers: Bool = {
  let ports = Ports()
  let enabled: UInt32 = 1 << 31
  ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: enabled)
  return ports.read(port: Mechanism1Access.addressPort, width: .doubleword) == enabled
}()

/// Requires mechanism 1.
///
/// - Throws: `Missing` where the machine has none.
@inline(never)
public func requireMechanism1() throws(Missing) {
  guard mechanism1Answers else { throw Missing("conf1") }
}

/// The functions of bus 0, as mechanism 1 shows them; none without it.
public let functionsOfBus0: [FunctionAddress] =
  mechanism1Answers ? Mechanism.mechanism1.functions(ofBus: 0) : []

/// A function with a header of type 0 whose interrupt line register can be written: one that has an
/// interrupt pin (PCI Local Bus Specification 3.0, 6.2.4). What shares a doubleword with the
/// register is read-only there; bridges have their control register in it.
///
/// - Throws: `Missing` where there is no mechanism 1, or bus 0 has no such function.
public func functionWithInterruptPin() throws(Missing) -> FunctionAddress {
  try requireMechanism1()
  for function in functionsOfBus0
  where mechanism1.read(function, .headerType, .byte) & 0x7F == 0
    && mechanism1.read(function, .interruptPin, .byte) != 0
  {
    return function
  }
  throw Missing("interrupt-pin")
}
