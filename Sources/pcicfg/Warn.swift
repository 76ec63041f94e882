import Glibc
import ToolSupport

/// Writes a line to standard error that does not change the result.
func warn(_ text: String) {
  _ = write(Array("pcicfg: \(text)\n".utf8), to: STDERR_FILENO)
}
