import GuestProtocol
import Testing

@Suite struct CheckIDTests {
  @Test(arguments: ["conf1.latch.reserved-bits", "a.b.c", "0.1.2"])
  func `three parts of lower-case letters, digits and hyphens`(text: String) {
    #expect(CheckID(text)?.text == text)
  }

  @Test(arguments: [
    "", "a", "a.b", "a.b.c.d", "a..c", ".b.c", "a.b.", "A.b.c", "a.b.c ", "a.-b.c", "a_b.c.d",
    "ä.b.c",
    "a.b." + String(repeating: "c", count: 77),
  ])
  func `other text is refused`(text: String) {
    #expect(CheckID(text) == nil)
  }

  @Test func `the suite is the first part`() {
    #expect(CheckID("conf1.latch.read-back")?.suite == "conf1")
  }
}

@Suite struct GlobTests {
  @Test(arguments: [
    ("*", ""), ("*", "a.b.c"), ("a.*", "a.b.c"), ("*.c", "a.b.c"), ("a.?.c", "a.b.c"),
    ("a*c*e", "abcde"), ("**", "x"), ("", ""), ("a*a*a*b", "aaaaab"), ("abc", "abc"),
  ])
  func `matches`(pattern: String, text: String) {
    #expect(Glob(pattern).matches(text))
  }

  @Test(arguments: [
    ("", "a"), ("?", ""), ("a.*", "b.a.c"), ("a", "ab"), ("ab", "a"), ("*b", "a"), ("a?", "a"),
    ("a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), ("[a]", "a"),
  ])
  func `does not match`(pattern: String, text: String) {
    #expect(!Glob(pattern).matches(text))
  }
}
