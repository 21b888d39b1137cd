/// csgis-net: the network module alone, for machines that have LibTorch and nothing else of the toolkit's needs.

#include "core/error.h"
#include "core/version.h"
#include "model/module.h"
#include "model/safetensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>

extern "C" csgis::ModelModule* csgis_model_module();

namespace csgis {
namespace {

constexpr const char* kHelp =
    R"(csgis-net                               shows what the network module runs on
csgis-net WEIGHTS IN OUT [OPTION VALUE]...  runs a network on the images of a tensor file and times it
  WEIGHTS     state of a network, safetensors
  IN          safetensors with float32 images [3, height, width] or [1, 3, height, width], values in [0,1]
  OUT         safetensors with a result for each, under its name; replaced if it exists
  --kind      name of the network (default: told by the weights)
  --device    cpu, cuda, cuda:N (cpu)        --precision  fp32, bf16, fp16 (fp32)
  --threads   of the CPU (all cores)         --tile       largest region computed at once (by memory)
  --channels  rgb, bgr: what the network was trained on; images are RGB (rgb)
  --backend   fused, plain: plain LibTorch operators for comparison (fused)
  --repeats   runs that are timed, after one to warm up (1)
)";

struct Request {
  std::vector<std::string> files;
  PredictorOptions options;
  int repeats = 1;
};

template <class T>
T number(std::string_view name, std::string_view text, T least) {
  T value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require<UsageError>(error == std::errc() && stop == text.data() + text.size() && value >= least,
                      "{} is '{}', must be a whole number of at least {}", name, text, least);
  return value;
}

/// Whether `text` is the second of two words.
bool is_second(std::string_view name, std::string_view text, std::string_view first, std::string_view second) {
  require<UsageError>(text == first || text == second, "{} is '{}', must be {} or {}", name, text, first, second);
  return text == second;
}

Request read_arguments(std::span<char*> arguments) {
  Request request;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (!name.starts_with("--")) {
      request.files.emplace_back(name);
      continue;
    }
    require<UsageError>(++i < arguments.size(), "{} needs a value", name);
    const std::string_view value = arguments[i];
    PredictorOptions& o = request.options;
    if (name == "--kind")
      o.kind = value;
    else if (name == "--device")
      o.device = value;
    else if (name == "--precision")
      o.precision = from_name<NetPrecision>(value, name);
    else if (name == "--threads")
      o.threads = number(name, value, 1);
    else if (name == "--tile")
      o.tile = number<std::int64_t>(name, value, 1);
    else if (name == "--channels")
      o.swap_channels = is_second(name, value, "rgb", "bgr");
    else if (name == "--backend")
      o.plain_operators = is_second(name, value, "fused", "plain");
    else if (name == "--repeats")
      request.repeats = number(name, value, 1);
    else
      fail<UsageError>("unknown option '{}'; csgis-net --help lists them", name);
  }
  require<UsageError>(request.files.empty() || request.files.size() == 3,
                      "WEIGHTS, IN and OUT are needed, {} files are given", request.files.size());
  return request;
}

void show_runtime() {
  const ModelRuntime runtime = csgis_model_module()->runtime();
  fmt::print("csgis-net {}\nLibTorch {}, {} threads\n", kVersion, runtime.torch_version, runtime.threads);
  if (!runtime.onednn_version.empty()) fmt::print("oneDNN {} called directly\n", runtime.onednn_version);
  if (runtime.cuda_devices.empty()) fmt::print("no CUDA device\n");
  for (const std::string& device : runtime.cuda_devices) fmt::print("{}\n", device);
}

/// Planes, one after the other.
template <class T>
PixelView<T> view_of(T* data, const std::vector<std::int64_t>& shape) {
  const std::int64_t height = shape[shape.size() - 2], width = shape.back();
  return {data, height, width, shape[shape.size() - 3], width, 1, height * width};
}

void run_image(Predictor& predictor, const Tensor& image, int repeats, TensorFile& results) {
  const std::size_t axes = image.shape.size();
  require<DataError>(image.dtype == DType::f32 && (axes == 3 || (axes == 4 && image.shape[0] == 1)),
                     "{} is no float32 image [3, height, width]", image.name);
  const std::vector<float> values = stored_values<float>(image);
  std::vector<float> smoothed(values.size());
  const auto in = view_of(values.data(), image.shape);
  const auto out = view_of(smoothed.data(), image.shape);
  std::vector<double> seconds;
  for (int i = repeats > 1 ? -1 : 0; i < repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    predictor.smooth(in, out);
    if (i >= 0) seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::ranges::sort(seconds);
  const double median = seconds[seconds.size() / 2];
  const auto pixels = static_cast<double>(in.height * in.width);
  fmt::print("{}: {} x {}, {:.4f} s (least {:.4f}), {:.3f} MP/s, {:.1f} GFLOP/s, tile {}\n", image.name, in.width,
             in.height, median, seconds.front(), pixels / median * 1e-6,
             pixels * static_cast<double>(predictor.info().operations_per_pixel) / median * 1e-9,
             predictor.tile_for(in.height, in.width));
  results.add_copy({image.name, DType::f32, image.shape, std::as_bytes(std::span<const float>(smoothed))});
}

int run(std::span<char*> arguments) {
  if (std::ranges::any_of(arguments, [](std::string_view a) { return a == "--help" || a == "-h"; })) {
    fmt::print("{}", kHelp);
    return 0;
  }
  const Request request = read_arguments(arguments);
  if (request.files.empty()) {
    show_runtime();
    return 0;
  }
  const TensorFile images = read_safetensors(request.files[1]);
  require<NothingUsable>(!images.tensors.empty(), "{} holds no tensors", request.files[1]);
  const auto predictor = csgis_model_module()->load(read_safetensors(request.files[0]), request.options);
  const PredictorInfo& info = predictor->info();
  fmt::print("{}, {} wide, {} blocks, {} parameters; {}\n", info.kind, info.width, info.blocks, info.parameters,
             info.backend);
  TensorFile results;
  for (const Tensor& image : images.tensors) run_image(*predictor, image, request.repeats, results);
  write_safetensors(request.files[2], results, true);
  return 0;
}

}  // namespace
}  // namespace csgis

int main(int argc, char** argv) {
  using namespace csgis;
  const auto report = [](const std::exception& error, int code) {
    fmt::print(stderr, "csgis-net: {}\n", error.what());
    return code;
  };
  try {
    return run(std::span(argv + 1, static_cast<std::size_t>(argc - 1)));
  } catch (const UsageError& error) {
    return report(error, 2);
  } catch (const OutputError& error) {
    return report(error, 5);
  } catch (const Error& error) {
    return report(error, 4);
  } catch (const std::exception& error) {
    return report(error, 1);
  }
}
