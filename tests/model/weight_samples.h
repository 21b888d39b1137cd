#pragma once
/// Small tensors, bytes written by hand, and a folder for the tests of weight files.

#include "model/file_bytes.h"
#include "model/tensor_file.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace csgis::testing {

/// A fresh folder, gone with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "csgis-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline SharedBytes shared(std::string_view text) {
  return SharedBytes::copy_of(bytes_of(text));
}

inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string file_text(const std::filesystem::path& path) {
  return text_of(map_file(path).bytes);
}

/// Appends a tensor of these values.
template <class T>
void add_values(TensorFile& file, const std::string& name, DType type, std::vector<std::int64_t> shape,
                const std::vector<T>& values) {
  file.add_copy({name, type, std::move(shape), std::as_bytes(std::span(values))});
}

/// Same names in the same order, types, shapes and bytes.
inline bool same_tensors(const TensorFile& a, const TensorFile& b) {
  const auto same = [](const Tensor& x, const Tensor& y) {
    return x.name == y.name && x.dtype == y.dtype && x.shape == y.shape && text_of(x.bytes) == text_of(y.bytes);
  };
  return std::equal(a.tensors.begin(), a.tensors.end(), b.tensors.begin(), b.tensors.end(), same);
}

}  // namespace csgis::testing
