#include "model/checkpoint.h"
#include "model/detail/zip_store.h"
#include "model/file_bytes.h"
#include "tests/fuzz/weights_check.h"

#include <string>

/// The input is the pickle of an archive with two storages: a mutated archive itself would fail at its checksums.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  csgis::detail::ZipWriter zip;
  zip.add("r/data.pkl", std::as_bytes(std::span(data, size)));
  zip.add("r/data/0", csgis::bytes_of("\x01\x02\x03\x04\x05\x06\x07\x08"));
  zip.add("r/data/1", csgis::bytes_of("\x09\x0a\x0b\x0c"));
  std::string archive;
  for (const auto piece : zip.finish()) archive.append(reinterpret_cast<const char*>(piece.data()), piece.size());
  csgis::fuzz::check_weights([](const csgis::SharedBytes& file) { return csgis::parse_checkpoint(file).state; },
                             reinterpret_cast<const std::uint8_t*>(archive.data()), archive.size());
  return 0;
}
