#pragma once
/// Temporary folders, a silent run context, and small images on disk.

#include "core/run_context.h"
#include "imaging/png_writer.h"
#include "pipelines/output_folder.h"

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <string>

namespace csgis::testing {

/// A fresh folder, gone with the object.
class TestFolder {
 public:
  TestFolder()
      : path_(boost::filesystem::temp_directory_path() / boost::filesystem::unique_path("csgis-test-%%%%-%%%%-%%%%")) {
    boost::filesystem::create_directories(path_);
  }
  ~TestFolder() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  boost::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const boost::filesystem::path& path() const { return path_; }

  void write(const std::string& name, const std::string& text) const {
    boost::filesystem::create_directories((path_ / name).parent_path());
    write_single_file(path_ / name, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, true);
  }
  void write_png(const std::string& name, const Image8& image) const {
    boost::filesystem::create_directories((path_ / name).parent_path());
    PngWriter png;
    write_single_file(path_ / name, png.encode(image), true);
  }

 private:
  boost::filesystem::path path_;
};

/// Keeps messages, shows nothing.
class SilentRun : public Log, public ProgressSink {
 public:
  explicit SilentRun(int threads = 2) : context_{*this, *this, cancel_, {}} { context_.options.threads = threads; }

  void write(LogLevel, std::string_view message) override { messages += std::string(message) + '\n'; }
  void start(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
  void finish() override {}

  RunContext& context() { return context_; }
  CancelToken& cancel() { return cancel_; }

  std::string messages;

 private:
  CancelToken cancel_;
  RunContext context_;
};

}  // namespace csgis::testing
