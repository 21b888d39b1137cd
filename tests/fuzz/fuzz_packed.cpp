#include "core/error.h"
#include "pipelines/hashing.h"
#include "pipelines/packed_header.h"
#include "pipelines/packed_index.h"

#include <cstdlib>
#include <string_view>

namespace {

/// Aborts, which libFuzzer reports, when something that must hold does not.
void demand(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

/// The input is the index of a packed file with 256 bytes of images: a mutated file itself would fail at its hash. What
/// is accepted must lie inside.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace csgis;
  std::vector<std::uint8_t> file(kPackedHeaderBytes + 256);
  const auto head = header_bytes({kPackedVersion, file.size() + size, file.size(), size, xxh128_hex({data, size})});
  std::copy(head.begin(), head.end(), file.begin());
  file.insert(file.end(), data, data + size);
  try {
    const PackedIndex index = parse_packed(std::as_bytes(std::span(file)));
    for (const PackedImage& image : index.images) demand(image.offset + image.bytes() <= kPackedHeaderBytes + 256);
    for (const auto* samples : {&index.table.train, &index.table.held_out}) {
      for (const TableSample& sample : *samples) {
        demand(sample.truth.file < index.images.size() && sample.input.file < index.images.size());
        for (const LayerRef& over : sample.over) demand(over.file < index.images.size());
      }
    }
  } catch (const DataError& error) {
    const std::string_view reason = error.what();
    demand(!reason.empty() && reason.find('\n') == std::string_view::npos);
  }
  return 0;
}
