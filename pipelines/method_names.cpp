#include "pipelines/method_names.h"

#include "core/error.h"

#include <map>
#include <set>

namespace csgis {

std::vector<Method> parse_methods(const std::vector<std::string>& texts, std::string_view option) {
  std::vector<Method> methods;
  std::set<std::string> known;
  for (const std::string& text : texts) {
    methods.push_back(parse_method(text));
    const bool is_new = known.insert(method_text(methods.back())).second;
    require<UsageError>(is_new, "{}: {} is given twice", option, method_text(methods.back()));
    check_method(methods.back());
  }
  return methods;
}

std::vector<std::string> short_names(std::span<const Method> methods) {
  std::map<std::string, int> uses;
  std::vector<std::string> names;
  for (const Method& method : methods) {
    const std::string name = method_name(method);
    const int use = ++uses[name];
    names.push_back(use == 1 ? name : fmt::format("{}-{}", name, use));
  }
  return names;
}

}  // namespace csgis
