#include "model/network_state.h"

#include "core/error.h"
#include "model/checkpoint.h"
#include "model/safetensors.h"
#include "tests/model/weight_samples.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace csgis {
namespace {

using namespace testing;
using Json = nlohmann::json;

/// A state of zeros.
TensorFile zeros(const std::vector<StateEntry>& entries) {
  TensorFile file;
  for (const StateEntry& entry : entries) {
    const auto bytes = static_cast<std::size_t>(element_count(entry.shape).value()) * size_of(entry.type);
    file.add_copy({entry.name, entry.type, entry.shape, std::vector<std::byte>(bytes)});
  }
  return file;
}

/// The golden sets write a prefix before the networks of Easy2Hard.
std::string kind_of(std::string name) {
  if (name.starts_with("e2h_")) name.erase(0, 4);
  if (name == "deeplabv3plus_mobilenet") return "DeepLabV3Plus_MobileNetV2";
  if (name == "deeplabv3plus_resnet50") return "DeepLabV3Plus_ResNet50";
  return name;
}

TensorFile golden_file(const Json& path) {
  return read_safetensors((golden_folder("network") / path.get<std::string>()).string());
}

}  // namespace

TEST_CASE("every network has its own state, found again by its sizes", "[weights]") {
  for (const std::string& kind : network_kinds()) {
    INFO(kind);
    const NetworkSizes sizes =
        is_smoother(kind) ? NetworkSizes{4, 2, 20, 3} : NetworkSizes{.in = 3, .out = kind.starts_with("VGG") ? 512 : 7};
    const std::vector<StateEntry> entries = network_state(kind, sizes);
    std::set<std::string> names;
    for (const StateEntry& entry : entries) names.insert(entry.name);
    CHECK(names.size() == entries.size());
    const TensorFile state = zeros(entries);
    CHECK(sizes_of_state(kind, state) == sizes);
    CHECK(compare_state(kind, state).is_none());
    const std::vector<std::string> kinds = kinds_of_state(state);
    const bool is_shared = kind == "HDC_edge_refine" || kind == "HDC_no_edge";
    CHECK(kinds == (is_shared ? std::vector<std::string>{"HDC_edge_refine", "HDC_no_edge"} : std::vector{kind}));
  }
}

TEST_CASE("compare_state names what differs", "[weights]") {
  TensorFile state = zeros(network_state("HDC", {3, 3, 8, 1}));
  const auto at = [&](const std::string& name) { return std::ranges::find(state.tensors, name, &Tensor::name); };
  at("interpreter.0.bias")->name = "interpreter.0.offset";
  at("interpreter.4.weight")->shape = {4, 2};
  state.tensors.erase(at("interpreter.4.num_batches_tracked"));  // old versions do not count
  const StateDifference difference = compare_state("HDC", state);
  CHECK(difference.missing == std::vector<std::string>{"interpreter.0.bias"});
  CHECK(difference.superfluous == std::vector<std::string>{"interpreter.0.offset"});
  CHECK(difference.reshaped == std::vector<std::string>{"interpreter.4.weight: [4,2] instead of [8]"});
  CHECK(kinds_of_state(state).empty());
  CHECK_THROWS_AS(sizes_of_state("Baseline", state), DataError);
  CHECK_FALSE(compare_state("Baseline", state).is_none());
  CHECK(compare_state("HDC", {}).missing.size() > 100);
  CHECK_THROWS_WITH(compare_state("HDC_edge_refin", state), ContainsSubstring("'HDC_edge_refine'"));
  CHECK_THROWS_AS(network_state("", {}), UsageError);
}

