import PCIConfig
import Testing

struct QuotedTests {
  @Test(
    arguments: [
      ("COMMAND=4:4", "COMMAND=4:4"), ("/sys", "/sys"), ("COMMÄND", "COMMÄND"), ("", "''"),
      ("4:", "'4:'"), ("1,", "'1,'"), ("a b", "'a b'"), ("a\u{1B}[0m\n", "'a\\x1b[0m\\x0a'"),
      ("it's", "'it's'"),
    ])
  func `what would not be seen as a word is quoted`(word: String, text: String) {
    #expect(quoted(word) == text)
  }

  @Test(
    arguments: [
      ("0", 0), ("1f", 0x1F), ("FFFFFFFFFFFFFFFF", .max), ("00000000000000001", 1),
      ("12345678901234567", .max), ("", nil), ("0x1", nil), ("1 ", nil), ("-1", nil), ("é", nil),
    ] as [(String, UInt64?)])
  func `a hexadecimal number is digits alone`(text: String, number: UInt64?) {
    #expect(hexadecimalNumber(text.utf8) == number)
  }
}
