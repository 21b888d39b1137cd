#pragma once
/// Finds the golden data: $CSGIS_GOLDEN, or the copies in tests/data/golden.

#include "imaging/image_file.h"

#include <boost/filesystem/path.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

namespace csgis::testing {

inline boost::filesystem::path golden_folder(const std::string& set) {
  const char* folder = std::getenv("CSGIS_GOLDEN");
  const boost::filesystem::path root = folder != nullptr && *folder != '\0' ? folder : CSGIS_TEST_DATA "/golden";
  return root / set;
}

/// The entries of a set's golden.json.
inline nlohmann::json golden_entries(const std::string& set) {
  const auto bytes = read_file_bytes(golden_folder(set) / "golden.json");
  return nlohmann::json::parse(bytes.begin(), bytes.end());
}

}  // namespace csgis::testing
