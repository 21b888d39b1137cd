#include <torch/torch.h>

#include "tests/model/training_samples.h"
#include "tests/support/catch.h"

#include "core/error.h"
#include "model/detail/peers.h"
#include "model/detail/smoother_trainer.h"
#include "model/detail/torch_trainer.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace csgis::nets {
namespace {

constexpr int kSteps = 4;
constexpr const char* kStoreVariable = "CSGIS_TEST_PEER_STORE";

TrainerOptions shared_options(int rank, const std::string& store) {
  TrainerOptions options = lite_options();
  options.rank = rank;
  options.world = 2;
  options.store = store;
  return options;
}

/// Both halves of a batch have as many edges, so their balance is that of the whole.
TrainingBatch half_batch(int step, int rank) {
  TrainingBatch batch = scene_batch(3, 16, static_cast<std::uint64_t>(step));
  if (rank == 1) std::reverse(batch.input.begin(), batch.input.end());
  return batch;
}

std::vector<double> losses(Trainer& trainer, int rank) {
  std::vector<double> values;
  for (int step = 0; step < kSteps; ++step) {
    values.push_back(trainer.step(half_batch(step, rank), Negative::input, 1e-3).find("total"));
  }
  return values;
}

bool has_gloo() {
  try {
    join_peers(0, 2, "nowhere");
  } catch (const UsageError& error) {
    return std::string(error.what()).find("no Gloo") == std::string::npos;
  }
  return true;
}

}  // namespace

TEST_CASE("two processes have the losses and weights of one with both batches") {
  if (const char* store = std::getenv(kStoreVariable)) {  // this is the second one
    const auto trainer = make_trainer(shared_options(1, store), {});
    CHECK(losses(*trainer, 1).size() == kSteps);
    return;
  }
  if (!has_gloo()) {
    WARN("this build has no Gloo");
    return;
  }
#ifdef __SANITIZE_THREAD__
  WARN("skipped: Gloo's threads hand tensors over in ways that ThreadSanitizer cannot see");
  return;
#endif
  const std::filesystem::path place =
      std::filesystem::temp_directory_path() / ("csgis-peers-" + std::to_string(getpid()));
  const std::string store = place.string();
  int status = -1;
  std::thread other([&] {
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    status = std::system(
        (std::string(kStoreVariable) + "='" + store + "' '" + program + "' 'two processes*' > /dev/null").c_str());
  });
  SmootherTrainer shared(shared_options(0, store), {}, join_peers(0, 2, store));
  const std::vector<double> ours = losses(shared, 0);
  other.join();
  std::filesystem::remove(place);
  CHECK(status == 0);

  SmootherTrainer alone(lite_options(), {});
  for (int step = 0; step < kSteps; ++step) {
    TrainingBatch whole = half_batch(step, 0);
    const TrainingBatch more = half_batch(step, 1);
    whole.count *= 2;
    whole.label.clear();
    for (const auto layer :
         {&TrainingBatch::input, &TrainingBatch::truth, &TrainingBatch::over, &TrainingBatch::edge}) {
      (whole.*layer).insert((whole.*layer).end(), (more.*layer).begin(), (more.*layer).end());
    }
    const double expected = alone.step(whole, Negative::input, 1e-3).find("total");
    CHECK(ours[static_cast<std::size_t>(step)] == Approx(expected).epsilon(1e-4));
  }
  CHECK(ours.front() > ours.back());
}

TEST_CASE("ranks and addresses that cannot be are refused") {
  CHECK(join_peers(0, 1, "") == nullptr);
  CHECK_THROWS_AS(join_peers(2, 2, "127.0.0.1:1"), UsageError);
  CHECK_THROWS_AS(join_peers(-1, 2, "127.0.0.1:1"), UsageError);
  for (const char* address : {"", "nowhere", "host:", "host:x", "host:0", "host:70000"}) {
    CHECK_THROWS_AS(join_peers(0, 2, address), UsageError);
  }
}

}  // namespace csgis::nets
