#include "pipelines/benchmark_inputs.h"

#include "core/error.h"
#include "imaging/image_file.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <array>

namespace csgis {
namespace fs = boost::filesystem;
namespace {

using Json = nlohmann::ordered_json;

/// Those that are noted in results.json; nothing where there is none, or none that can be read.
Json noted_inputs(const OutputFolder& folder) {
  try {
    const auto bytes = read_file_bytes(folder.path("results.json"));
    return Json::parse(bytes.begin(), bytes.end()).at("run").at("inputs");
  } catch (const Json::exception&) {
    return {};
  } catch (const IoError&) {
    return {};
  }
}

/// Whether the images are the same ones, however they are named.
bool are_same(const Json& noted, const Json& wanted) {
  return std::ranges::all_of(std::array{"data", "pairs", "in", "gt"}, [&](const char* name) {
    const auto text_in = [name](const Json& inputs) {
      const auto found = inputs.find(name);
      return found != inputs.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const std::string a = text_in(noted), b = text_in(wanted);
    boost::system::error_code ignored;
    return a == b || fs::equivalent(a, b, ignored);
  });
}

}  // namespace

Json inputs_record(const BenchmarkOptions& options) {
  Json inputs = Json::object();
  for (const auto& [name, value] :
       {std::pair{"data", options.data}, std::pair{"pairs", options.pairs}, std::pair{"in", options.in},
        std::pair{"gt", options.gt}, std::pair{"groups", options.groups}}) {
    if (!value.empty()) inputs[name] = value;
  }
  return inputs;
}

void check_same_inputs(const OutputFolder& folder, const BenchmarkOptions& options) {
  const Json noted = noted_inputs(folder);
  require<OutputError>(!noted.is_object() || are_same(noted, inputs_record(options)),
                       "{} holds a benchmark of {}; --overwrite replaces it", options.out, noted.dump());
}

}  // namespace csgis
