#include "model/checkpoint.h"

#include "core/error.h"
#include "model/detail/pickle_writer.h"
#include "model/detail/zip_store.h"
#include "model/safetensors.h"
#include "tests/model/weight_samples.h"
#include "tests/support/catch.h"
#include "tests/support/golden.h"

#include <bit>
#include <cmath>
#include <limits>

namespace csgis {
namespace {

using namespace testing;
using detail::PickleWriter;
using Json = nlohmann::json;

double half_to_double(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  return bits >> 15 != 0 ? -size : size;
}

template <class T>
std::vector<double> as_doubles(const Tensor& tensor) {
  const std::vector<T> values = stored_values<T>(tensor);
  return {values.begin(), values.end()};
}

std::vector<double> values_of(const Tensor& tensor) {
  switch (tensor.dtype) {
    case DType::f32:
      return as_doubles<float>(tensor);
    case DType::f64:
      return as_doubles<double>(tensor);
    case DType::i64:
      return as_doubles<std::int64_t>(tensor);
    case DType::i32:
      return as_doubles<std::int32_t>(tensor);
    case DType::i16:
      return as_doubles<std::int16_t>(tensor);
    case DType::i8:
      return as_doubles<std::int8_t>(tensor);
    case DType::u8:
    case DType::boolean:
      return as_doubles<std::uint8_t>(tensor);
    default:
      break;
  }
  std::vector<double> values;
  for (const std::uint16_t bits : stored_values<std::uint16_t>(tensor)) {
    const std::uint32_t widened = std::uint32_t{bits} << 16;
    values.push_back(tensor.dtype == DType::f16 ? half_to_double(bits) : std::bit_cast<float>(widened));
  }
  return values;
}

/// Tensors as the fixtures describe them: [name, type, shape, values].
Json described(const TensorFile& file) {
  Json tensors = Json::array();
  for (const Tensor& tensor : file.tensors) {
    tensors.push_back({tensor.name, name_of(tensor.dtype), tensor.shape, values_of(tensor)});
  }
  return tensors;
}

std::filesystem::path fixture_folder() {
  return CSGIS_TEST_DATA "/checkpoints";
}

/// The checkpoints that PyTorch wrote, without what follows the name's first dot.
std::vector<std::string> fixtures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(fixture_folder())) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  }
  REQUIRE_FALSE(names.empty());
  return names;
}

std::string refusal(const std::string& file) {
  try {
    parse_checkpoint(shared(file));
  } catch (const DataError& error) {
    const std::string reason = error.what();
    CHECK(reason.find('\n') == std::string::npos);
    return reason;
  }
  return "accepted";
}

/// A torch zip of this pickle and one storage "0" of six floats.
std::string zip_of(const std::string& pickle, const std::string& storage = std::string(24, '\1')) {
  detail::ZipWriter zip;
  zip.add("any name /data.pkl", bytes_of(pickle));
  zip.add("any name /data/0", bytes_of(storage));
  std::string file;
  for (const auto piece : zip.finish()) file += text_of(piece);
  return file;
}

struct Numbers {
  std::vector<std::int64_t> values;
};

void put(PickleWriter& out, const Numbers& numbers) {
  out.tuple([&] {
    for (const std::int64_t number : numbers.values) out.integer(number);
  });
}

/// A checkpoint {"net": {"w": tensor}} of a tensor over the storage of zip_of(), however wrong it is.
struct TensorPickle {
  std::int64_t offset = 0;
  Numbers shape{{2, 3}}, strides{{3, 1}};
  std::int64_t count = 6;
  std::string storage = "torch.FloatStorage", key = "0", function = "torch._utils._rebuild_tensor_v2";

  std::string pickle() const {
    PickleWriter out;
    out.begin_dict();
    out.text("net");
    out.begin_dict();
    out.text("w");
    out.call(function, [&] {
      out.persistent([&] {
        out.text("storage");
        out.global(storage);
        out.text(key);
        out.text("cuda:7");
        out.integer(count);
      });
      out.integer(offset);
      put(out, shape);
      put(out, strides);
      out.boolean(false);
      out.none();
      out.global("torch.float16");
    });
    out.end_items();
    out.end_items();
    return out.finish();
  }
  std::string file() const { return zip_of(pickle()); }
};

}  // namespace

