#pragma once
/// What a running command holds: messages, progress, Ctrl-C, the limit on threads and on vector instructions.

#include "cli/terminal.h"
#include "core/run_context.h"

#include <memory>

namespace csgis::cli {

class Session {
 public:
  /// Applies the options to the process. One session at a time.
  explicit Session(CommonOptions options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const RunContext& context() const { return context_; }

 private:
  struct ThreadLimit;

  Terminal terminal_;
  std::unique_ptr<ThreadLimit> thread_limit_;
  RunContext context_;
};

/// Vector instructions in use under the current limit: "AVX3", "AVX2", ...
std::string simd_in_use();

}  // namespace csgis::cli
