#include "imaging/detail/tiff_handle.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace csgis::detail {
namespace {

int keep_first_error(TIFF*, void* user_data, const char*, const char* format, va_list arguments) {
  auto& error = *static_cast<std::string*>(user_data);
  if (error.empty()) {
    char text[256];
    std::vsnprintf(text, sizeof text, format, arguments);
    error = text;
    // The text may quote the file.
    for (char& c : error) {
      if (c < ' ' || c > '~') c = '?';
    }
  }
  constexpr int kHandled = 1;  // do not call the global handler
  return kHandled;
}

int drop_warning(TIFF*, void*, const char*, const char*, va_list) {
  return 1;
}

std::uint64_t position_after(std::uint64_t position, std::uint64_t end, toff_t offset, int whence) {
  if (whence == SEEK_SET) return offset;
  return (whence == SEEK_CUR ? position : end) + offset;
}

tmsize_t read_source(thandle_t handle, void* buffer, tmsize_t count) {
  auto& source = *static_cast<TiffSource*>(handle);
  const std::uint64_t rest = source.size - std::min(source.position, source.size);
  const std::uint64_t taken = std::min(static_cast<std::uint64_t>(count), rest);
  if (taken != 0) std::memcpy(buffer, source.data + source.position, taken);
  source.position += taken;
  return static_cast<tmsize_t>(taken);
}

tmsize_t refuse_write(thandle_t, void*, tmsize_t) {
  return 0;
}

toff_t seek_source(thandle_t handle, toff_t offset, int whence) {
  auto& source = *static_cast<TiffSource*>(handle);
  return source.position = position_after(source.position, source.size, offset, whence);
}

toff_t source_size(thandle_t handle) {
  return static_cast<TiffSource*>(handle)->size;
}

tmsize_t read_target(thandle_t handle, void* buffer, tmsize_t count) {
  auto& target = *static_cast<TiffTarget*>(handle);
  TiffSource written{target.bytes.data(), target.bytes.size(), target.position};
  const tmsize_t taken = read_source(&written, buffer, count);
  target.position = written.position;
  return taken;
}

tmsize_t write_target(thandle_t handle, void* buffer, tmsize_t count) {
  auto& target = *static_cast<TiffTarget*>(handle);
  const std::uint64_t end = target.position + static_cast<std::uint64_t>(count);
  if (end > target.bytes.size()) target.bytes.resize(end);
  std::memcpy(target.bytes.data() + target.position, buffer, static_cast<std::size_t>(count));
  target.position = end;
  return count;
}

toff_t seek_target(thandle_t handle, toff_t offset, int whence) {
  auto& target = *static_cast<TiffTarget*>(handle);
  return target.position = position_after(target.position, target.bytes.size(), offset, whence);
}

toff_t target_size(thandle_t handle) {
  return static_cast<TiffTarget*>(handle)->bytes.size();
}

int do_nothing(thandle_t) {
  return 0;
}

struct FreeOptions {
  void operator()(TIFFOpenOptions* options) const { TIFFOpenOptionsFree(options); }
};

std::unique_ptr<TIFFOpenOptions, FreeOptions> quiet_options(std::string& error) {
  std::unique_ptr<TIFFOpenOptions, FreeOptions> options(TIFFOpenOptionsAlloc());
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keep_first_error, &error);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), drop_warning, nullptr);
  return options;
}

}  // namespace

TiffHandle open_tiff(TiffSource& source, std::string& error, std::uint64_t max_allocation) {
  const auto options = quiet_options(error);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(max_allocation));
  constexpr const char* kReadUnmapped = "rm";
  return TiffHandle(TIFFClientOpenExt("TIFF", kReadUnmapped, &source, read_source, refuse_write, seek_source,
                                      do_nothing, source_size, nullptr, nullptr, options.get()));
}

TiffHandle create_tiff(TiffTarget& target, std::string& error) {
  const auto options = quiet_options(error);
  constexpr const char* kWriteLittleEndian = "wl";
  return TiffHandle(TIFFClientOpenExt("TIFF", kWriteLittleEndian, &target, read_target, write_target, seek_target,
                                      do_nothing, target_size, nullptr, nullptr, options.get()));
}

}  // namespace csgis::detail
