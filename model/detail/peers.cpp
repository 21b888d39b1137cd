#include "model/detail/peers.h"

#include "core/error.h"

#include <torch/torch.h>

#include <charconv>

#ifdef CSGIS_HAS_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace csgis::nets {
#ifdef CSGIS_HAS_GLOO
namespace {

using torch::Tensor;

c10::intrusive_ptr<c10d::Store> open_store(int rank, int world, const std::string& address) {
  if (address.find('/') != std::string::npos) return c10::make_intrusive<c10d::FileStore>(address, world);
  const auto colon = address.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string::npos) {
    const char* const end = address.data() + address.size();
    const auto [stop, error] = std::from_chars(address.data() + colon + 1, end, port);
    if (error != std::errc() || stop != end) port = 0;
  }
  require<UsageError>(port != 0, "several processes meet at HOST:PORT or at a path, not at '{}'", address);
  c10d::TCPStoreOptions options;
  options.port = port;
  options.isServer = rank == 0;
  options.numWorkers = static_cast<std::size_t>(world);
  return c10::make_intrusive<c10d::TCPStore>(address.substr(0, colon), options);
}

bool is_local(const std::string& address) {
  return address.find('/') != std::string::npos || address.starts_with("127.0.0.1:") ||
         address.starts_with("localhost:");
}

class GlooPeers : public Peers {
 public:
  GlooPeers(int rank, int world, const std::string& address) : world_(world) {
    const auto options = c10d::ProcessGroupGloo::Options::create();
    options->devices.push_back(is_local(address) ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                                 : c10d::ProcessGroupGloo::createDefaultDevice());
    group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(open_store(rank, world, address), rank, world, options);
  }

  /// One message: a network has hundreds of small tensors. In double, so that all ranks and orders round alike.
  void average(const std::vector<Tensor>& tensors) override {
    const torch::NoGradGuard no_gradient;
    std::vector<Tensor> flat;
    for (const Tensor& tensor : tensors) flat.push_back(tensor.detach().reshape({-1}).to(torch::kFloat64).cpu());
    std::vector<Tensor> message{torch::cat(flat)};
    group_->allreduce(message)->wait();
    message[0].div_(world_);
    std::int64_t at = 0;
    for (const Tensor& tensor : tensors) {
      tensor.detach().copy_(message[0].narrow(0, at, tensor.numel()).view(tensor.sizes()));
      at += tensor.numel();
    }
  }

 private:
  int world_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
};

}  // namespace
#endif

std::shared_ptr<Peers> join_peers(int rank, int world, const std::string& store) {
  require<UsageError>(world >= 1 && rank >= 0 && rank < world, "process {} of {}: no such rank", rank, world);
  if (world == 1) return nullptr;
#ifdef CSGIS_HAS_GLOO
  try {
    return std::make_shared<GlooPeers>(rank, world, store);
  } catch (const UsageError&) {
    throw;
  } catch (const std::exception& error) {
    fail<UsageError>("process {} of {} does not meet the others at {}: {}", rank, world, store, error.what());
  }
#else
  fail<UsageError>("{} processes: this build has no Gloo to connect them at '{}'", world, store);
#endif
}

}  // namespace csgis::nets
