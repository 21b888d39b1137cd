#include "pipelines/data_source.h"

#include "core/error.h"
#include "core/nearest_name.h"
#include "data_manifests.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace csgis {
namespace {

using Json = nlohmann::json;

constexpr int kSchema = 1;

bool is_hex(const std::string& text, std::size_t most) {
  return text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Reads the keys of one object, each at most once, and knows what was left over.
class Fields {
 public:
  Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    require<DataError>(object.is_object(), "{}: not an object", where_);
  }

  template <class T>
  void required(const char* key, T& value) {
    require<DataError>(object_.contains(key), "{}: '{}' is missing", where_, key);
    optional(key, value);
  }
  template <class T>
  void optional(const char* key, T& value) {
    known_.insert(key);
    if (!object_.contains(key)) return;
    try {
      object_.at(key).get_to(value);
    } catch (const Json::exception&) {
      fail<DataError>("{}: '{}' has a value of another kind", where_, key);
    }
  }
  /// Nothing that this version would pass over in silence.
  void end() const {
    for (const auto& [key, value] : object_.items()) {
      require<DataError>(known_.contains(key), "{}: unknown key '{}'", where_, key);
    }
  }

 private:
  const Json& object_;
  std::string where_;
  std::set<std::string> known_;
};

SourceFile file_of(const Json& json, const std::string& where) {
  SourceFile file;
  std::string unpack;
  Fields fields(json, where);
  fields.required("name", file.name);
  fields.required("urls", file.urls);
  fields.required("unpack", unpack);
  fields.optional("size", file.size);
  fields.optional("sha256", file.sha256);
  fields.optional("md5", file.md5);
  fields.optional("sha256_prefix", file.sha256_prefix);
  fields.optional("manual", file.manual);
  fields.end();
  require<DataError>(!file.name.empty() && file.name != "." && file.name != ".." &&
                         file.name.find_first_of("/\\") == std::string::npos,
                     "{}: '{}' is no plain file name", where, file.name);
  require<DataError>(unpack == "archive" || unpack == "none", "{}: 'unpack' is neither archive nor none", where);
  require<DataError>(is_hex(file.sha256, 64) && is_hex(file.md5, 32) && is_hex(file.sha256_prefix, 64) &&
                         (file.sha256.empty() || file.sha256.size() == 64) &&
                         (file.md5.empty() || file.md5.size() == 32),
                     "{}: a hash is no lower-case hex of the right length", where);
  require<DataError>(!file.urls.empty() || !file.manual.empty(), "{}: neither a URL nor a way to get it by hand",
                     where);
  file.is_archive = unpack == "archive";
  return file;
}

std::vector<DataSource> parse_all() {
  std::vector<DataSource> sources;
  for (const auto& [file, text] : kDataManifests) sources.push_back(parse_data_source(text, file));
  std::ranges::sort(sources, {}, &DataSource::name);
  return sources;
}

}  // namespace

DataSource parse_data_source(std::string_view text, const std::string& file) {
  const Json json = Json::parse(text, nullptr, false);
  require<DataError>(!json.is_discarded(), "{}: no JSON", file);
  DataSource source;
  int schema = 0;
  Json licence, files, facts;
  Fields fields(json, file);
  fields.required("schema", schema);
  require<DataError>(schema == kSchema, "{}: schema {}, this version reads {}", file, schema, kSchema);
  fields.required("name", source.name);
  fields.required("title", source.title);
  fields.required("used_for", source.used_for);
  fields.required("homepage", source.homepage);
  fields.required("licence", licence);
  fields.required("files", files);
  fields.required("layout", source.layout);
  fields.optional("facts", facts);
  fields.optional("ids", source.ids);
  fields.end();

  bool is_redistributable = false;
  Fields terms(licence, file + ": licence");
  terms.required("name", source.licence);
  terms.required("terms", source.terms);
  terms.required("redistributable", is_redistributable);
  terms.end();
  require<DataError>(files.is_array(), "{}: 'files' is no list", file);
  for (const Json& entry : files) {
    source.files.push_back(file_of(entry, fmt::format("{}: file {}", file, source.files.size())));
  }
  return source;
}

const std::vector<DataSource>& data_sources() {
  static const std::vector<DataSource> sources = parse_all();
  return sources;
}

const DataSource& find_data_source(const std::string& name) {
  const auto found = std::ranges::find(data_sources(), name, &DataSource::name);
  if (found != data_sources().end()) return *found;
  std::vector<std::string> names;
  for (const DataSource& source : data_sources()) names.push_back(source.name);
  fail<UsageError>("no source is named '{}'; did you mean '{}'? `csgis data list` shows all", name,
                   nearest_name(name, names));
}

}  // namespace csgis
