#pragma once
/// Reads Python pickles as data. Nothing is executed, imported or constructed: a call that a pickle asks for becomes a
/// value that names the callee and its arguments, and callees outside a given list are refused.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace csgis::detail {

/// Position of a value in Pickle::values. Values refer to each other by it, as pickles may share and even loop.
using PickleRef = std::uint32_t;

enum class PickleKind {
  none,
  boolean,       ///< `integer` is 0 or 1.
  integer,       ///< Fits 64 bits.
  long_integer,  ///< Does not; `text` holds its little-endian two's complement.
  real,
  text,   ///< Valid UTF-8.
  bytes,  ///< Also Python 2's str.
  tuple,
  list,
  set,
  dict,        ///< `items` are key, value, key, value; keys may repeat. Also OrderedDict and Counter.
  global,      ///< `text` is its name with the module: "torch.FloatStorage".
  call,        ///< `items` are the callee (a global) and the arguments (a tuple).
  persistent,  ///< `items` is the id: data outside of the pickle.
};

struct PickleValue {
  PickleKind kind = PickleKind::none;
  int depth = 0;  ///< Containers below this one when it was filled.
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text{};
  std::vector<PickleRef> items{};
};

/// One global that a pickle may name.
struct AllowedGlobal {
  std::string_view name;                          ///< With its module.
  enum Use { value, call, mapping } use = value;  ///< May only be named, or called, or called to give a dict.
};

struct Pickle {
  std::vector<PickleValue> values;
  PickleRef root = 0;
  std::size_t size = 0;  ///< Bytes up to and with STOP; more may follow.

  const PickleValue& operator[](PickleRef ref) const { return values[ref]; }
  /// The value of the last pair whose key is this text, nullptr without one or when `ref` is no dict.
  const PickleValue* find(const PickleValue& dict, std::string_view key) const;
};

/// Reads one pickle from the beginning of `bytes`, which must outlive the result. Opcodes are those that torch.save
/// writes (protocol 2). Bounds: 2 million values, nesting of 64.
/// @throws DataError  naming an opcode or global that is not allowed, or what is malformed, with its byte
Pickle read_pickle(std::span<const std::byte> bytes, std::span<const AllowedGlobal> allowed);

/// Whether bytes are UTF-8 without surrogates.
bool is_utf8(std::string_view text);

}  // namespace csgis::detail
