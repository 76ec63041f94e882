/// The version of this package, the same for the library and every tool.
public enum PCIConfigVersion {
  /// The version as `major.minor.patch` (Semantic Versioning 2.0.0).
  public static let current = "0.1.0"
}
