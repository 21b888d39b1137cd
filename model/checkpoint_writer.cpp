#include "core/error.h"
#include "model/checkpoint.h"
#include "model/detail/pickle_writer.h"
#include "model/detail/torch_globals.h"
#include "model/detail/zip_store.h"
#include "model/file_bytes.h"

#include <algorithm>
#include <charconv>

namespace csgis {
namespace {

using detail::PickleWriter;
using Json = nlohmann::ordered_json;

constexpr const char* kOrderedDict = "collections.OrderedDict";

/// A checkpoint as a pickle and the storages that it refers to.
class CheckpointPickle {
 public:
  std::string make(const Checkpoint& checkpoint) {
    const bool is_plain =
        checkpoint.part.empty() && !checkpoint.epoch && !checkpoint.optimizer && checkpoint.state.metadata.empty();
    if (is_plain) {
      put_state(checkpoint.state);
      return out_.finish();
    }
    out_.begin_dict();
    out_.text(checkpoint.part.empty() ? "net" : checkpoint.part);
    put_state(checkpoint.state);
    if (checkpoint.epoch) {
      out_.text("now_epoch");
      out_.integer(*checkpoint.epoch);
    }
    if (checkpoint.optimizer) put_optimizer(*checkpoint.optimizer);
    if (!checkpoint.state.metadata.empty()) {
      out_.text("metadata");
      out_.begin_dict();
      for (const auto& [key, value] : checkpoint.state.metadata) {
        out_.text(key);
        out_.text(value);
      }
      out_.end_items();
    }
    out_.end_items();
    return out_.finish();
  }

  const std::vector<std::span<const std::byte>>& storages() const { return storages_; }

 private:
  void put_state(const TensorFile& state) {
    out_.call(kOrderedDict, [] {});
    out_.begin_items();
    for (const Tensor& tensor : state.tensors) {
      out_.text(tensor.name);
      put_tensor(tensor);
    }
    out_.end_items();
  }

  /// _rebuild_tensor_v2(storage, offset 0, shape, strides, no gradient, no hooks), each tensor in a storage of its own.
  void put_tensor(const Tensor& tensor) {
    const auto row = std::ranges::find(detail::kTorchTypes, tensor.dtype, &detail::TorchType::type);
    require<DataError>(row != detail::kTorchTypes.end() && !row->storage.empty(),
                       "tensor {} is of type {}, which a .pth has no storage for", in_quotes(tensor.name),
                       name_of(tensor.dtype));
    std::vector<std::int64_t> strides(tensor.shape.size(), 1);
    for (std::size_t i = strides.size(); i-- > 1 && !tensor.bytes.empty();)
      strides[i - 1] = strides[i] * tensor.shape[i];
    out_.call(detail::kRebuildTensor2, [&] {
      out_.persistent([&] {
        out_.text("storage");
        out_.global(row->storage);
        out_.text(fmt::format("{}", storages_.size()));
        out_.text("cpu");
        out_.integer(static_cast<std::int64_t>(tensor.bytes.size() / size_of(tensor.dtype)));
      });
      out_.integer(0);
      put_integers(tensor.shape);
      put_integers(strides);
      out_.boolean(false);
      out_.call(kOrderedDict, [] {});
    });
    storages_.push_back(tensor.bytes);
  }

  void put_integers(const std::vector<std::int64_t>& integers) {
    out_.tuple([&] {
      for (const std::int64_t integer : integers) out_.integer(integer);
    });
  }

  void put_optimizer(const OptimizerState& optimizer) {
    out_.text("opt");
    out_.begin_dict();
    out_.text("state");
    put_slots(optimizer.tensors.tensors);
    out_.text("param_groups");
    out_.begin_list();
    for (const Json& group : optimizer.groups) {
      out_.begin_dict();
      for (const auto& [name, value] : group.items()) {
        out_.text(name);
        put_option(name, value);
      }
      out_.end_items();
    }
    out_.end_list();
    out_.end_items();
  }

  /// {position: {name: tensor}} of tensors named "position.name", those of one position together.
  void put_slots(const std::vector<Tensor>& tensors) {
    out_.begin_dict();
    std::string_view open;
    for (const Tensor& tensor : tensors) {
      const std::string_view name = tensor.name;
      const std::size_t dot = name.find('.');
      std::int64_t position = -1;
      const auto [stop, error] = std::from_chars(name.data(), name.data() + std::min(dot, name.size()), position);
      require(dot != std::string_view::npos && error == std::errc() && stop == name.data() + dot,
              "write_torch_file: the optimiser's tensor {} is not named POSITION.NAME", in_quotes(name));
      if (name.substr(0, dot) != open) {
        if (!open.empty()) out_.end_items();
        open = name.substr(0, dot);
        out_.integer(position);
        out_.begin_dict();
      }
      out_.text(name.substr(dot + 1));
      // Only a step is a scalar of 64 bits: a plain number, as it was.
      if (tensor.dtype == DType::i64 && tensor.shape.empty()) {
        out_.integer(stored_values<std::int64_t>(tensor)[0]);
      } else {
        put_tensor(tensor);
      }
    }
    if (!open.empty()) out_.end_items();
    out_.end_items();
  }

  void put_option(const std::string& name, const Json& value) {
    if (!value.is_array()) return put_scalar(value);
    if (name != "params") {  // betas is a tuple
      return out_.tuple([&] {
        for (const Json& element : value) put_scalar(element);
      });
    }
    out_.begin_list();
    for (const Json& element : value) put_scalar(element);
    out_.end_list();
  }
  void put_scalar(const Json& value) {
    if (value.is_boolean()) return out_.boolean(value.get<bool>());
    if (value.is_number_integer()) return out_.integer(value.get<std::int64_t>());
    if (value.is_number()) return out_.real(value.get<double>());
    if (value.is_string()) return out_.text(value.get_ref<const std::string&>());
    out_.none();
  }

  PickleWriter out_;
  std::vector<std::span<const std::byte>> storages_;
};

}  // namespace

void write_torch_file(const std::filesystem::path& path, const Checkpoint& checkpoint, bool overwrite) {
  CheckpointPickle content;
  const std::string pickle = content.make(checkpoint);
  const std::string root = "checkpoint/";  // torch.load takes any
  detail::ZipWriter zip;
  zip.add(root + "data.pkl", bytes_of(pickle));
  zip.add(root + "byteorder", bytes_of("little"));
  for (std::size_t i = 0; i < content.storages().size(); ++i) {
    zip.add(fmt::format("{}data/{}", root, i), content.storages()[i]);
  }
  zip.add(root + "version", bytes_of("3\n"));
  write_whole_file(path, zip.finish(), overwrite);
}

}  // namespace csgis
