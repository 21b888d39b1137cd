#include "model/detail/program.h"

#include "core/error.h"

#include <algorithm>

namespace csgis::nets {
namespace nn = torch::nn;
namespace {

using Bytes = double (*)(std::int64_t, std::int64_t, std::int64_t);

/// A gate holds its input, a product and its result in float32.
double gate_bytes(std::int64_t channels, std::int64_t height, std::int64_t width) {
  return 3.0 * sizeof(float) * static_cast<double>(channels * height * width);
}

/// The non-local block holds about five matrices of all queries by all keys.
double non_local_bytes(std::int64_t channels, std::int64_t height, std::int64_t width) {
  const auto queries = static_cast<double>((height / 4) * (width / 4));
  const auto keys = static_cast<double>((height / 8) * (width / 8));
  return gate_bytes(channels, height, width) + 5.0 * sizeof(float) * queries * keys;
}

/// What SmootherImpl::trace runs on: writes the steps down.
class Recorder {
 public:
  struct Value {
    ValueId id = kNoValue;
  };

  Value input(std::int64_t channels) { return {new_value(channels)}; }

  template <class Holder>
  Value apply(Holder& module, Value x) {
    return record(*module, x);
  }

  /// Parts of a concatenation are taken instead of it, so that nobody waits for what is only copied again.
  Value concat(Value a, Value b) {
    std::vector<ValueId> parts{a.id};
    for (const Step& step : program.steps) {
      const auto* earlier = std::get_if<ConcatStep>(&step);
      if (earlier != nullptr && earlier->out == a.id) parts = earlier->in;
    }
    parts.push_back(b.id);
    return concat_of(parts);
  }

  Value non_local(EdgeNonLocal& module, Value x, Value edge) {
    const auto call = [](nn::Module& m, const std::vector<torch::Tensor>& in) {
      return m.as<EdgeNonLocal>()->forward(in[0], in[1]);
    };
    return opaque(module.ptr(), {x.id, edge.id}, call, non_local_bytes);
  }

  /// The sum as part of the convolution that made `y`.
  Value add(Value y, Value x) {
    ConvStep& conv = made_last(y);
    (conv.relu ? conv.after : conv.inside) = x.id;
    return y;
  }

  Program program;

 private:
  Value record(nn::Module& module, Value x) {
    if (auto* conv = module.as<nn::Conv2d>()) return record_conv(*conv, x);
    if (auto* norm = module.as<nn::BatchNorm2d>()) return fold(*norm, x);
    if (module.as<nn::ReLU>() != nullptr) return relu(x);
    if (module.as<nn::Sequential>() != nullptr) {
      for (const auto& child : module.children()) x = record(*child, x);
      return x;
    }
    if (auto* descriptor = module.as<Descriptor>()) return apply(descriptor->body, apply(descriptor->conv_in, x));
    if (auto* block = module.as<ResBlock>()) return add(apply(block->triple_conv, x), x);
    if (auto* block = module.as<DilatedBlock>()) return record_dilated(*block, x);
    if (auto* block = module.as<PlainBlock>()) return add(apply(block->conv2, relu(apply(block->conv1, x))), x);
    if (auto* block = module.as<DetailedBlock>()) return record_detailed(*block, x);
    if (auto* block = module.as<DensePyramid>()) return record_dense(*block, x);
    if (module.as<Cbam>() != nullptr) return gate<Cbam>(module, x);
    if (module.as<ChannelFilter>() != nullptr) return gate<ChannelFilter>(module, x);
    fail<Error>("inference: no step for a layer of type {}", module.name());
  }

  Value record_dilated(DilatedBlockImpl& block, Value x) {
    Value y = x;
    for (std::size_t i = 0; i < block.convs.size(); ++i) y = relu(apply(block.norms[i], apply(block.convs[i], y)));
    return add(y, x);
  }

  Value record_detailed(DetailedBlockImpl& block, Value x) {
    const Value u = apply(block.conv0, x);
    const Value a = apply(block.conv1, u), b = apply(block.conv2, u), c = apply(block.conv3, u);
    const Value v = apply(block.join, concat_of({a.id, b.id, c.id}));
    auto& pair = *block.pair;
    const Value inner = relu(apply(pair.bn1, apply(pair.conv1, v)));
    return add(relu(add(apply(pair.bn2, apply(pair.conv2, inner)), v)), x);
  }

  Value record_dense(DensePyramidImpl& block, Value x) {
    std::vector<ValueId> seen{x.id};
    for (Pyramid& level : block.levels) {
      seen.push_back(record_pyramid(*level, seen.size() == 1 ? x : concat_of(seen)).id);
    }
    return {seen.back()};
  }

  Value record_pyramid(PyramidImpl& level, Value x) {
    std::array<ValueId, 4> y{};
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = apply(level.branches[i], x).id;
    const Value z1 = apply(level.join1, concat_of({y[0], y[1], y[2], y[3]}));
    const Value z2 = apply(level.join2, concat_of({y[1], y[2], y[3]}));
    const Value z3 = apply(level.join3, concat_of({y[2], y[3]}));
    return apply(level.cbam, apply(level.join0, concat_of({z1.id, z2.id, z3.id, y[3]})));
  }

  template <class Holder>
  Value gate(nn::Module& module, Value x) {
    return opaque(module.shared_from_this(), {x.id},
                  [](nn::Module& m, const std::vector<torch::Tensor>& in) { return m.as<Holder>()->forward(in[0]); });
  }

