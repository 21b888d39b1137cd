#include "classical/method.h"

#include "classical/detail/check_input.h"
#include "classical/detail/parallel_rows.h"
#include "core/nearest_name.h"

#include <optional>

namespace csgis {
namespace {

/// Calls visit(row) for each row of the table.
template <class F>
void for_each_method(const F& visit) {
  std::apply([&](const auto&... row) { (visit(row), ...); }, detail::kMethodTable);
}

template <class Options>
const detail::MethodRow<Options>& row_of(const Options& /*options*/) {
  return std::get<detail::MethodRow<Options>>(detail::kMethodTable);
}

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for_each_method([&](const auto& row) { names.emplace_back(row.name); });
  return names;
}

/// describe() visitor of method_list().
struct OptionLister {
  std::vector<MethodInfo::Option>& out;

  template <class T>
  void operator()(const char* name, T& field, const OptionInfo& info, const char* help) {
    detail::MethodWriter writer;
    writer(name, field, info, help);
    out.push_back({name, writer.items.front().value, info.bounds_text(), help, info.search, std::is_integral_v<T>});
  }
};

}  // namespace

ImageF unsmoothed(const ImageF& src, const NoneOptions& /*options*/, const Execution& /*run*/) {
  detail::check_input("none", src);
  return src.clone();
}

Method method_from(const MethodString& text, std::span<const std::string> other_methods) {
  std::optional<Method> method;
  for_each_method([&]<class Options>(const detail::MethodRow<Options>& row) {
    if (text.name != row.name) return;
    try {
      method = options_from<Options>(text.items);
    } catch (const UsageError& error) {
      fail<UsageError>("method '{}': {}", join_method_string(text), error.what());
    }
  });
  if (method) return *method;
  std::vector<std::string> names = method_names();
  names.insert(names.end(), other_methods.begin(), other_methods.end());
  fail<UsageError>("unknown method '{}'; did you mean '{}'? Valid: {}", text.name, nearest_name(text.name, names),
                   fmt::join(names, ", "));
}

Method parse_method(std::string_view text) {
  return method_from(split_method_string(text));
}

void check_method(const Method& method) {
  // A method looks at its options before its image: a single pixel, which every method takes, shows them all.
  try {
    static_cast<void>(smooth(method, ImageF({1, 1}, 1)));
  } catch (const InvalidArgument& error) {
    fail<UsageError>("method '{}': {}", method_text(method), error.what());
  }
}

std::string method_name(const Method& method) {
  return std::visit([](const auto& options) { return std::string(row_of(options).name); }, method);
}

int method_version(const Method& method) {
  return std::visit([](const auto& options) { return row_of(options).version; }, method);
}

std::string method_text(const Method& method) {
  return std::visit(
      [](const auto& options) {
        return join_method_string({row_of(options).name, items_of(options)});
      },
      method);
}

ImageF smooth(const Method& method, const ImageF& image, const Execution& run, SolveReport* report) {
  ImageF result;
  detail::with_team(run.threads, [&] {
    std::visit([&](const auto& options) { result = row_of(options).smooth(image, options, run, report); }, method);
  });
  return result;
}

std::vector<MethodInfo> method_list() {
  std::vector<MethodInfo> list;
  for_each_method([&]<class Options>(const detail::MethodRow<Options>& row) {
    MethodInfo info{row.name, row.paper, row.summary, {}};
    OptionLister lister{info.options};
    Options defaults;
    describe(lister, defaults);
    list.push_back(std::move(info));
  });
  return list;
}

}  // namespace csgis