TEST_CASE("checkpoints of PyTorch are read with every value", "[weights]") {
  for (const std::string& name : fixtures()) {
    const std::string text = file_text(fixture_folder() / (name + ".json"));
    const Json expected = Json::parse(text);
    for (const auto& [container, format] :
         {std::pair{".zip.pth", WeightFormat::torch_zip}, {".legacy.pth", WeightFormat::torch_legacy}}) {
      INFO(name << container);
      const Checkpoint checkpoint = read_checkpoint(fixture_folder() / (name + container));
      CHECK(checkpoint.format == format);
      CHECK(checkpoint.part == expected.at("part"));
      CHECK(described(checkpoint.state) == expected.at("state"));
      CHECK(checkpoint.epoch.has_value() == expected.contains("epoch"));
      CHECK(checkpoint.epoch.value_or(0) == expected.value("epoch", 0));
      REQUIRE(checkpoint.optimizer.has_value() == expected.contains("optimizer"));
      if (!checkpoint.optimizer) continue;
      CHECK(described(checkpoint.optimizer->tensors) == expected.at("optimizer"));
      CHECK(Json(checkpoint.optimizer->groups) == expected.at("groups"));
    }
  }
}

TEST_CASE("checkpoints come back from write_torch_file and write_state", "[weights]") {
  const ScratchFolder folder;
  for (const std::string& name : fixtures()) {
    INFO(name);
    Checkpoint checkpoint = read_checkpoint(fixture_folder() / (name + ".legacy.pth"));
    checkpoint.state.metadata["colour"] = "bgr";
    write_torch_file(folder / "a.pth", checkpoint, true);
    const Checkpoint again = read_checkpoint(folder / "a.pth");
    CHECK(again.format == WeightFormat::torch_zip);
    CHECK(again.part == (checkpoint.part.empty() ? "net" : checkpoint.part));
    CHECK(same_tensors(again.state, checkpoint.state));
    CHECK(again.state.metadata == checkpoint.state.metadata);
    CHECK(again.epoch == checkpoint.epoch);
    REQUIRE(again.optimizer.has_value() == checkpoint.optimizer.has_value());
    if (again.optimizer) {
      CHECK(same_tensors(again.optimizer->tensors, checkpoint.optimizer->tensors));
      CHECK(again.optimizer->groups == checkpoint.optimizer->groups);
    }
    write_torch_file(folder / "b.pth", again, true);
    CHECK(file_text(folder / "a.pth") == file_text(folder / "b.pth"));

    write_state(folder / "a.safetensors", checkpoint, true);
    const Checkpoint state = read_checkpoint(folder / "a.safetensors");
    CHECK(state.format == WeightFormat::safetensors);
    CHECK(same_tensors(state.state, checkpoint.state));
    CHECK(state.epoch == checkpoint.epoch);
    CHECK(state.state.metadata == checkpoint.state.metadata);
  }
}

TEST_CASE("a state alone is written as a state alone", "[weights]") {
  const ScratchFolder folder;
  Checkpoint checkpoint;
  add_values<float>(checkpoint.state, "w", DType::f32, {2, 0, 3}, {});
  add_values<float>(checkpoint.state, "b", DType::f32, {}, {1});
  write_torch_file(folder / "a", checkpoint, false);
  const Checkpoint again = read_checkpoint(folder / "a");
  CHECK(again.part.empty());
  CHECK(same_tensors(again.state, checkpoint.state));
  add_values<std::uint32_t>(checkpoint.state, "c", DType::u32, {}, {1});
  CHECK_THROWS_WITH(write_torch_file(folder / "b", checkpoint, false), ContainsSubstring("type U32"));
  CHECK_FALSE(std::filesystem::exists(folder / "b"));
}

TEST_CASE("the content of a weight file decides, not its name", "[weights]") {
  const ScratchFolder folder;
  Checkpoint checkpoint;
  add_values<float>(checkpoint.state, "w", DType::f32, {1}, {1});
  // As the published checkpoints are named: blanks, one at the end, no extension.
  write_torch_file(folder / "epoch 218_ssim 0.892429_psnr 28.471506 ", checkpoint, false);
  CHECK(read_checkpoint(folder / "epoch 218_ssim 0.892429_psnr 28.471506 ").format == WeightFormat::torch_zip);
  write_state(folder / "wrong.pth", checkpoint, false);
  CHECK(read_checkpoint(folder / "wrong.pth").format == WeightFormat::safetensors);
  for (const std::string text : {"", "x", "PK", "some text that is long enough to be anything", "\x80\x02}."}) {
    CHECK_THAT(refusal(text), ContainsSubstring("no weight file"));
  }
  write_whole_file(folder / "text", {bytes_of("text")}, false);
  CHECK_THROWS_WITH(read_checkpoint(folder / "text"), ContainsSubstring("text: is no weight file"));
}

