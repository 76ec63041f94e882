/// A word that somebody typed, for a message: as it is, or in quotes where it would not be seen as a
/// word: empty, with blanks or unprintable characters in it, or with a colon or comma at its end.
///
/// - Parameter word: The word.
public func quoted(_ word: String) -> String {
  let bytes = Array(word.utf8)
  let isPlain = bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "'") }
  if isPlain, let last = bytes.last, last != UInt8(ascii: ":"), last != UInt8(ascii: ",") {
    return word
  }
  var text: [UInt8] = []
  for byte in bytes {
    if byte < 0x20 || byte == 0x7F {
      text += Array(("\\x" + hexadecimal(byte, digits: 2)).utf8)
    } else {
      text.append(byte)
    }
  }
  return "'" + String(decoding: text, as: UTF8.self) + "'"
}
