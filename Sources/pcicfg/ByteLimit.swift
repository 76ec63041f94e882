/// How many bytes of a function lspci shows for so many letters `x`.
func byteLimit(_ letters: Int) -> Int? {
  switch letters {
  case 0: nil
  case 1, 2: 64
  case 3: 256
  default: 4096
  }
}
