#pragma once
/// Writes pickles of protocol 2: plain values, and calls of named functions.

#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace csgis::detail {

/// Values are written one after the other; what stands between a begin and its end belongs to the container.
class PickleWriter {
 public:
  void none() { out_ += 'N'; }
  void boolean(bool value) { out_ += value ? '\x88' : '\x89'; }
  void integer(std::int64_t value) {
    if (value >= 0 && value < 256) {
      out_ += 'K';
      number(static_cast<std::uint8_t>(value));
    } else if (value == static_cast<std::int32_t>(value)) {
      out_ += 'J';
      number(static_cast<std::int32_t>(value));
    } else {
      out_ += "\x8a\x08";
      number(value);
    }
  }
  void real(double value) {
    out_ += 'G';
    number(__builtin_bswap64(std::bit_cast<std::uint64_t>(value)));
  }
  void text(std::string_view value) {
    out_ += 'X';
    number(static_cast<std::uint32_t>(value.size()));
    out_ += value;
  }
  /// "module.name". Written in full once and recalled from then on.
  void global(std::string_view name) {
    const auto [place, is_new] = globals_.emplace(name, static_cast<std::uint32_t>(globals_.size()));
    if (is_new) {
      const std::size_t dot = name.rfind('.');
      out_.append("c").append(name.substr(0, dot)).append("\n").append(name.substr(dot + 1)).append("\n");
    }
    out_ += is_new ? 'r' : 'j';
    number(place->second);
  }

  void begin_dict() { out_ += "}("; }
  /// Items for the mapping that was written last.
  void begin_items() { out_ += '('; }
  void end_items() { out_ += 'u'; }
  void begin_list() { out_ += "]("; }
  void end_list() { out_ += 'e'; }
  template <class PutItems>
  void tuple(PutItems put_items) {
    out_ += '(';
    put_items();
    out_ += 't';
  }
  template <class PutArguments>
  void call(std::string_view callee, PutArguments put_arguments) {
    global(callee);
    tuple(put_arguments);
    out_ += 'R';
  }
  /// A reference to data outside of the pickle, by a tuple.
  template <class PutItems>
  void persistent(PutItems put_items) {
    tuple(put_items);
    out_ += 'Q';
  }

  std::string finish() { return "\x80\x02" + out_ + '.'; }

 private:
  template <class T>
  void number(T value) {
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }

  std::string out_;
  std::map<std::string, std::uint32_t, std::less<>> globals_;
};

}  // namespace csgis::detail
