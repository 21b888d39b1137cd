/// PNG writer against cv::imencode(".png") at its defaults, in one run: time and size, per image and per class.
///
///   png_bench STRUCTURES TEXTURES [PHOTOS] [--pairs N] [--repeats N]
///
/// Classes: structures alone, structure twice side by side, structure beside structure plus grey texture (minus its
/// mean, clipped), photos smoothed by mean shift. Both encoders get the same pixels, runs alternate, medians count;
/// every file is decoded and compared before it is timed.

#include "imaging/image.h"
#include "imaging/png_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using csgis::Image8;

struct Options {
  std::vector<std::string> folders;
  std::size_t pairs = 40;
  int repeats = 5;
};

struct Item {
  std::string name;
  cv::Mat left, right;  // right is empty for a single image
};

struct Row {
  std::string name;
  double ms, peer_ms, bytes, peer_bytes;
  double speed() const { return peer_ms / ms; }
  double size() const { return bytes / peer_bytes; }
};

std::vector<fs::path> images_of(const std::string& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".png" || extension == ".jpg") found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Image8 to_rgb(const cv::Mat& bgr) {
  Image8 image({bgr.rows, bgr.cols}, 3);
  cv::Mat view(bgr.rows, bgr.cols, CV_8UC3, image.data());
  cv::cvtColor(bgr, view, cv::COLOR_BGR2RGB);
  return image;
}

cv::Mat blend(const cv::Mat& structure, const cv::Mat& texture) {
  const double mean = cv::mean(texture)[0];
  cv::Mat blended = structure.clone();
  for (int y = 0; y < blended.rows; ++y) {
    for (int x = 0; x < blended.cols; ++x) {
      const double added = texture.at<unsigned char>(y % texture.rows, x % texture.cols) - mean;
      for (int c = 0; c < 3; ++c) {
        auto& value = blended.at<cv::Vec3b>(y, x)[c];
        value = cv::saturate_cast<unsigned char>(value + added);
      }
    }
  }
  return blended;
}

double thread_milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

/// Processor time of this thread: both encoders run on one, and other work on the machine does not count.
template <class F>
double milliseconds(const F& run) {
  const double begin = thread_milliseconds();
  run();
  return thread_milliseconds() - begin;
}

/// Encodes of one encoder between two of the other: who writes a dataset writes many files, so the median shall be that
/// of an encoder whose code and tables are in the caches.
constexpr int kInARow = 4;

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

Row measure(const Item& item, int repeats) {
  cv::Mat joined = item.left;
  if (!item.right.empty()) cv::hconcat(item.left, item.right, joined);
  const Image8 left = to_rgb(item.left);
  const Image8 right = item.right.empty() ? Image8() : to_rgb(item.right);
  csgis::PngWriter writer;
  const auto ours = [&] { return right.empty() ? writer.encode(left) : writer.encode_pair(left, right); };
  std::vector<unsigned char> peer;

  const auto file = ours();
  const cv::Mat decoded = cv::imdecode(std::vector<unsigned char>(file.begin(), file.end()), cv::IMREAD_UNCHANGED);
  if (decoded.size() != joined.size() || cv::norm(decoded, joined, cv::NORM_INF) != 0) {
    throw std::runtime_error(item.name + ": the file does not decode to its image");
  }
  std::vector<double> own_times, peer_times;
  for (int i = 0; i < repeats; ++i) {
    for (int k = 0; k < kInARow; ++k) own_times.push_back(milliseconds(ours));
    for (int k = 0; k < kInARow; ++k) peer_times.push_back(milliseconds([&] { cv::imencode(".png", joined, peer); }));
  }
  return {item.name, median(own_times), median(peer_times), static_cast<double>(ours().size()),
          static_cast<double>(peer.size())};
}

void report(const std::string& title, const std::vector<Item>& items, int repeats) {
  fmt::print("\n{}\n{:<36} {:>8} {:>8} {:>7} {:>8} {:>8} {:>6}\n", title, "image", "ms", "cv ms", "faster", "kB",
             "cv kB", "size");
  std::vector<double> speeds, sizes;
  double own_ms = 0, peer_ms = 0;
  for (const Item& item : items) {
    const Row row = measure(item, repeats);
    fmt::print("{:<36} {:8.3f} {:8.3f} {:6.1f}x {:8.1f} {:8.1f} {:5.1f}%\n", row.name, row.ms, row.peer_ms, row.speed(),
               row.bytes / 1000, row.peer_bytes / 1000, 100 * row.size());
    own_ms += row.ms;
    peer_ms += row.peer_ms;
    speeds.push_back(row.speed());
    sizes.push_back(row.size());
  }
  if (items.empty()) return;
  fmt::print("{}: speed worst {:.1f}x median {:.1f}x together {:.1f}x; size worst {:.1f}% median {:.1f}%\n", title,
             *std::min_element(speeds.begin(), speeds.end()), median(speeds), peer_ms / own_ms,
             100 * *std::max_element(sizes.begin(), sizes.end()), 100 * median(sizes));
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--pairs" && i + 1 < argc) {
      options.pairs = std::stoul(argv[++i]);
    } else if (argument == "--repeats" && i + 1 < argc) {
      options.repeats = std::stoi(argv[++i]);
    } else {
      options.folders.push_back(argument);
    }
  }
  return options;
}

void run(const Options& options) {
  cv::setNumThreads(1);
  std::vector<Item> single, twice, textured, smoothed;
  for (const auto& path : images_of(options.folders[0])) {
    const cv::Mat image = cv::imread(path.string(), cv::IMREAD_COLOR);
    single.push_back({path.stem().string(), image, {}});
    twice.push_back({path.stem().string(), image, image});
  }
  const auto textures = images_of(options.folders[1]);
  for (std::size_t i = 0; i < options.pairs; ++i) {
    // 13 and 17 walk through both lists out of step, so that any number of pairs is a mixed sample.
    const Item& structure = single[i * 13 % single.size()];
    const fs::path& texture = textures[i * 17 % textures.size()];
    textured.push_back({structure.name + "+" + texture.stem().string(), structure.left,
                        blend(structure.left, cv::imread(texture.string(), cv::IMREAD_GRAYSCALE))});
  }
  if (options.folders.size() > 2) {
    const auto photos = images_of(options.folders[2]);
    for (std::size_t i = 0; i < std::min<std::size_t>(photos.size(), 12); ++i) {
      cv::Mat flat;
      cv::pyrMeanShiftFiltering(cv::imread(photos[i].string(), cv::IMREAD_COLOR), flat, 12, 30);
      smoothed.push_back({photos[i].stem().string(), flat, {}});
    }
  }
  report("structures", single, options.repeats);
  report("structure twice", twice, options.repeats);
  report("textured pairs", textured, options.repeats);
  report("smoothed photos", smoothed, options.repeats);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Options options = parse(argc, argv);
    if (options.folders.size() < 2) {
      fmt::print(stderr, "usage: png_bench STRUCTURES TEXTURES [PHOTOS] [--pairs N] [--repeats N]\n");
      return 2;
    }
    run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "png_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
