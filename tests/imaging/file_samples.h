#pragma once
/// Files that the decoder tests start from.

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/fstream.hpp>
#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace csgis::test {

using FileBytes = std::vector<std::uint8_t>;

inline FileBytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

inline FileBytes load(const boost::filesystem::path& path) {
  boost::filesystem::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline boost::filesystem::path corpus(const std::string& format) {
  return boost::filesystem::path(CSGIS_TEST_DATA).parent_path() / "fuzz" / "corpus" / format;
}

/// The small valid files of `format` that tests/fuzz/make_seeds.py wrote with other encoders than ours.
inline std::vector<boost::filesystem::path> seeds(const std::string& format) {
  std::vector<boost::filesystem::path> found;
  for (const auto& entry : boost::filesystem::directory_iterator(corpus(format))) {
    if (entry.path().filename().string().starts_with("seed_")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

inline FileBytes seed(const std::string& format, const std::string& name) {
  return load(corpus(format) / ("seed_" + name));
}

}  // namespace csgis::test
