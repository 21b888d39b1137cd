#pragma once
/// What torch.save wrote, as data: the tree of its pickle, and the tensors that the tree names. Both containers: the
/// ZIP of PyTorch 1.6 and later, and the row of pickles of earlier versions.

#include "model/detail/pickle.h"
#include "model/tensor_file.h"

#include <map>
#include <string>

namespace csgis::detail {

class TorchFile {
 public:
  /// Whether bytes begin as one of the containers does.
  static bool is_zip(std::span<const std::byte> bytes);
  static bool is_legacy(std::span<const std::byte> bytes);

  /// Reads the tree and finds the storages; `file` must outlive the object. @throws DataError
  explicit TorchFile(std::span<const std::byte> file);

  const Pickle& tree() const { return tree_; }
  const PickleValue& root() const { return tree_[tree_.root]; }
  bool is_tensor(const PickleValue& value) const;
  /// The tensor or parameter that a value stands for. One that is contiguous and aligned is a view of the file, others
  /// are copied; all tensors together may have 16 times the file's bytes. Its device is ignored.
  /// @throws DataError  no tensor, of a type without a name here, or outside of its storage
  void add_tensor(const PickleValue& value, const std::string& name, TensorFile& to);

 private:
  struct Storage {
    DType type = DType::u8;
    std::int64_t count = 0;  ///< Elements.
    std::span<const std::byte> bytes;
  };
  /// A tensor as the tree describes it.
  struct View {
    const Storage* storage = nullptr;
    DType type = DType::u8;
    std::int64_t offset = 0;  ///< In elements, as the strides.
    std::vector<std::int64_t> shape, strides;
  };

  void read_zip(std::span<const std::byte> file);
  void read_legacy(std::span<const std::byte> file);
  void list_storages();
  std::pair<std::string, Storage> storage_of(const PickleValue& id) const;
  std::string_view name_of_call(const PickleValue& value) const;
  const PickleValue& argument(const PickleValue& call, std::size_t index) const;
  const PickleValue& unwrapped(const PickleValue& value) const;
  std::vector<std::int64_t> integers_of(const PickleValue& value) const;
  View view_of(const PickleValue& call) const;

  Pickle tree_;
  std::map<std::string, Storage, std::less<>> storages_;
  std::uint64_t bytes_left_ = 0;  ///< That further tensors may have.
};

}  // namespace csgis::detail
