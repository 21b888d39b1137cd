#pragma once
/// What a benchmark compares: methods of the toolkit, results somebody has already, programs of others.

#include "pipelines/benchmark_items.h"
#include "pipelines/image_smoother.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

/// What one contender made of one image.
struct Outcome {
  Scored image;
  std::optional<double> seconds;  ///< Of the smoothing; of a program, from its start to its end; none of files.
};

class Contender {
 public:
  virtual ~Contender() = default;
  /// ImageSmoother::training_note(); empty for what is no method of the toolkit.
  virtual std::string training_note() const { return {}; }
  /// ImageSmoother::content(): hash of the weights; empty for others.
  virtual std::string content() const { return {}; }
  /// All that its result for this image depends on, apart from the image: options, version, content of files.
  virtual std::string identity(const BenchmarkItem& item) const = 0;
  /// @throws Error  the item fails for this contender
  virtual Outcome run(const BenchmarkItem& item, const LoadedItem& loaded, Score score, int threads) const = 0;
  /// The time of an image, from what run() measured on this machine, if it did.
  virtual std::optional<double> seconds(const BenchmarkItem& /*item*/, std::optional<double> measured) const {
    return measured;
  }

  MethodRecord record;
};

/// Reads one --method of a benchmark:
///   a method string                              l0   rtv:lambda=0.02   net:weights=FILE
///   files:dir=DIR,name=NAME                      images of the same name; seconds from DIR/times.csv if there
///   external:name=NAME,cmd="prog {in} {out}"     a program per image, which reads and writes PNG; timeout=SECONDS
///   (600)
/// @throws UsageError; IoError, DataError for the weights of a network
std::unique_ptr<Contender> make_contender(const std::string& text, std::uint64_t max_pixels,
                                          const SmootherSetting& setting = {});

/// A method of the toolkit under another name and setting.
std::unique_ptr<Contender> make_contender(const std::string& method_text, MethodRecord record);

}  // namespace csgis
