#include "pipelines/model_module.h"

#include "core/error.h"

#include <dlfcn.h>

namespace csgis {
namespace {

ModelModule* open_module() {
  void* library = ::dlopen("libcsgis_model.so", RTLD_NOW | RTLD_LOCAL);
  require<IoError>(library != nullptr, "the network module cannot be opened: {}", ::dlerror());
  using Entry = ModelModule* (*)();
  const auto entry = reinterpret_cast<Entry>(::dlsym(library, kModelEntry));
  require<IoError>(entry != nullptr, "the network module has no entry point: {}", ::dlerror());
  return entry();
}

}  // namespace

ModelModule& model_module() {
  static ModelModule* const module = open_module();
  return *module;
}

}  // namespace csgis
