#include "cli/session.h"

#include "cli/command.h"

#include <hwy/highway.h>
#include <oneapi/tbb/global_control.h>
#include <csignal>
#include <nlohmann/json.hpp>
#include <opencv2/core/utility.hpp>
#include <thread>

namespace csgis::cli {
namespace {

CancelToken cancel_token;  // a signal handler reaches only what is global

extern "C" void request_cancel(int signal) {
  // A second Ctrl-C ends the process at once: files are whole at any moment.
  if (cancel_token.requested()) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  cancel_token.request();
}

void limit_simd(Simd simd) {
  switch (simd) {
    case Simd::automatic:
    case Simd::avx512:
      break;
    case Simd::avx2:
      hwy::DisableTargets(HWY_AVX3);
      break;
    case Simd::baseline:
      hwy::DisableTargets(HWY_AVX3 | HWY_AVX2);
      break;
  }
}

CommonOptions with_threads(CommonOptions options) {
  if (options.threads == 0) options.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  return options;
}

}  // namespace

struct Session::ThreadLimit {
  explicit ThreadLimit(int threads)
      : control(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)) {}
  tbb::global_control control;
};

Session::Session(CommonOptions options)
    : terminal_(options), context_{terminal_, terminal_, cancel_token, with_threads(options)} {
  validate(options);
  thread_limit_ = std::make_unique<ThreadLimit>(context_.options.threads);
  cv::setNumThreads(1);  // items run in parallel; threads inside them would only get in each other's way
  limit_simd(options.simd);
  std::signal(SIGINT, request_cancel);
  std::signal(SIGTERM, request_cancel);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of the write, not the end of the process
#ifdef SIGXFSZ
  std::signal(SIGXFSZ, SIG_IGN);  // likewise a limit on file sizes
#endif
}

Session::~Session() = default;

void print_json(const nlohmann::ordered_json& object) {
  fmt::print("{}\n", object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

int items_failed(std::uint64_t errors, const std::string& out) {
  if (errors == 0) return kDone;
  fmt::print(stderr, "csgis: {} failed; see {}/errors.jsonl\n",
             errors == 1 ? "1 item" : fmt::format("{} items", errors), out);
  return kItemsFailed;
}

}  // namespace csgis::cli
