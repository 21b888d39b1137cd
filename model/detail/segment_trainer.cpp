#include "model/detail/segment_trainer.h"

#include "core/error.h"
#include "model/detail/device.h"
#include "model/detail/guides.h"
#include "model/detail/module_state.h"
#include "model/detail/torch_tensors.h"

namespace csgis::nets {
namespace {

BatchTensors labelled(const TrainingBatch& batch, const torch::Device& device) {
  BatchTensors tensors = as_tensors(batch, device);
  require(tensors.input.defined() && tensors.label.defined(), "training a segmenter: the batch has no layer {}",
          tensors.input.defined() ? "label" : "input");
  return tensors;
}

std::vector<std::uint8_t> stored_bytes(const Tensor& bytes) {
  const Tensor plain = bytes.cpu().contiguous();
  const auto* const data = plain.data_ptr<std::uint8_t>();
  return {data, data + plain.numel()};
}

}  // namespace

Tensor confusion(const Tensor& found, const Tensor& label, std::int64_t classes) {
  const Tensor counts = label != kVoidLabel;
  const Tensor truth = label.masked_select(counts).to(torch::kInt64), ours = found.masked_select(counts);
  return torch::bincount(truth * classes + ours.to(torch::kInt64), {}, classes * classes).to(torch::kFloat64).cpu();
}

/// The bits of an index go to the channels in turn, highest first.
Tensor voc_colours(const Tensor& label) {
  const Tensor index = label.to(torch::kInt64);
  std::vector<Tensor> channels;
  for (int channel = 0; channel < 3; ++channel) {
    Tensor value = torch::zeros_like(index);
    for (int bit = 0; bit < 3; ++bit) {
      value = value + index.div(1 << (3 * bit + channel), "floor").remainder(2) * (1 << (7 - bit));
    }
    channels.push_back(value);
  }
  return torch::stack(channels).to(torch::kUInt8);
}

SegmentTrainer::SegmentTrainer(const TrainerOptions& options, std::shared_ptr<Peers> peers)
    : options_(options),
      device_(device_named(options.device)),
      network_(build()),
      peers_(std::move(peers)),
      learner_(
          network_.ptr(), [this] { return build().ptr(); }, options, peers_) {}

DeepLab SegmentTrainer::build() const {
  require<UsageError>(options_.sizes.in == 3, "training needs a network of three channels");
  torch::manual_seed(options_.seed);
  const bool is_mobile = options_.network == "DeepLabV3Plus_MobileNetV2";
  require<UsageError>(is_mobile || options_.network == "DeepLabV3Plus_ResNet50", "network {} does not segment images",
                      options_.network);
  DeepLab network(is_mobile ? Backbone::mobilenet_v2 : Backbone::resnet50, options_.output_stride, options_.sizes.out);
  network->to(device_);
  if (options_.channels_last) use_channels_last(*network);
  return network;
}

Tensor SegmentTrainer::logits(DeepLabImpl& network, const Tensor& images) {
  const Autocast narrow(device_, options_.precision);
  const auto format = options_.channels_last ? torch::MemoryFormat::ChannelsLast : torch::MemoryFormat::Contiguous;
  const Tensor x = options_.recipe.fixes(9) ? imagenet_normalised(images) : images;
  return network.forward(x.contiguous(format)).to(torch::kFloat32);
}

StepReport SegmentTrainer::report(const Tensor& loss, const Tensor& logits, const Tensor& label) const {
  const Tensor table = confusion(logits.detach().argmax(1), label, options_.sizes.out);
  const Tensor total = torch::tensor({loss.item<double>()}, torch::kFloat64);
  if (peers_ && torch::GradMode::is_enabled()) peers_->average({total, table});
  StepReport report;
  report.values = {{"total", total.item<double>()}};
  report.is_finite = std::isfinite(total.item<double>());
  report.confusion.assign(table.data_ptr<double>(), table.data_ptr<double>() + table.numel());
  return report;
}

StepReport SegmentTrainer::step(const TrainingBatch& batch, Negative /*negative*/, double learning_rate) {
  require(batch.count >= 2, "training a segmenter: a batch of {}; its normalisation of pooled features needs 2",
          batch.count);
  use_threads(options_.threads);
  const BatchTensors tensors = labelled(batch, device_);
  check_labels(tensors.label, options_.sizes.out, batch.keys);
  torch::manual_seed(options_.seed + 1 + static_cast<std::uint64_t>(learner_.batches()));  // dropout
  learner_.begin();
  const Tensor found = logits(*network_, tensors.input);
  const Tensor loss = segmentation_loss(found, tensors.label);
  const bool is_finite = learner_.learn(loss, learning_rate);
  StepReport made = report(loss, found, tensors.label);
  made.is_finite = is_finite;
  return made;
}

StepReport SegmentTrainer::evaluate(const TrainingBatch& batch, Negative /*negative*/) {
  use_threads(options_.threads);
  const torch::NoGradGuard no_gradient;
  const BatchTensors tensors = labelled(batch, device_);
  check_labels(tensors.label, options_.sizes.out, batch.keys);
  const Tensor found = logits(*learner_.to_use().as<DeepLab>(), tensors.input);
  return report(segmentation_loss(found, tensors.label), found, tensors.label);
}

std::array<double, 2> SegmentTrainer::negative_distances(const TrainingBatch& /*batch*/, Negative /*negative*/) {
  fail<InvalidArgument>("training a segmenter: there are no negatives");
}

void SegmentTrainer::set_margins(double /*con*/, double /*gram*/) {
  fail<InvalidArgument>("training a segmenter: there are no margins");
}

SamplePicture SegmentTrainer::picture(const TrainingBatch& batch, std::int64_t which) {
  require(which >= 0 && which < batch.count, "training: sample {} of a batch of {}", which, batch.count);
  use_threads(options_.threads);
  const torch::NoGradGuard no_gradient;
  const BatchTensors tensors = labelled(batch, device_);
  const Tensor image = tensors.input.narrow(0, which, 1);
  const Tensor found = logits(*learner_.to_use().as<DeepLab>(), image).argmax(1)[0];
  return {batch.height,
          batch.width,
          stored_bytes(image.mul(255).round().to(torch::kUInt8)),
          stored_bytes(voc_colours(found)),
          stored_bytes(voc_colours(tensors.label[which])),
          {}};
}

Checkpoint SegmentTrainer::state() const {
  return learner_.state();
}

TensorFile SegmentTrainer::weights() const {
  TensorFile file = learner_.weights();
  file.metadata["kind"] = options_.network;
  file.metadata[kOutputStrideNote] = std::to_string(options_.output_stride);
  file.metadata[kNormalisedNote] = options_.recipe.fixes(9) ? "imagenet" : "no";
  return file;
}

void SegmentTrainer::restore(const Checkpoint& checkpoint) {
  std::map<std::string, Tensor> other;
  learner_.restore(checkpoint, other);
}

}  // namespace csgis::nets
