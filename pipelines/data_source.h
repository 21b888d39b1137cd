#pragma once
/// What is known about public data and weights: the manifests of data_manifest/, which are part of the program.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

struct SourceFile {
  std::string name;               ///< In the cache, and where nothing is unpacked also in the target folder.
  std::vector<std::string> urls;  ///< Tried in this order; empty where a person must download it.
  std::uint64_t size = 0;         ///< Bytes; 0 if not published.
  std::string sha256, md5;        ///< Lower-case hex; empty if not published.
  std::string sha256_prefix;      ///< The part of it that is published, when it is not whole.
  bool is_archive = false;        ///< Unpacked after the download.
  std::string manual;             ///< How a person gets it, where that is not plain from the URLs.
};

struct DataSource {
  std::string name, title, used_for, homepage;
  std::string licence, terms;
  std::vector<SourceFile> files;
  std::vector<std::string> layout;  ///< Paths that are there after unpacking.
  std::vector<std::string> ids;     ///< Identifiers of images, where the source is a list of them.
};

/// All sources, sorted by name.
const std::vector<DataSource>& data_sources();

/// @throws UsageError naming the nearest one
const DataSource& find_data_source(const std::string& name);

/// Reads a manifest. @param file  what to call it in messages
/// @throws DataError  no JSON, a missing or unknown key, a value of another kind, a file name with a folder in it
DataSource parse_data_source(std::string_view json, const std::string& file);

}  // namespace csgis
