import Glibc
import ToolSupport

/// Says something beside the result: a line on standard error.
func remark(_ text: String) {
  _ = write(Array("pcicfg: \(text)\n".utf8), to: STDERR_FILENO)
}
