#include "pipelines/image_smoother.h"

#include "classical/method.h"
#include "classical/simd_path.h"
#include "core/error.h"
#include "pipelines/net_smoother.h"

#include <vector>

namespace csgis {
namespace {

class Classical : public ImageSmoother {
 public:
  explicit Classical(const Method& method) : method_(method) {}

  std::string name() const override { return method_name(method_); }
  std::string text() const override { return method_text(method_); }
  std::string identity() const override {
    return fmt::format("{} v{} {}", text(), method_version(method_), simd_path_in_use());
  }
  ImageF smooth(const ImageF& image, const Execution& run, SolveReport* report) const override {
    return csgis::smooth(method_, image, run, report);
  }

 private:
  Method method_;
};

}  // namespace

std::shared_ptr<const ImageSmoother> make_smoother(const std::string& text, const SmootherSetting& setting,
                                                   std::span<const std::string> other_names) {
  const MethodString parts = split_method_string(text);
  if (parts.name == kNetMethod) return make_net_smoother(parts, setting);
  std::vector<std::string> others(other_names.begin(), other_names.end());
  others.emplace_back(kNetMethod);
  Method method = method_from(parts, others);
  check_method(method);
  return std::make_shared<Classical>(method);
}

}  // namespace csgis
