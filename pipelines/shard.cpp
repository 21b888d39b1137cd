#include "pipelines/shard.h"

#include "core/error.h"

#include <charconv>

namespace csgis {
namespace {

constexpr int kMostShards = 1'000'000;

}  // namespace

Shard Shard::parse(std::string_view text) {
  Shard shard;
  const char* end = text.data() + text.size();
  const auto [slash, index_error] = std::from_chars(text.data(), end, shard.index);
  bool ok = index_error == std::errc() && slash != end && *slash == '/';
  if (ok) {
    const auto [stop, count_error] = std::from_chars(slash + 1, end, shard.count);
    ok = count_error == std::errc() && stop == end;
  }
  ok = ok && shard.count >= 1 && shard.count <= kMostShards && shard.index >= 0 && shard.index < shard.count;
  require<UsageError>(ok, "--shard is '{}', must be I/N with I from 0 to N-1, for example 0/4", text);
  return shard;
}

std::string Shard::name() const {
  return fmt::format("{}-of-{}", index, count);
}

std::string Shard::file_name(std::string_view stem) const {
  return is_whole() ? fmt::format("{}.jsonl", stem) : fmt::format("{}.{}.jsonl", stem, name());
}

}  // namespace csgis
