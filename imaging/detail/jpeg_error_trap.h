#pragma once
/// libjpeg's way of reporting errors, by leaving its functions with longjmp, turned into exceptions.

// jpeglib.h needs FILE and size_t before it.
#include <cstddef>
#include <cstdio>
// clang-format off
#include <jpeglib.h>
// clang-format on

#include <algorithm>
#include <array>
#include <csetjmp>
#include <string_view>

namespace csgis::detail {

/// Error manager of one (de)compressor. Errors and warnings alike end the call of guarded() they happen in; nothing is
/// printed.
class JpegErrorTrap : public jpeg_error_mgr {
 public:
  JpegErrorTrap() : jpeg_error_mgr{} {
    jpeg_std_error(this);
    error_exit = [](j_common_ptr info) { of(info).leave(info); };
    emit_message = [](j_common_ptr info, int level) {
      constexpr int kWarning = -1;
      if (level == kWarning) of(info).leave(info);
    };
  }
  JpegErrorTrap(const JpegErrorTrap&) = delete;
  JpegErrorTrap& operator=(const JpegErrorTrap&) = delete;

  static JpegErrorTrap& of(j_common_ptr info) { return *static_cast<JpegErrorTrap*>(info->err); }

  /// Runs calls of libjpeg; throws Failure(text) when one of them fails. `step` may hold no object with a destructor:
  /// an error jumps out of it.
  template <class Failure, class Step>
  void guarded(std::string_view what, Step step) {
    if (setjmp(jump_) != 0) throw Failure(std::string(what).append(": ").append(message_.data()));
    step();
  }

  /// Ends the guarded call with libjpeg's own words for its last error.
  [[noreturn]] void leave(j_common_ptr info) {
    format_message(info, message_.data());
    std::longjmp(jump_, 1);
  }

  /// Ends the guarded call with `reason`, of less than JMSG_LENGTH_MAX characters.
  [[noreturn]] void leave(std::string_view reason) {
    *std::copy(reason.begin(), reason.end(), message_.begin()) = '\0';
    std::longjmp(jump_, 1);
  }

 private:
  std::jmp_buf jump_{};
  std::array<char, JMSG_LENGTH_MAX> message_{};
};

}  // namespace csgis::detail