TEST_CASE("every cut of a checkpoint is refused", "[weights]") {
  for (const std::string& name : fixtures()) {
    for (const std::string container : {".zip.pth", ".legacy.pth"}) {
      const std::string whole = file_text(fixture_folder() / (name + container));
      for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO(name << container << " cut to " << length << " of " << whole.size());
        CHECK(refusal(whole.substr(0, length)) != "accepted");
      }
      CHECK(refusal(whole + "x") != "accepted");
    }
  }
}

TEST_CASE("tensors lie within their storages", "[weights]") {
  CHECK(refusal(TensorPickle{}.file()) == "accepted");
  CHECK(refusal(TensorPickle{.offset = 1}.file()) == "tensor 'w' of shape [2,3] leaves its storage of 6 elements");
  CHECK_THAT(refusal(TensorPickle{.strides = {{4, 1}}}.file()), ContainsSubstring("leaves its storage"));
  CHECK(refusal(TensorPickle{.shape = {{2, 2}}, .strides = {{4, 1}}}.file()) == "accepted");
  CHECK_THAT(refusal(TensorPickle{.offset = -1}.file()), ContainsSubstring("offset"));
  CHECK_THAT(refusal(TensorPickle{.shape = {{-2, 3}}}.file()), ContainsSubstring("size or stride"));
  CHECK_THAT(refusal(TensorPickle{.strides = {{-3, 1}}}.file()), ContainsSubstring("size or stride"));
  CHECK_THAT(refusal(TensorPickle{.shape = {{6}}}.file()), ContainsSubstring("1 sizes and 2 strides"));
  CHECK_THAT(refusal(TensorPickle{.shape = {std::vector<std::int64_t>(65, 1)}}.file()),
             ContainsSubstring("at most 64"));
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  CHECK_THAT(refusal(TensorPickle{.shape = {{kHuge, kHuge}}, .strides = {{0, 0}}}.file()), ContainsSubstring("leaves"));
  CHECK_THAT(refusal(TensorPickle{.shape = {{2, 3}}, .strides = {{kHuge, kHuge}}}.file()), ContainsSubstring("leaves"));
  CHECK_THAT(refusal(TensorPickle{.offset = std::numeric_limits<std::int64_t>::max()}.file()),
             ContainsSubstring("leaves"));
  // One element repeated 2^40 times would fill the memory.
  CHECK_THAT(refusal(TensorPickle{.shape = {{1 << 20, 1 << 20}}, .strides = {{0, 0}}}.file()),
             ContainsSubstring("far larger"));
  // No elements, over and over.
  CHECK(refusal(TensorPickle{.shape = {{kHuge, 0}}, .strides = {{1, 5}}}.file()) == "accepted");
  CHECK_THAT(refusal(TensorPickle{.offset = 7, .shape = {{0, 3}}}.file()), ContainsSubstring("leaves"));
}

TEST_CASE("storages have the size and type that the pickle says", "[weights]") {
  CHECK_THAT(refusal(TensorPickle{.count = 5}.file()), ContainsSubstring("must have 5 elements of F32"));
  CHECK_THAT(refusal(TensorPickle{.count = -6}.file()), ContainsSubstring("-6 elements"));
  CHECK_THAT(refusal(TensorPickle{.storage = "torch.ComplexFloatStorage"}.file()),
             ContainsSubstring("ComplexFloatStorage"));
  CHECK_THAT(refusal(TensorPickle{.storage = "torch.device"}.file()), ContainsSubstring("torch.device"));
  CHECK_THAT(refusal(TensorPickle{.storage = "torch.QUInt8Storage"}.file()),
             ContainsSubstring("'torch.QUInt8Storage'"));
  CHECK_THAT(refusal(TensorPickle{.key = "1"}.file()), ContainsSubstring("no file 'any name /data/1'"));
  CHECK_THAT(refusal(zip_of(TensorPickle{}.pickle(), std::string(25, 'x'))), ContainsSubstring("25 bytes"));
  // An untyped storage, as newer versions write it for types without a storage class: the type is the tensor's.
  const TensorPickle untyped{.shape = {{2, 6}},
                             .strides = {{6, 1}},
                             .count = 24,
                             .storage = "torch.storage.UntypedStorage",
                             .function = "torch._utils._rebuild_tensor_v3"};
  const Checkpoint checkpoint = parse_checkpoint(shared(untyped.file()));
  CHECK(checkpoint.state.tensors.at(0).dtype == DType::f16);
  CHECK(checkpoint.state.tensors.at(0).bytes.size() == 24);
}

