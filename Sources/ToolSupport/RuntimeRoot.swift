import Glibc

/// Keeps a static program from being aborted where there is no `/proc`.
///
/// Swift's runtime looks for its own files before `main`, in `/proc/self/exe` or where the variable
/// names them, and gives up where it has neither. It needs none of them.
@section(".preinit_array") @used
private let namesRuntimeRoot: @convention(c) () -> Void = {
  if access("/proc/self/exe", F_OK) != 0 { setenv("SWIFT_ROOT", "/", 0) }
}
