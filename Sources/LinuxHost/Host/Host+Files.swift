import Glibc

extension Host {
  /// The greatest number of bytes of a text.
  static let greatestTextByteCount = 4 << 20

  /// Opens a file of the live machine or of a record in a directory for reading.
  ///
  /// - Parameter name: The path without the leading slash.
  package func open(_ name: String) throws(SystemFailure) -> FileDescriptor {
    // A pipe in a record would else be waited for.
    let file = try FileDescriptor(reading: try path(name), as: "/" + name, flags: O_NONBLOCK)
    if !isLive { try file.requireRegularFile() }
    return file
  }

  /// The bytes of a file.
  ///
  /// - Parameters:
  ///   - name: The path without the leading slash.
  ///   - offset: Where to begin.
  ///   - limit: The greatest number of bytes; what lies behind is left out.
  package func bytes(_ name: String, at offset: Int = 0, limit: Int) -> Fact<[UInt8]> {
    let fact = Fact { () throws(SystemFailure) in
      try recallRefusal(of: name)
      switch files {
      case .directory: return try open(name).read(at: offset, count: limit)
      case .memory(let tree): return Array(try tree.bytes(of: name).dropFirst(offset).prefix(limit))
      }
    }
    journal?.note(file: name, upTo: offset + limit, fact, isTold: tells(of: "/" + name))
    return fact
  }

  /// Writes a part of a file with one call.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - name: The path without the leading slash; the file exists.
  ///   - offset: Where to begin.
  package func write(_ bytes: [UInt8], to name: String, at offset: Int) throws(SystemFailure) {
    precondition(isLive, "a record is not written")
    try FileDescriptor(writing: try path(name), as: "/" + name).write(bytes, at: offset)
  }

  /// The text of a file; bytes that are not UTF-8 are replaced. At most 4 MiB.
  package func text(_ name: String) -> Fact<String> {
    let fact = Fact { () throws(SystemFailure) in
      try recallRefusal(of: name)
      switch files {
      case .directory:
        let file = try open(name)
        var bytes: [UInt8] = []
        var chunk: [UInt8]
        repeat {
          chunk = try file.read(at: bytes.count, count: 32 << 10)
          bytes += chunk
        } while chunk.count == 32 << 10 && bytes.count < Self.greatestTextByteCount
        return String(decoding: bytes, as: UTF8.self)
      case .memory(let tree):
        let bytes = try tree.bytes(of: name)
        return String(decoding: bytes.prefix(Self.greatestTextByteCount), as: UTF8.self)
      }
    }
    journal?.note(file: name, upTo: Self.greatestTextByteCount, fact, isTold: tells(of: "/" + name))
    return fact
  }

  /// The first line of a file, without the newline and blanks at its end.
  package func line(_ name: String) -> Fact<String> {
    text(name).map { text in
      var line = text.firstLine
      while line.last == " " { line.removeLast() }
      return String(line)
    }
  }

  /// The names in a directory, sorted.
  package func names(in name: String) -> Fact<[String]> {
    let fact = Fact { () throws(SystemFailure) in
      try recallRefusal(of: name)
      if case .memory(let tree) = files {
        return try tree.names(in: name).filter { !$0.hasPrefix(".") }
      }
      guard let directory = opendir(try path(name)) else {
        throw SystemFailure("open", "/" + name, .errno(errno))
      }
      defer { closedir(directory) }
      var names: [String] = []
      while true {
        errno = 0
        guard let entry = readdir(directory) else { break }
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
      }
      guard errno == 0 else { throw SystemFailure("read", "/" + name, .errno(errno)) }
      return names.sorted()
    }
    journal?.note(directory: name, fact, isTold: tells(of: "/" + name))
    return fact
  }

  /// What a symbolic link leads to.
  package func linkTarget(_ name: String) -> Fact<String> {
    let fact = Fact { () throws(SystemFailure) in
      if case .memory(let tree) = files { return try tree.target(of: name) }
      var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let parent = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
      let last = name.split(separator: "/").last ?? ""
      let count = readlink(try path(parent) + "/" + last, &bytes, bytes.count)
      guard count >= 0 else { throw SystemFailure("readlink", "/" + name, .errno(errno)) }
      return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
    journal?.note(link: name, fact)
    return fact
  }

  /// The size of a file in bytes.
  package func size(_ name: String) -> Fact<Int> {
    let fact = Fact { () throws(SystemFailure) in
      if case .known(let size)? = answers?.answer(to: .size(name)).answer { return Int(size) }
      if case .memory(let tree) = files { return try tree.size(of: name) }
      var status = stat()
      guard stat(try path(name), &status) == 0 else {
        throw SystemFailure("stat", "/" + name, .errno(errno))
      }
      return Int(status.st_size)
    }
    journal?.note(sizeOf: name, fact)
    return fact
  }

  /// Fails as the recorded machine did.
  private func recallRefusal(of name: String) throws(SystemFailure) {
    guard let answers else { return }
    for request in [RawRequest.open(name), .read(name)] {
      if let failure = answers.failure(of: request) { throw failure }
    }
  }

  /// Where a file of the machine is on the machine that this program runs on.
  ///
  /// - Parameter name: The path without the leading slash, for example `proc/iomem`.
  /// - Throws: `EXDEV` where links of a record lead out of it: what lies there is none of the
  ///   recorded machine.
  private func path(_ name: String) throws(SystemFailure) -> String {
    guard case .directory(let root) = files else {
      throw SystemFailure("open", "/" + name, .errno(ENOENT))
    }
    let path = root + "/" + name
    guard !isLive, let whole = Self.resolved(root), let resolved = Self.resolved(path),
      resolved != whole, !resolved.hasPrefix(whole == "/" ? whole : whole + "/")
    else { return path }
    throw SystemFailure("open", "/" + name, .errno(EXDEV))
  }

  /// A path without symbolic links; `nil` where it leads nowhere, which its use tells.
  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