TEST_CASE("sizes are bounded whatever a state says", "[weights]") {
  TensorFile state = zeros(network_state("HDC", {3, 3, 8, 1}));
  state.tensors.push_back({"descriptor.res16.99999999999.x", DType::f32, {0}, {}});
  state.tensors.push_back({"descriptor.res16.4611686018427387904.x", DType::f32, {0}, {}});
  CHECK(sizes_of_state("HDC", state).blocks == 1);
  state.tensors[0].shape = {std::int64_t{1} << 40, 3, 3, 3};
  CHECK_THROWS_AS(sizes_of_state("HDC", state), DataError);
  CHECK(kinds_of_state(state).empty());
}

TEST_CASE("golden networks have the states listed here", "[weights][golden]") {
  const Json golden = golden_entries("network");
  for (const Json& entry : golden.at("networks").at("cases")) {
    const std::string kind = kind_of(entry.at("network"));
    INFO(kind);
    const TensorFile state = golden_file(entry.at("weights"));
    const Json& ctor = entry.at("ctor");
    CHECK(sizes_of_state(kind, state) ==
          NetworkSizes{ctor.at("in_c"), ctor.at("out_c"), ctor.at("dim"), ctor.at("num_block")});
    StateDifference difference = compare_state(kind, state);
    // The published network makes these filters anew in every call.
    if (kind == "HDC_att")
      std::erase_if(difference.missing, [](const std::string& name) { return name.starts_with("eca"); });
    CHECK(difference.missing == std::vector<std::string>{});
    CHECK(difference.superfluous == std::vector<std::string>{});
    CHECK(difference.reshaped == std::vector<std::string>{});
  }
  if (golden.contains("deeplab")) {
    CHECK(kinds_of_state(golden_file(golden.at("deeplab").at("weights"))) ==
          std::vector<std::string>{"DeepLabV3Plus_MobileNetV2"});
  }
  if (golden.contains("vgg16")) {
    CHECK(kinds_of_state(golden_file(golden.at("vgg16").at("file"))) == std::vector<std::string>{"VGG16_features"});
  }
}

TEST_CASE("golden counts of parameters and state entries", "[weights][golden]") {
  const Json sizes_of_networks = golden_entries("network").value("reference_sizes", Json::object());
  for (const auto& [text, counts] : sizes_of_networks.items()) {
    INFO(text);
    const std::size_t bracket = text.find('(');
    const std::string kind = kind_of(text.substr(0, bracket));
    std::vector<std::int64_t> numbers;
    std::istringstream list(text.substr(bracket + 1));
    for (std::string number; std::getline(list, number, ',');) numbers.push_back(std::stoll(number));
    const NetworkSizes sizes = numbers.size() == 1
                                   ? NetworkSizes{.out = numbers.at(0)}
                                   : NetworkSizes{numbers.at(0), numbers.at(1), numbers.at(2), numbers.at(3)};
    const std::vector<StateEntry> entries = network_state(kind, sizes);
    std::int64_t parameters = 0, tensors = 0;
    for (const StateEntry& entry : entries) {
      if (!entry.is_parameter) continue;
      parameters += element_count(entry.shape).value();
      ++tensors;
    }
    CHECK(parameters == counts.at("parameters").get<std::int64_t>());
    CHECK(tensors == counts.at("parameter_tensors").get<std::int64_t>());
    CHECK(entries.size() == counts.at("state_dict_entries").get<std::size_t>());
  }
}

TEST_CASE("golden checkpoints have their state in registration order", "[weights][golden]") {
  for (const Json& entry :
       golden_entries("network").value("checkpoints", Json::object()).value("files", Json::array())) {
    const Checkpoint checkpoint =
        read_checkpoint((golden_folder("network") / entry.at("path").get<std::string>()).string());
    const std::vector<std::string> kinds = kinds_of_state(checkpoint.state);
    REQUIRE_FALSE(kinds.empty());
    const std::vector<StateEntry> entries =
        network_state(kinds.front(), sizes_of_state(kinds.front(), checkpoint.state));
    CHECK(std::ranges::equal(entries, checkpoint.state.tensors, {}, &StateEntry::name, &Tensor::name));
  }
}

}  // namespace csgis