  Value record_conv(nn::Conv2dImpl& conv, Value x) {
    const std::int64_t in = conv.weight.size(1), out = conv.weight.size(0);
    const torch::Tensor weight =
        torch::constant_pad_nd(conv.weight.detach().to(torch::kFloat32),
                               {0, 0, 0, 0, 0, padded_channels(in) - in, 0, padded_channels(out) - out});
    const torch::Tensor bias = torch::zeros({padded_channels(out)});
    if (conv.bias.defined()) bias.narrow(0, 0, out).copy_(conv.bias.detach());
    ConvStep step{
        .in = x.id, .out = new_value(out), .weight = weight, .bias = bias, .dilation = conv.options.dilation()->at(0)};
    program.steps.emplace_back(std::move(step));
    return {output_of(program.steps.back())};
  }

  /// BN(conv(x)) as one convolution: weights scaled per output channel, the shift in the bias.
  Value fold(nn::BatchNorm2dImpl& norm, Value x) {
    ConvStep& conv = made_last(x);
    const auto f64 = [](const torch::Tensor& t) { return t.detach().to(torch::kFloat64); };
    const torch::Tensor scale = f64(norm.weight) / torch::sqrt(f64(norm.running_var) + norm.options.eps());
    const std::int64_t out = scale.size(0);
    conv.weight.narrow(0, 0, out).mul_(scale.view({-1, 1, 1, 1}));
    torch::Tensor bias = conv.bias.narrow(0, 0, out);
    bias.copy_((f64(bias) - f64(norm.running_mean)) * scale + f64(norm.bias));
    return x;
  }

  Value relu(Value x) {
    made_last(x).relu = true;
    return x;
  }

  Value concat_of(const std::vector<ValueId>& parts) {
    std::int64_t channels = 0;
    for (const ValueId part : parts) channels += program.value(part).channels;
    program.steps.emplace_back(ConcatStep{parts, new_value(channels)});
    return {output_of(program.steps.back())};
  }

  template <class Call>
  Value opaque(std::shared_ptr<nn::Module> module, std::vector<ValueId> in, Call call, Bytes bytes = gate_bytes) {
    const std::int64_t channels = program.value(in.front()).channels;
    program.steps.emplace_back(ModuleStep{std::move(in), new_value(channels), std::move(module), call, bytes});
    program.is_local = false;
    return {output_of(program.steps.back())};
  }

  /// The convolution that made `x`, if nothing came after it: what follows can then become part of it.
  ConvStep& made_last(Value x) {
    auto* conv = program.steps.empty() ? nullptr : std::get_if<ConvStep>(&program.steps.back());
    require<Error>(conv != nullptr && conv->out == x.id && conv->after == kNoValue,
                   "inference: a layer follows something other than a convolution");
    return *conv;
  }

  ValueId new_value(std::int64_t channels) {
    program.values.push_back({channels});
    return static_cast<ValueId>(program.values.size()) - 1;
  }
};

/// Who reads a value last, and how far around the result it is needed.
void find_uses(Program& program) {
  program.value(program.result).last_use = program.steps.size();
  for (std::size_t i = program.steps.size(); i-- > 0;) {
    const Step& step = program.steps[i];
    const std::int64_t margin = program.value(output_of(step)).margin;
    const auto* conv = std::get_if<ConvStep>(&step);
    for (const ValueId id : inputs_of(step)) {
      const std::int64_t reach = conv != nullptr && id == conv->in ? conv->reach() : 0;
      Program::Value& value = program.value(id);
      value.margin = std::max(value.margin, margin + reach);
      value.last_use = std::max(value.last_use, i);
    }
  }
}

}  // namespace

std::vector<ValueId> inputs_of(const Step& step) {
  if (const auto* conv = std::get_if<ConvStep>(&step)) {
    std::vector<ValueId> in{conv->in};
    for (const ValueId id : {conv->inside, conv->after}) {
      if (id != kNoValue) in.push_back(id);
    }
    return in;
  }
  if (const auto* concat = std::get_if<ConcatStep>(&step)) return concat->in;
  return std::get<ModuleStep>(step).in;
}

ValueId output_of(const Step& step) {
  return std::visit([](const auto& s) { return s.out; }, step);
}

std::int64_t Program::peak_channels() const {
  const auto padded = [&](ValueId id) { return padded_channels(value(id).channels); };
  std::int64_t alive = padded(image) + (edge == kNoValue ? 0 : padded(edge)), peak = alive;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    alive += padded(output_of(steps[i]));
    // A sum into a value that ends here needs no place of its own; counting it makes up for working space.
    peak = std::max(peak, alive);
    std::vector<ValueId> in = inputs_of(steps[i]);
    std::ranges::sort(in);
    in.erase(std::unique(in.begin(), in.end()), in.end());
    for (const ValueId id : in) {
      if (value(id).last_use == i) alive -= padded(id);
    }
  }
  return peak;
}

std::int64_t Program::operations_per_pixel() const {
  std::int64_t total = 0;
  for (const Step& step : steps) {
    const auto* conv = std::get_if<ConvStep>(&step);
    if (conv == nullptr) continue;
    const std::int64_t taps = conv->weight.size(2) * conv->weight.size(3);
    total += 2 * taps * value(conv->in).channels * value(conv->out).channels;
  }
  return total / (fold * fold);
}

Program record(SmootherImpl& network) {
  const torch::NoGradGuard no_gradient;
  network.eval();
  Recorder recorder;
  const std::int64_t fold = network.plan.fold;
  const auto image = recorder.input(network.size.in * fold * fold);
  Recorder::Value edge;
  if (network.plan.edge_is_given) edge = recorder.input(1);
  const auto out = network.trace(recorder, image, edge);
  const auto result = out.out2.id == kNoValue ? out.out1 : recorder.add(out.out2, out.out1);
  Program program = std::move(recorder.program);
  program.fold = fold;
  program.edge = edge.id;
  program.result = result.id;
  find_uses(program);
  return program;
}

}  // namespace csgis::nets
