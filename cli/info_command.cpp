#include "classical/simd_path.h"
#include "cli/command_line.h"
#include "cli/session.h"
#include "core/version.h"
#include "pipelines/model_module.h"

#include <nlohmann/json.hpp>
#include <opencv2/core/version.hpp>
#include <thread>

namespace csgis::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The network runtime, or why there is none: a machine without LibTorch can still build and smooth.
Json network_info() {
  try {
    const ModelRuntime runtime = model_module().runtime();
    return {{"libtorch", runtime.torch_version}, {"threads", runtime.threads}, {"cuda", runtime.cuda_devices}};
  } catch (const IoError& e) {
    return {{"unavailable", e.what()}};
  }
}

std::string in_words(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string words;
  for (const Json& element : value) words += (words.empty() ? "" : ", ") + in_words(element);
  return words.empty() ? "none" : words;
}

}  // namespace

int run_info(const Command& self, Arguments arguments) {
  CommonOptions common;
  CommandLine line(self.name, self.summary, self.example);
  line.bind(common);
  if (!line.parse(arguments)) return kDone;

  const Session session(common);
  const Json info{{"csgis", kVersion},
                  {"cores", std::thread::hardware_concurrency()},
                  {"threads", session.context().options.threads},
                  {"simd", simd_path_in_use()},
                  {"opencv", CV_VERSION},
                  {"network", network_info()}};
  if (common.json) {
    print_json(info);
    return kDone;
  }
  for (const auto& [key, value] : info.items()) {
    if (!value.is_object()) fmt::print("{:<12}{}\n", key, in_words(value));
  }
  for (const auto& [key, value] : info.at("network").items()) fmt::print("{:<12}{}\n", key, in_words(value));
  return kDone;
}

}  // namespace csgis::cli
