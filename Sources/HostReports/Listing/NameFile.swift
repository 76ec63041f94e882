import LinuxHost

/// Where a name database is read from: apart from its decoding, which needs no system.
public enum NameFile {
  /// Where systems keep the file.
  public static let usualPaths = ["/usr/share/misc/pci.ids", "/usr/share/hwdata/pci.ids"]
  static let greatestByteCount = 64 << 20

  /// Reads a file.
  ///
  /// - Parameter path: The file.
  /// - Returns: The names, or why there are none.
  public static func read(_ path: String) -> Fact<NameDatabase> {
    Fact { () throws(SystemFailure) in
      NameDatabase(try FileDescriptor(reading: path).readToEnd(limit: greatestByteCount))
    }
  }

  /// Reads the first of the usual files that can be read.
  public static func readUsual() -> NameDatabase? {
    for path in usualPaths {
      if let database = read(path).value { return database }
    }
    return nil
  }
}
