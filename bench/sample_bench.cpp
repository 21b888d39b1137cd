/// How fast training samples reach a trainer, on one thread: from a packed file, from PNG files, drawn on the fly; and
/// what a plain loop of OpenCV calls takes for the same work from the same files.
///
///   sample_bench [--seconds S] [--sheet FILE]
///
/// The set is made here: 24 scenes of 375 x 500, 4 blends each, with edge maps, label maps and over-smoothed images, as
/// the published scripts lay them out; crops of 128 x 128 with the augmentation of the four-folder set. Processor time
/// counts, medians of interleaved rounds. --sheet writes 64 drawn samples (input, truth, over-smoothed) as a PNG file.

#include "core/random.h"
#include "datagen/edge_map.h"
#include "datagen/render_blend.h"
#include "datagen/synth_scene.h"
#include "datagen/synth_texture.h"
#include "imaging/png_writer.h"
#include "pipelines/output_folder.h"
#include "pipelines/packed_samples.h"
#include "pipelines/training_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <ctime>
#include <functional>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

using namespace csgis;
namespace fs = boost::filesystem;

namespace {

constexpr int kScenes = 24, kTextures = 4, kPatch = 128, kBatch = 8;
constexpr Size kSize{375, 500};

class Silent : public Log, public ProgressSink {
 public:
  void write(LogLevel, std::string_view) override {}
  void start(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
  void finish() override {}
};

void write_set(const fs::path& folder) {
  for (const char* part : {"train", "edge", "seg", "over"}) fs::create_directories(folder / part);
  PngWriter png;
  for (int key = 0; key < kScenes; ++key) {
    const SynthScene scene = synth_scene(1, static_cast<std::uint64_t>(key), kSize);
    const std::string name = fmt::format("{}.png", key);
    write_single_file(folder / "edge" / name, png.encode(edge_map(scene.image, {})), true);
    write_single_file(folder / "seg" / name, png.encode_indexed(scene.classes), true);
    cv::Mat smooth(kSize.height, kSize.width, CV_8UC3);
    const cv::Mat image(kSize.height, kSize.width, CV_8UC3, const_cast<std::uint8_t*>(scene.image.data()));
    cv::medianBlur(image, smooth, 15);
    Image8 over(kSize, 3);
    std::copy_n(smooth.data, over.samples().size(), over.data());
    write_single_file(folder / "over" / name, png.encode(over), true);
    for (int t = 0; t < kTextures; ++t) {
      const SynthTexture texture = synth_texture(1, static_cast<std::uint64_t>(t));
      const Image8 blend = blend_additive(scene.image, GreyTexture(texture.image, Luma::rec601));
      write_single_file(folder / "train" / fmt::format("{}.png", t * kScenes + key),
                        png.encode_pair(scene.image, blend), true);
    }
  }
}

// The peer --------------------------------------------------------------------------------------------------------

/// What a training script does in a loop: read five images, cut, flip, turn, jitter.
class PlainLoop {
 public:
  explicit PlainLoop(const fs::path& folder) : folder_(folder) {}

  std::size_t sample() {
    const auto index = static_cast<int>(random_.below(kScenes * kTextures));
    const std::string key = fmt::format("{}.png", index % kScenes);
    const cv::Mat pair = read("train/" + fmt::format("{}.png", index), cv::IMREAD_COLOR);
    std::vector<cv::Mat> layers{pair.colRange(pair.cols / 2, pair.cols), pair.colRange(0, pair.cols / 2),
                                read("over/" + key, cv::IMREAD_COLOR), read("edge/" + key, cv::IMREAD_GRAYSCALE),
                                read("seg/" + key, cv::IMREAD_GRAYSCALE)};
    const cv::Rect crop(random_.between(0, kSize.width - kPatch), random_.between(0, kSize.height - kPatch), kPatch,
                        kPatch);
    const bool flip = random_.chance(0.5);
    const cv::Mat turn = cv::getRotationMatrix2D({kPatch / 2.0F, kPatch / 2.0F}, random_.uniform(-45, 45), 1);
    const double brightness = random_.uniform(0.3, 1.7), contrast = random_.uniform(0.3, 1.7);
    const int hue = random_.between(-54, 54);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      cv::Mat patch = layers[i](crop).clone(), turned;
      if (flip) cv::flip(patch, patch, 1);
      cv::warpAffine(patch, turned, turn, patch.size(), cv::INTER_NEAREST);
      if (i < 3) jitter(turned, brightness, contrast, hue);
      std::vector<cv::Mat> planes;
      cv::split(turned, planes);
      sum += planes[0].data[77];
    }
    return sum;
  }

 private:
  cv::Mat read(const std::string& name, int flags) const { return cv::imread((folder_ / name).string(), flags); }

  static void jitter(cv::Mat& image, double brightness, double contrast, int hue) {
    image.convertTo(image, -1, brightness, 0);
    cv::Mat grey, hsv;
    cv::cvtColor(image, grey, cv::COLOR_BGR2GRAY);
    const double mean = cv::mean(grey)[0];
    image.convertTo(image, -1, contrast, mean * (1 - contrast));
    cv::cvtColor(image, hsv, cv::COLOR_BGR2HSV);
    for (int y = 0; y < hsv.rows; ++y) {
      for (int x = 0; x < hsv.cols; ++x) {
        std::uint8_t& h = hsv.ptr<std::uint8_t>(y)[3 * x];
        h = static_cast<std::uint8_t>((h + hue + 180) % 180);
      }
    }
    cv::cvtColor(hsv, image, cv::COLOR_HSV2BGR);
  }

