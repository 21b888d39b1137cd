#pragma once
/// Options that every command has.

#include "core/options.h"

#include <array>
#include <cstdint>

namespace csgis {

enum class ProgressMode { automatic, always, never };
constexpr std::array<EnumName<ProgressMode>, 3> enum_names(ProgressMode) {
  return {{{ProgressMode::automatic, "auto"}, {ProgressMode::always, "always"}, {ProgressMode::never, "never"}}};
}

enum class OnError { skip, stop };
constexpr std::array<EnumName<OnError>, 2> enum_names(OnError) {
  return {{{OnError::skip, "skip"}, {OnError::stop, "stop"}}};
}

/// The widest vector instructions that may be used.
enum class Simd { automatic, avx512, avx2, baseline };
constexpr std::array<EnumName<Simd>, 4> enum_names(Simd) {
  return {{{Simd::automatic, "auto"}, {Simd::avx512, "avx512"}, {Simd::avx2, "avx2"}, {Simd::baseline, "baseline"}}};
}

struct CommonOptions {
  int threads = 0;  ///< Items worked on at once; 0 stands for all cores and is replaced by their number at start.
  std::uint64_t seed = 0;
  bool overwrite = false;
  bool quiet = false;
  bool json = false;
  ProgressMode progress = ProgressMode::automatic;
  OnError on_error = OnError::skip;
  Simd simd = Simd::automatic;
};

template <class V>
void describe(V& v, CommonOptions& o) {
  v("threads", o.threads, between(0, 4096).execution(), "threads; 0 means all cores");
  v("seed", o.seed, any_value(), "seed of every random draw");
  v("overwrite", o.overwrite, any_value().execution(), "replace files that this run writes; others are never touched");
  v("quiet", o.quiet, any_value().execution(), "no messages but errors, no progress");
  v("json", o.json, any_value().execution(), "print the result as one JSON object");
  v("progress", o.progress, any_value().execution(), "progress on stderr");
  v("on-error", o.on_error, any_value().execution(), "what a bad item does to the run");
  v("simd", o.simd, any_value().execution(), "widest vector instructions to use");
}

}  // namespace csgis
