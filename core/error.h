#pragma once
/// Error hierarchy. Library code throws these; they are caught once per item by the pipelines and once in main().
/// Every message names the thing at fault, the value it had, and what would have been right.

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace csgis {

/// Base of everything the toolkit throws on purpose.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The caller broke a documented contract: a value out of range, images of different size.
struct InvalidArgument : Error {
  using Error::Error;
};

/// A command line or configuration that cannot be meant: unknown option, two inputs with one ID. Exit code 2.
struct UsageError : InvalidArgument {
  using InvalidArgument::InvalidArgument;
};

/// An input that cannot be opened or read by the operating system's word. Names the path.
struct IoError : Error {
  using Error::Error;
};

/// Bytes that were read but are not what they claim to be: truncated, corrupt, impossible values.
struct DataError : Error {
  using Error::Error;
};

/// The input holds nothing to work on. Exit code 4.
struct NothingUsable : Error {
  using Error::Error;
};

/// An item failed and the user asked to stop at the first failure (--on-error stop). Exit code 3.
struct ItemFailed : Error {
  using Error::Error;
};

/// The output cannot be written, is locked, or belongs to another run. Exit code 5.
struct OutputError : Error {
  using Error::Error;
};

/// The user asked to stop (Ctrl-C). Exit code 130.
struct Cancelled : Error {
  Cancelled() : Error("cancelled") {}
};

/// Throws `E` with the formatted message unless `condition` holds.
template <class E = InvalidArgument, class... Args>
void require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) throw E(fmt::format(format, std::forward<Args>(args)...));
}

/// Throws `E` with a formatted message.
template <class E, class... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  throw E(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace csgis
