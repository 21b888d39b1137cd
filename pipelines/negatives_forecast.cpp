#include "core/error.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/image_folder_run.h"
#include "pipelines/negatives_folder.h"
#include "pipelines/scratch_folder.h"

#include <boost/filesystem/operations.hpp>

#include <cmath>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

/// A calibration works on at most so many images.
constexpr std::size_t kMostImages = 64;

/// The check that begins every run over a folder, and nothing after it.
class Survey : public ImageFolderRun {
 public:
  using ImageFolderRun::ImageFolderRun;

  struct Image {
    fs::path path;
    double pixels = 0;
  };
  std::vector<Image> images() const {
    std::vector<Image> images;
    for (const Input& input : inputs()) images.push_back({input.source.path, pixels_.at(input.source.file)});
    return images;
  }

  /// "FILE: REASON"; empty if all are good.
  std::string first_error() {
    const fs::path list = out().path(kErrorsFile);
    boost::system::error_code ignored;
    if (!fs::exists(list, ignored)) return {};
    const ItemError error = item_error_from_json(read_lines(list).front());
    return fmt::format("{}: {}", error.file, error.reason);
  }

 private:
  const char* task() const override { return "survey"; }
  nlohmann::ordered_json options() const override { return nullptr; }
  void check(const ListedImage& /*image*/) const override {}
  void look_at(const ListedImage& image, DecodedImage&& pixels) override {
    const auto count = static_cast<double>(to_colour8(std::move(pixels)).size().pixels());
    const std::lock_guard lock(mutex_);
    pixels_[image.file] = count;
  }
  std::vector<std::size_t> wanted() const override { return {}; }
  std::vector<std::string> parts() const override { return {}; }
  std::vector<std::string> items_of(const ListedImage& image) const override { return {image.file}; }
  JournalEntry make(const ListedImage& image, DecodedImage& /*pixels*/, std::size_t /*index*/,
                    int /*threads*/) override {
    return {image.file, {}};
  }
  void write_lists(const std::map<std::string, JournalEntry>& /*entries*/) override {}

  std::mutex mutex_;
  std::map<std::string, double> pixels_;
};

/// One run of a calibration.
struct Measured {
  double images = 0, pixels = 0, cpu_seconds = 0;
  Tally files;
};

Measured run_of(const std::vector<Survey::Image>& images, std::size_t count, const NegativesFolderOptions& given,
                const RunContext& of) {
  const ScratchFolder scratch;
  NegativesFolderOptions options = given;
  options.in = scratch.file("in").string();
  options.out = scratch.file("out").string();
  options.shard = Shard{}.text();
  boost::system::error_code error;
  fs::create_directory(options.in, error);
  Measured measured;
  for (const std::size_t place : evenly_chosen(images.size(), count)) {
    const Survey::Image& image = images[place];
    if (!error) fs::create_symlink(fs::absolute(image.path), fs::path(options.in) / image.path.filename(), error);
    measured.images += 1;
    measured.pixels += image.pixels;
  }
  require<OutputError>(!error, "cannot write into {}: {}", options.in, error.message());
  Unheard unheard;
  const double begin = process_seconds();
  make_negatives_folder(options, unheard.context(of));
  measured.cpu_seconds = process_seconds() - begin;
  measured.files = tally(options.out);
  return measured;
}

/// Of a shard: what is its own, beside the whole.
void share_out(const Shard& shard, std::uint64_t images, Forecast& forecast) {
  if (shard.is_whole()) return;
  forecast.whole = {forecast.counts, forecast.cost};
  std::uint64_t own = 0;
  for (std::uint64_t i = 0; i < images; ++i) own += shard.owns(i) ? 1 : 0;
  const double share = static_cast<double>(own) / static_cast<double>(images);
  forecast.counts = {{"images", own}};
  forecast.cost.cpu_seconds *= share;
  forecast.cost.seconds *= share;
  forecast.cost.bytes = static_cast<std::uint64_t>(static_cast<double>(forecast.cost.bytes) * share);
  forecast.cost.files = static_cast<std::uint64_t>(std::llround(static_cast<double>(forecast.cost.files) * share));
}

}  // namespace

Forecast forecast_negatives(const NegativesFolderOptions& options, const RunContext& context) {
  check_options(options);
  auto listed = list_images(options.in, "--in");
  const ScratchFolder scratch;
  Unheard unheard;
  const RunContext surveying{unheard, context.progress, context.cancel, context.options};
  Survey survey(scratch.file("survey").string(), options.max_pixels, surveying);
  const ImageFolderReport report = survey.run(std::move(listed));

  const std::vector<Survey::Image> images = survey.images();
  Forecast forecast;
  forecast.errors = report.errors;
  forecast.first_error = survey.first_error();
  Measured some;
  forecast.measured_seconds = calibrate(std::min(kMostImages, images.size()), 2, context,
                                        [&](std::size_t n) { some = run_of(images, n, options, context); });
  double pixels = 0;
  for (const Survey::Image& image : images) pixels += image.pixels;
  const double by_pixels = pixels / some.pixels, by_number = static_cast<double>(images.size()) / some.images;
  forecast.counts = {{"images", images.size()}};
  forecast.measured = fmt::format("{} of {} images", some.images, images.size());
  forecast.cost.cpu_seconds = some.cpu_seconds * by_pixels;
  forecast.cost.seconds = forecast.cost.cpu_seconds / cores_of(context);
  forecast.cost.bytes = static_cast<std::uint64_t>(static_cast<double>(some.files.image_bytes) * by_pixels +
                                                   static_cast<double>(some.files.list_bytes) * by_number);
  forecast.cost.files =
      static_cast<std::uint64_t>(std::llround(static_cast<double>(some.files.images) * by_number)) + some.files.lists;
  share_out(Shard::from_option(options.shard), images.size(), forecast);
  note_what_lies_there(options.out, forecast);
  return forecast;
}

}  // namespace csgis
