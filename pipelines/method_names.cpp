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

std::vector<std::string> numbered_names(const std::vector<std::string>& names) {
  std::map<std::string, int> uses;
  std::vector<std::string> numbered;
  for (const std::string& name : names) {
    const int use = ++uses[name];
    numbered.push_back(use == 1 ? name : fmt::format("{}-{}", name, use));
  }
  return numbered;
}

}  // namespace csgis
