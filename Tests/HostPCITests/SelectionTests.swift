import PCIConfig
import Testing

@testable import HostPCI

struct SelectionTests {
  private let all = ["0000:00:1f.3", "0000:1f:00.0", "0001:00:1f.0", "10000:1f:1f.3"]

  @Test(
    arguments: [
      ("", [0, 1, 2, 3]), ("1f", [0, 2, 3]), ("1F.3", [0, 3]), (".3", [0, 3]), ("0:1f", [0, 2]),
      ("1f:", [1, 3]), ("1f:*", [1, 3]), ("0:*:*", [0, 1]), ("0::", [0, 1]), ("::", [0, 1, 2, 3]),
      ("10000:1f:1f.3", [3]), ("*:*:*.*", [0, 1, 2, 3]), ("0000:00:1f.3", [0]), ("2.7", []),
    ] as [(String, [Int])])
  func `functions by address`(text: String, wanted: [Int]) throws {
    let selection = try SlotSelection(text)
    let found = try all.indices.filter {
      selection.contains(try #require(FunctionAddress(all[$0])))
    }
    #expect(found == wanted)
  }

  @Test(
    arguments: [
      ("1.2.3", .slot), ("a:b:c:d", .slot),
      ("20", .part("device", "20", expected: "00 to 1f, hexadecimal")),
      ("xyz", .part("device", "xyz", expected: "00 to 1f, hexadecimal")),
      ("+1", .part("device", "+1", expected: "00 to 1f, hexadecimal")),
      ("-1", .part("device", "-1", expected: "00 to 1f, hexadecimal")),
      ("é", .part("device", "é", expected: "00 to 1f, hexadecimal")),
      ("0.8", .part("function", "8", expected: "0 to 7, hexadecimal")),
      ("100:", .part("bus", "100", expected: "00 to ff, hexadecimal")),
      ("123456789::", .part("segment", "123456789", expected: "0000 to ffffffff, hexadecimal")),
    ] as [(String, SelectionError)])
  func `what is no slot says why`(text: String, error: SelectionError) {
    #expect(throws: error) { try SlotSelection(text) }
  }

  @Test(
    arguments: [
      (":", true), ("1af4:", true), ("1AF4:1041", true), (":1041", true), ("1af4:1042", false),
      ("*:*:*:*", true), ("::0200", true), ("::02xx", true), ("::XX00", true), ("::01xx", false),
      ("1af4:1041:0200:00", true), (":::01", false), ("af4:", false), ("::2", false),
    ] as [(String, Bool)])
  func `functions by vendor, device and class`(text: String, isMeant: Bool) throws {
    let function = ListedFunction(
      address: .hostBridge, vendorID: 0x1AF4, deviceID: 0x1041,
      classCode: ClassCode(base: 2, sub: 0, interface: 0))
    #expect(try IDSelection(text).contains(function) == isMeant)
  }

  @Test(
    arguments: [
      ("", .id), ("1af4", .id), ("1:2:3:4:5", .id),
      ("12345:", .part("vendor", "12345", expected: "at most 4 hexadecimal digits")),
      ("x:", .part("vendor", "x", expected: "at most 4 hexadecimal digits")),
      (":x", .part("device", "x", expected: "at most 4 hexadecimal digits")),
      (":1041 ", .part("device", "1041 ", expected: "at most 4 hexadecimal digits")),
      ("::0g00", .part("class", "0g00", expected: "at most 4 hexadecimal digits, x for any")),
      (":::x", .part("interface", "x", expected: "at most 2 hexadecimal digits")),
    ] as [(String, SelectionError)])
  func `what is no id says why`(text: String, error: SelectionError) {
    #expect(throws: error) { try IDSelection(text) }
  }
}
