import Foundation
import Glibc

/// Why the system refused something, in its own words.
enum SystemReason {
  /// The text of an error number.
  static func text(_ number: Int32) -> String { String(cString: strerror(number)) }

  /// The text of the error number behind an error of Foundation's, else Foundation's own.
  static func text(_ error: any Error) -> String {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
    return (underlying as? POSIXError).map { text($0.code.rawValue) } ?? error.localizedDescription
  }
}
