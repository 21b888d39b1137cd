#pragma once
/// What a running command holds: messages, progress, Ctrl-C, the limit on threads and on vector instructions.

#include "cli/terminal.h"
#include "core/run_context.h"

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

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

/// The result of a command as one line on stdout. Bytes of paths that are no UTF-8 become U+FFFD.
void print_json(const nlohmann::ordered_json& object);

/// The exit code of a run with that many failed items, after a word on where they are named.
int items_failed(std::uint64_t errors, const std::string& out);

}  // namespace csgis::cli