TEST_CASE("files of torch that hold no state are refused with what they hold", "[weights]") {
  const auto file = [](auto put_root) {
    PickleWriter out;
    put_root(out);
    return zip_of(out.finish());
  };
  CHECK_THAT(refusal(file([](PickleWriter& out) { out.integer(1); })), ContainsSubstring("no dict"));
  CHECK_THAT(refusal(file([](PickleWriter& out) {
               out.begin_dict();
               out.text("weights");
               out.integer(1);
               out.text("two\nlines");
               out.none();
               out.end_items();
             })),
             ContainsSubstring("'weights', 'two\\x0alines'"));
  CHECK_THAT(refusal(file([](PickleWriter& out) {
               out.begin_dict();
               out.text("net");
               out.integer(1);
               out.end_items();
             })),
             ContainsSubstring("under 'net'"));
  CHECK_THAT(refusal(file([](PickleWriter& out) {
               out.begin_dict();
               out.text("net");
               out.begin_dict();
               out.text("w");
               out.real(1);
               out.end_items();
               out.end_items();
             })),
             ContainsSubstring("'w' is no tensor"));
}

TEST_CASE("golden checkpoints are read", "[weights][golden]") {
  const ScratchFolder folder;
  for (const Json& entry :
       golden_entries("network").value("checkpoints", Json::object()).value("files", Json::array())) {
    const std::string path = (golden_folder("network") / entry.at("path").get<std::string>()).string();
    INFO(path);
    const Checkpoint checkpoint = read_checkpoint(path);
    CHECK(checkpoint.part == "net");
    CHECK(checkpoint.epoch == entry.at("now_epoch").get<std::int64_t>());
    const auto check = [](const TensorFile& file, const std::string& name, const Json& expected) {
      INFO(name);
      const Tensor* const tensor = file.find(name);
      REQUIRE(tensor != nullptr);
      const std::map<std::string, DType> types{{"float32", DType::f32}, {"int64", DType::i64}};
      CHECK(tensor->dtype == types.at(expected.at("dtype")));
      CHECK(tensor->shape == expected.at("shape").get<std::vector<std::int64_t>>());
      double sum = 0, absolute = 0;
      for (const double value : values_of(*tensor)) {
        sum += value;
        absolute += std::abs(value);
      }
      // The record's sums are of float64 in another order.
      CHECK(std::abs(sum - expected.at("sum").get<double>()) <= 1e-9 * (1 + absolute));
      CHECK(absolute == Approx(expected.at("abs_sum").get<double>()).epsilon(1e-9));
    };
    for (const auto& [name, expected] : entry.at("net").items()) check(checkpoint.state, name, expected);
    REQUIRE(checkpoint.optimizer.has_value());
    for (const auto& [position, slot] : entry.at("adam").items()) {
      for (const auto& [name, expected] : slot.items()) {
        const std::string full = position + "." + name;
        if (expected.is_object()) {
          check(checkpoint.optimizer->tensors, full, expected);
        } else {
          const Tensor* const step = checkpoint.optimizer->tensors.find(full);
          REQUIRE(step != nullptr);
          CHECK(stored_values<std::int64_t>(*step).at(0) == expected.get<std::int64_t>());
        }
      }
    }
    for (std::size_t i = 0; i < entry.at("param_groups").size(); ++i) {
      for (const auto& [name, value] : entry.at("param_groups").at(i).items()) {
        CHECK(Json(checkpoint.optimizer->groups.at(i).at(name)) == value);
      }
      CHECK(checkpoint.optimizer->groups.at(i).at("params").size() == entry.at("num_params"));
    }
  }
}

}  // namespace csgis
