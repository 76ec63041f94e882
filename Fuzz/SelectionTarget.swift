@testable import HostPCI
@testable import PCIConfig

extension FuzzTarget {
  /// A function's address, and the selections of lspci's `-s` and `-d`.
  static let selections = FuzzTarget(
    name: "selections",
    seeds: {
      [
        "0000:00:1f.3", "10000:e2:00.0", "1f.7", ":01:", "*:*:*.*", "8086:29c0", "8086::0604:00",
        "::02xx:", "*:*:*:*", ".1", "ffffffff:ff:1f.7",
      ].map { Array($0.utf8) }
    },
    words: [":", ".", "*", "x", "ffffffff", "0000:", "8086:"],
    run: { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      var count = 0
      let slot = try? SlotSelection(text)
      if let address = FunctionAddress(text) {
        precondition(FunctionAddress("\(address)") == address)
        // What names one function is a selection of this one.
        precondition(slot?.contains(address) == true)
        precondition(slot?.contains(address.sibling(address.function ^ 1)) == false)
        count += 1
      }
      if let slot {
        precondition((try? SlotSelection(text.lowercased())) == slot)
        count += [0, 0x00FB, 0xFFFF].count { slot.contains(FunctionAddress(routingID: $0)) }
      }
      if let id = try? IDSelection(text) {
        precondition((try? IDSelection(text.uppercased())) == id)
        let function = ListedFunction(
          address: .hostBridge, vendorID: 0x8086, deviceID: 0x29C0,
          classCode: ClassCode(base: 6, sub: 0, interface: 0))
        count += id.contains(function) ? 2 : 1
      }
      return count
    })
}
