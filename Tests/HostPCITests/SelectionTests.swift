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
    let selection = try #require(SlotSelection(text))
    let found = try all.indices.filter {
      selection.contains(try #require(FunctionAddress(all[$0])))
    }
    #expect(found == wanted)
  }

  @Test(arguments: ["20", "0.8", "100:", "1.2.3", "a:b:c:d", "xyz", "+1", "-1", "123456789::", "é"])
  func `what is no slot`(text: String) {
    #expect(SlotSelection(text) == nil)
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
    #expect(try #require(IDSelection(text)).contains(function) == isMeant)
  }

  @Test(arguments: ["", "1af4", "12345:", "x:", ":x", "::0g00", ":::x", "1:2:3:4:5", ":1041 "])
  func `what is no id`(text: String) {
    #expect(IDSelection(text) == nil)
  }
}
