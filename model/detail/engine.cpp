#include "model/detail/engine.h"

#include "core/error.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <utility>

namespace csgis::nets {
namespace {

using torch::Tensor;

/// The part of an image that covers `region` of the whole, when the image covers `covered` of it. A view.
Tensor part(const Tensor& image, const Region& covered, const Region& region) {
  return image.narrow(2, region.top - covered.top, region.height())
      .narrow(3, region.left - covered.left, region.width());
}

/// Copies the first `count` channels, last to first if asked.
void copy_channels(const Tensor& from, const Tensor& to, std::int64_t count, bool swap) {
  for (std::int64_t c = 0; c < count; ++c) to.select(1, c).copy_(from.select(1, swap ? count - 1 - c : c));
}

ConvSpec spec_of(const ConvStep& step) {
  const auto sum = step.inside != kNoValue  ? ConvSpec::Sum::inside
                   : step.after != kNoValue ? ConvSpec::Sum::after
                                            : ConvSpec::Sum::none;
  return {step.weight, step.bias, step.dilation, step.relu, sum};
}

/// Cuts 0 .. size into equal parts of at most `tile`.
std::vector<std::int64_t> cuts(std::int64_t size, std::int64_t tile) {
  const std::int64_t parts = tile <= 0 ? 1 : (size + tile - 1) / tile;
  std::vector<std::int64_t> at;
  for (std::int64_t i = 0; i <= parts; ++i) at.push_back(size * i / parts);
  return at;
}

}  // namespace

Region Region::grown(std::int64_t margin, std::int64_t image_height, std::int64_t image_width) const {
  return {std::max<std::int64_t>(top - margin, 0), std::max<std::int64_t>(left - margin, 0),
          std::min(bottom + margin, image_height), std::min(right + margin, image_width)};
}

Engine::Engine(Program program, const Target& target)
    : program_(std::move(program)), target_(target), pool_(target.options()), slots_(program_.values.size()) {
  require(target.type != torch::kFloat16 || target.device.is_cuda(), "precision fp16 needs a CUDA device");
  for (Step& step : program_.steps) {
    kernels_.push_back(nullptr);
    if (auto* conv = std::get_if<ConvStep>(&step)) kernels_.back() = make_conv_kernel(spec_of(*conv), target);
    if (auto* block = std::get_if<ModuleStep>(&step)) block->module->to(target.device);
  }
}

double Engine::bytes(std::int64_t height, std::int64_t width) const {
  const auto squares = [&](std::int64_t size) {
    return static_cast<double>(size) / static_cast<double>(program_.fold);
  };
  double bytes = static_cast<double>(program_.peak_channels()) * squares(height) * squares(width) *
                 static_cast<double>(torch::elementSize(target_.type));
  double largest = 0;  // of the blocks that see the whole image
  for (const Step& step : program_.steps) {
    if (const auto* block = std::get_if<ModuleStep>(&step)) {
      const std::int64_t channels = program_.value(block->in.front()).channels;
      largest = std::max(largest, block->bytes(channels, height, width));
    }
  }
  return bytes + largest;
}

void Engine::forget() {
  for (Slot& used : slots_) used = {};
  pool_ = BufferPool(target_.options());
}

void Engine::run(const Tensor& image, const Tensor& edge, const EngineRun& how, Tensor& out) {
  const c10::InferenceMode no_gradient;
  require(program_.edge == kNoValue || edge.defined(), "this network needs an edge map beside the image");
  if (program_.fold == 1) {
    run_regions(image, edge, how, out);
  } else {
    run_folded(image, how, out);
  }
}

/// Channels are exchanged before the fold mixes them with the pixels.
void Engine::run_folded(const Tensor& image, const EngineRun& how, Tensor& out) {
  const Tensor in = folded(how.swap_channels ? image.flip(1) : image, program_.fold);
  const std::int64_t channels = out.size(1) * program_.fold * program_.fold;
  Tensor result = torch::empty({1, channels, in.size(2), in.size(3)}, in.options());
  run_regions(in, {}, {.tile = (how.tile + program_.fold - 1) / program_.fold}, result);
  const Tensor whole = unfolded(result, program_.fold, image.size(2), image.size(3));
  out.copy_(how.swap_channels ? whole.flip(1) : whole);
}

void Engine::run_regions(const Tensor& image, const Tensor& edge, const EngineRun& how, Tensor& out) {
  height_ = image.size(2);
  width_ = image.size(3);
  const std::vector<std::int64_t> rows = cuts(height_, how.tile), columns = cuts(width_, how.tile);
  require(program_.is_local || (rows.size() == 2 && columns.size() == 2),
          "this network sees the whole image at once and cannot run in tiles");
  for (std::size_t y = 0; y + 1 < rows.size(); ++y) {
    for (std::size_t x = 0; x + 1 < columns.size(); ++x) {
      const Region core{rows[y], columns[x], rows[y + 1], columns[x + 1]};
      load(program_.image, image, core, how.swap_channels);
      if (program_.edge != kNoValue) load(program_.edge, edge, core, false);
      run_steps(core);
      const Slot& result = slot(program_.result);
      copy_channels(part(result.image, result.region, core), part(out, {0, 0, height_, width_}, core), out.size(1),
                    how.swap_channels);
      release(program_.result);
    }
  }
}

void Engine::run_steps(const Region& core) {
  for (std::size_t i = 0; i < program_.steps.size(); ++i) {
    const Step& step = program_.steps[i];
    if (const auto* conv = std::get_if<ConvStep>(&step)) {
      carry_out(*conv, i, core);
    } else if (const auto* concat = std::get_if<ConcatStep>(&step)) {
      carry_out(*concat, core);
    } else {
      carry_out(std::get<ModuleStep>(step));
    }
    for (const ValueId id : inputs_of(step)) {
      if (program_.value(id).last_use == i) release(id);
    }
  }
}

Region Engine::needed(ValueId id, const Region& core) const {
  return core.grown(program_.value(id).margin, height_, width_);
}

void Engine::load(ValueId id, const Tensor& from, const Region& core, bool swap_channels) {
  const Region region = needed(id, core);
  const std::int64_t channels = from.size(1), padded = padded_channels(channels);
  Tensor image = pool_.take(padded, region.height(), region.width());
  copy_channels(part(from, {0, 0, height_, width_}, region), image, channels, swap_channels);
  image.narrow(1, channels, padded - channels).zero_();
  slot(id) = {image, region};
}

/// Regions shrink towards the result: at the end of a block, where it saves more than a copy costs.
void Engine::carry_out(const ConvStep& step, std::size_t number, const Region& core) {
  constexpr double kWorthACopy = 0.97;
  const Region region = slot(step.in).region;
  const bool is_sum = step.inside != kNoValue || step.after != kNoValue;
  Tensor sum;
  if (is_sum) sum = summand(step.inside != kNoValue ? step.inside : step.after, number, region);
  Tensor y = kernels_[number]->run(slot(step.in).image, sum, pool_);
  if (step.inside != kNoValue && step.after != kNoValue)
    y.add_(part(slot(step.after).image, slot(step.after).region, region));
  slot(step.out) = {y, region};
  const Region smaller = needed(step.out, core);
  const double kept =
      static_cast<double>(smaller.height() * smaller.width()) / static_cast<double>(region.height() * region.width());
  if (!is_sum || kept > kWorthACopy) return;
  slot(step.out) = {cropped(slot(step.out), smaller), smaller};
  pool_.give(y);
}

/// A value to be overwritten with its sum: the value itself if nobody needs it later, else a copy.
Tensor Engine::summand(ValueId id, std::size_t number, const Region& region) {
  Slot& from = slot(id);
  const bool ends_here = program_.value(id).last_use == number;
  return ends_here && from.region == region ? std::exchange(from.image, Tensor()) : cropped(from, region);
}

Tensor Engine::cropped(const Slot& from, const Region& region) {
  Tensor copy = pool_.take(from.image.size(1), region.height(), region.width());
  return copy.copy_(part(from.image, from.region, region));
}

void Engine::carry_out(const ConcatStep& step, const Region& core) {
  const Region region = needed(step.out, core);
  const std::int64_t channels = program_.value(step.out).channels;
  const std::int64_t padded = padded_channels(channels);
  Tensor image = pool_.take(padded, region.height(), region.width());
  std::int64_t at = 0;
  for (const ValueId id : step.in) {
    const std::int64_t count = program_.value(id).channels;
    image.narrow(1, at, count).copy_(part(slot(id).image, slot(id).region, region).narrow(1, 0, count));
    at += count;
  }
  image.narrow(1, channels, padded - channels).zero_();
  slot(step.out) = {image, region};
}

void Engine::carry_out(const ModuleStep& step) {
  std::vector<Tensor> in;
  for (const ValueId id : step.in) {
    const std::int64_t channels = program_.value(id).channels;
    in.push_back(
        slot(id).image.narrow(1, 0, channels).to(torch::kFloat32).contiguous(torch::MemoryFormat::ChannelsLast));
  }
  const Tensor y = step.call(*step.module, in);
  const std::int64_t channels = y.size(1), padded = padded_channels(channels);
  Tensor image = pool_.take(padded, height_, width_);
  image.narrow(1, 0, channels).copy_(y);
  image.narrow(1, channels, padded - channels).zero_();
  slot(step.out) = {image, slot(step.in.front()).region};
}

void Engine::release(ValueId id) {
  Slot& freed = slot(id);
  if (freed.image.defined()) pool_.give(freed.image);
  freed.image = Tensor();
}

}  // namespace csgis::nets
