#include "pipelines/tar_writer.h"

#include "core/error.h"

#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <utility>

namespace csgis {

struct TarWriter::State {
  explicit State(ByteSink given) : sink(std::move(given)) {}

  /// Exceptions must not pass through libarchive: they are kept until it has returned.
  static la_ssize_t write(archive* /*archive*/, void* self, const void* data, std::size_t size) {
    State& state = *static_cast<State*>(self);
    try {
      state.sink({static_cast<const std::uint8_t*>(data), size});
      return static_cast<la_ssize_t>(size);
    } catch (...) {
      state.thrown = std::current_exception();
      return -1;
    }
  }

  void check(la_ssize_t code, const std::string& name) {
    if (thrown) std::rethrow_exception(std::exchange(thrown, nullptr));
    if (code >= ARCHIVE_OK) return;
    const char* reason = archive_error_string(to.get());
    fail<OutputError>("tar: {}: {}", name, reason != nullptr ? reason : "cannot be written");
  }

  ByteSink sink;
  std::exception_ptr thrown;
  std::unique_ptr<archive, decltype(&archive_write_free)> to{archive_write_new(), &archive_write_free};
  std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry{archive_entry_new(), &archive_entry_free};
};

TarWriter::TarWriter(ByteSink sink) : state_(std::make_unique<State>(std::move(sink))) {
  archive* to = state_->to.get();
  archive_write_set_format_pax_restricted(to);
  archive_write_set_bytes_per_block(to, 0);  // straight to the sink
  // Names are bytes, the same under every locale.
  state_->check(archive_write_set_options(to, "hdrcharset=BINARY"), "archive");
  state_->check(archive_write_open(to, state_.get(), nullptr, &State::write, nullptr), "archive");
}

TarWriter::~TarWriter() = default;

void TarWriter::add(const std::string& name, std::span<const std::uint8_t> bytes) {
  archive_entry* entry = archive_entry_clear(state_->entry.get());
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_mtime(entry, 0, 0);
  archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
  state_->check(archive_write_header(state_->to.get(), entry), name);
  const la_ssize_t written = archive_write_data(state_->to.get(), bytes.data(), bytes.size());
  state_->check(written, name);
  require<OutputError>(static_cast<std::size_t>(written) == bytes.size(), "tar: {}: cut off", name);
  state_->check(archive_write_finish_entry(state_->to.get()), name);
}

void TarWriter::finish() {
  state_->check(archive_write_close(state_->to.get()), "end of the archive");
}

}  // namespace csgis
