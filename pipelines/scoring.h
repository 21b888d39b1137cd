#pragma once
/// Scoring one image: shared by `evaluate` and `benchmark`, so that kept files and runs in memory give equal numbers.

#include "core/enum_names.h"
#include "core/error.h"
#include "imaging/image.h"
#include "metrics/scored_pair.h"
#include "pipelines/item_errors.h"
#include "pipelines/results.h"

#include <array>
#include <boost/filesystem/path.hpp>
#include <variant>

namespace csgis {

/// On which values metrics are computed.
enum class Score {
  rounded,   ///< Clipped to [0,1] and rounded to 8 bit, as a written PNG would hold them.
  unclipped  ///< Float results as they are.
};
constexpr std::array<EnumName<Score>, 2> enum_names(Score) {
  return {{{Score::rounded, "8bit"}, {Score::unclipped, "float"}}};
}

/// The parts between commas; at least one, which may be empty.
std::vector<std::string> split_list(const std::string& list);

/// Names from the --metrics option: lists separated by commas, all known, none twice; psnr and ssim:csgis if there are
/// none. @throws UsageError
std::vector<std::string> metric_names(const std::vector<std::string>& lists);

/// An image as it is scored: three channels, grey files as R = G = B like everywhere in the field, alpha left out.
using Scored = std::variant<Image8, ImageF>;

/// @throws DataError, LimitError  as read_image
Scored read_scored(const boost::filesystem::path& path, Score score, std::uint64_t max_pixels);
/// The same of a result in memory. @throws InvalidArgument  NaN
Scored as_scored(const ImageF& image, Score score);

ScoredImage view(const Scored& image);

/// read(), for a file that an item needs beside its own: errors name its role and plain name, and no folder.
template <class Read>
auto read_beside(const char* role, const boost::filesystem::path& path, const Read& read) {
  try {
    return read(path);
  } catch (const Error& e) {
    fail<DataError>("{} {}: {}", role, path.filename().string(), reason_without_path(e, path));
  }
}

/// Adds the metrics to the row; one that does not apply to a good pair is put under `skipped`.
/// @throws InvalidArgument  the pair cannot be scored at all: sizes differ, values are not finite
void score_pair(const ScoredPair& pair, const std::vector<std::string>& metrics, ResultRow& row);
/// The same against one ground truth.
void score_pair(const Scored& pred, const Scored& gt, const std::vector<std::string>& metrics, ResultRow& row);

}  // namespace csgis
