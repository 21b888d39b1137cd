#pragma once
/// The pictures that results speak of: inputs, ground truths and what the methods made of them.

#include "imaging/image.h"
#include "pipelines/results.h"

#include <boost/filesystem/path.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace csgis {

/// Why there is no picture.
struct Gap {
  std::string word;  ///< For a caption: "not kept", "missing", "outside".
  std::string reason;
};

struct ResultPicture {
  std::string name;  ///< "input", "GT" or the method.
  Image8 image;      ///< Empty if there is a gap.
  Gap gap;
};

/// Finds and reads them. results.json may come from anyone, and what is read ends in a page that may be passed on, so a
/// path (relative to results.json) counts only if, with all links resolved, it leads into the folder of results.json or
/// one of the folders that the user has named.
class ResultImages {
 public:
  /// @param source  the folder of results.json
  /// @param data    more folders that may be read from
  /// `results` must outlive this object.
  ResultImages(const Results& results, const boost::filesystem::path& source, const std::vector<std::string>& data,
               std::uint64_t max_pixels);

  /// Input, GT and one a method of the results, in this order: as many for each image. One file for input and GT is a
  /// pair image: GT left, input right. A file that cannot be had is a gap, never an error.
  std::vector<ResultPicture> read(const std::string& image) const;
  /// One of them, by its place in that order.
  ResultPicture read(const std::string& image, std::size_t part) const;
  /// Whether any file of it can be found; none is read.
  bool has_any(const std::string& image) const;
  std::size_t parts() const { return results_.methods.size() + 2; }

  const ResultRow* row(const std::string& method, const std::string& image) const;
  const ImageRecord* record(const std::string& image) const;

 private:
  struct Found {
    boost::filesystem::path path;
    Gap gap;
  };
  Found find(const std::string& file) const;
  /// The file that results.json names for a part; empty if none.
  std::string file_of(const std::string& image, std::size_t part) const;

  const Results& results_;
  boost::filesystem::path source_;
  std::vector<boost::filesystem::path> allowed_;
  std::uint64_t max_pixels_;
  std::map<std::pair<std::string, std::string>, const ResultRow*> rows_;
  std::map<std::string, const ImageRecord*> records_;
};

/// Names of all images, those first on which the methods do worst: by the mean of the first metric over all methods but
/// the controls (`none`, gaussian); images without a value last. Equal ones in the order of the results.
std::vector<std::string> worst_first(const Results& results);

}  // namespace csgis