  fs::path folder_;
  Random random_{1, "bench", "peer"};
};

// Timing ----------------------------------------------------------------------------------------------------------

struct Contender {
  std::string name;
  std::function<void()> batch;  ///< kBatch samples.
  std::vector<double> milliseconds = {};

  double middle() const {
    std::vector<double> sorted = milliseconds;
    std::ranges::sort(sorted);
    return sorted[sorted.size() / 2];
  }
};

void time_round(Contender& contender, double seconds) {
  const auto now = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  const double begin = now();
  int samples = 0;
  do {
    contender.batch();
    samples += kBatch;
  } while (now() - begin < seconds);
  contender.milliseconds.push_back((now() - begin) * 1000 / samples);
}

class StreamLoop {
 public:
  StreamLoop(const std::string& data, Augmentation augment, int cache_mib, bool with_over = true) {
    SampleOptions options;
    options.data = data;
    options.patch = kPatch;
    options.batch = kBatch;
    options.augment = augment;
    options.cache_mib = cache_mib;
    StreamSetup setup;
    setup.needed = {true, with_over, with_over};
    setup.recipe.set(21, true);
    setup.workers = 0;
    stream_ = std::make_shared<SampleStream>(open_samples(options, 1), StreamUse::train, options, setup);
  }
  void operator()() {
    last_ = stream_->batch(place_ / stream_->batches_per_epoch(), place_ % stream_->batches_per_epoch()), ++place_;
  }
  const TrainingBatch& last() const { return last_; }

 private:
  std::shared_ptr<SampleStream> stream_;
  std::uint64_t place_ = 0;
  TrainingBatch last_;
};

void write_sheet(const std::string& file) {
  StreamLoop loop(kSynthData, Augmentation::none, 0);
  constexpr int kColumns = 4, kStep = kPatch + 2;
  Image8 sheet({16 * kStep, kColumns * 3 * kStep}, 3);
  for (int n = 0; n < 64; ++n) {
    if (n % kBatch == 0) {
      for (int skipped = 0; skipped < 20; ++skipped) loop();
    }
    const TrainingBatch& batch = loop.last();
    int column = n % kColumns * 3;
    for (const auto* layer : {&batch.input, &batch.truth, &batch.over}) {
      for (int i = 0; i < 3 * kPatch * kPatch; ++i) {
        const int c = i / (kPatch * kPatch), y = i / kPatch % kPatch, x = i % kPatch;
        sheet.at(n / kColumns * kStep + y, column * kStep + x)[c] =
            (*layer)[static_cast<std::size_t>(n % kBatch * 3 * kPatch * kPatch + i)];
      }
      ++column;
    }
  }
  PngWriter png;
  write_single_file(file, png.encode(sheet), true);
}

int measure(double seconds) {
  const fs::path folder = fs::temp_directory_path() / fs::unique_path("csgis-sample-bench-%%%%-%%%%");
  fs::create_directories(folder);
  write_set(folder / "set");
  Silent silent;
  const CancelToken cancel;
  RunContext context{silent, silent, cancel, {}};
  context.options.threads = 1;
  const std::string packed = (folder / "set.pack").string();
  const PackReport report = pack_dataset(folder / "set", {packed}, context);
  fmt::print("{} samples, {} images, packed {:.1f} MB\n", report.train, report.images,
             static_cast<double>(report.bytes) / 1e6);
  cv::setNumThreads(1);

  PlainLoop peer(folder / "set");
  std::vector<Contender> contenders{
      {"plain loop: PNG and OpenCV",
       [&] {
         for (int i = 0; i < kBatch; ++i) peer.sample();
       }},
      {"packed file, exact augmentation", StreamLoop(packed, Augmentation::exact, 0)},
      {"packed file, augmentation on the device", StreamLoop(packed, Augmentation::device, 0)},
      {"PNG files, nothing kept", StreamLoop((folder / "set").string(), Augmentation::exact, 0)},
      {"PNG files, all kept", StreamLoop((folder / "set").string(), Augmentation::exact, 1024)},
      {"drawn, with edges", StreamLoop(kSynthData, Augmentation::none, 0, false)},
      {"drawn, with edges and over-smoothed image", StreamLoop(kSynthData, Augmentation::none, 0)}};
  for (Contender& contender : contenders) {
    for (int i = 0; i < 2 * kScenes * kTextures / kBatch; ++i) contender.batch();
  }
  for (int round = 0; round < 5; ++round) {
    for (Contender& contender : contenders) time_round(contender, seconds / 5);
  }
  for (const Contender& contender : contenders) {
    fmt::print("{:44} {:8.3f} ms of processor time a sample {:8.0f} /s {:7.1f} x\n", contender.name, contender.middle(),
               1000 / contender.middle(), contenders.front().middle() / contender.middle());
  }
  fs::remove_all(folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  double seconds = 5;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--seconds") seconds = std::stod(argv[i + 1]);
    if (option == "--sheet") {
      write_sheet(argv[i + 1]);
      return 0;
    }
  }
  return measure(seconds);
}
