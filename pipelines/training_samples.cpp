#include "pipelines/training_samples.h"

#include "core/error.h"
#include "core/random.h"
#include "pipelines/batch_queue.h"
#include "pipelines/sample_augment.h"
#include "pipelines/shared_cache.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace csgis {
namespace {

Augmentation resolved(Augmentation asked, const SampleSource& source) {
  if (asked != Augmentation::automatic) return asked;
  return source.is_endless() ? Augmentation::none : Augmentation::exact;
}

void check_layers(const SampleSource& source, const LayerSet& needed) {
  const LayerSet has = source.layers();
  require<UsageError>(has.edge || !needed.edge, "--data: {} has no edge maps", source.name());
  require<UsageError>(has.over || !needed.over, "--data: {} has no over-smoothed images; csgis build --over makes them",
                      source.name());
  require<UsageError>(has.label || !needed.label, "--data: {} has no label maps; csgis build --labels adds them",
                      source.name());
  require<UsageError>(!needed.label || source.label_kind() == SampleLabels::classes,
                      "--data: the label maps of {} are of instances; this mode needs classes", source.name());
}

Size size_of(const SampleLayers& sample) {
  return {static_cast<int>(sample.truth[0].height), static_cast<int>(sample.truth[0].width)};
}

}  // namespace

class SampleStream::Impl {
 public:
  Impl(std::shared_ptr<const SampleSource> source, StreamUse use, const SampleOptions& options,
       const StreamSetup& setup)
      : source_(std::move(source)),
        options_(options),
        setup_(setup),
        is_training_(use == StreamUse::train),
        is_published_validation_(!is_training_ && !setup.recipe.fixes(16) && !source_->is_endless()),
        form_{options.style, is_training_ ? resolved(options.augment, *source_) : Augmentation::none, setup.recipe,
              setup.needed},
        queue_(
            setup.workers, [this](const BatchPosition& p) { return make(p); },
            [this](const BatchPosition& p) { return after(p); }) {
    validate(options);
    check_layers(*source_, setup.needed);
    require<UsageError>(form_.augment != Augmentation::device || options.style == AugmentationStyle::four_folders,
                        "--augment device goes with --augment-style four-folders");
    require(setup.ranks >= 1 && setup.rank < setup.ranks, "stream: rank {} of {}", setup.rank, setup.ranks);
    require<UsageError>(set_size() > 0, "--data: {} holds out no samples for validation", source_->name());
    require<UsageError>(batches() > 0, "--data: {} has {} samples, fewer than a batch of {}", source_->name(),
                        set_size(), batch_size() * setup.ranks);
  }

  std::uint64_t batches() const {
    const std::uint64_t together = batch_size() * setup_.ranks;
    return drops_rest() ? set_size() / together : (set_size() + together - 1) / together;
  }
  std::uint64_t samples() const { return drops_rest() ? batches() * batch_size() * setup_.ranks : set_size(); }
  bool is_bgr() const { return form_.is_bgr(); }
  TrainingBatch get(const BatchPosition& position) {
    require(position.index < batches(), "stream: batch {} of {}", position.index, batches());
    return queue_.get(position);
  }

 private:
  bool uses_training_set() const { return is_training_ || is_published_validation_; }
  bool drops_rest() const { return uses_training_set(); }
  bool is_whole() const { return !uses_training_set() && options_.validation == ValidationForm::whole; }
  std::uint64_t set_size() const { return source_->size(uses_training_set()); }
  std::uint64_t batch_size() const {
    if (is_whole()) return 1;
    return static_cast<std::uint64_t>(is_training_ ? options_.batch : options_.val_batch);
  }

  BatchPosition after(const BatchPosition& p) const {
    return p.index + 1 < batches() ? BatchPosition{p.epoch, p.index + 1} : BatchPosition{p.epoch + 1, 0};
  }

  using Order = std::vector<std::uint32_t>;
  /// The number of the sample at a place of an epoch.
  std::uint64_t sample_at(std::uint64_t epoch, std::uint64_t place) {
    if (!is_training_ || source_->is_endless()) return place;
    const auto order = orders_.get(epoch, [&] {
      Order made(static_cast<std::size_t>(set_size()));
      std::iota(made.begin(), made.end(), 0U);
      Random(setup_.seed, "epoch order", std::to_string(epoch)).shuffle(made);
      return made;
    });
    return (*order)[static_cast<std::size_t>(place)];
  }

  SampleDraw draw_for(std::uint64_t epoch, std::uint64_t number, const SampleLayers& sample) const {
    const Size size = size_of(sample);
    Random random(setup_.seed, is_training_ ? "augment" : "validation crop", fmt::format("{}:{}", epoch, number));
    if (is_whole()) return draw_crop(nullptr, size, size.height, size.width);
    if (is_published_validation_) return draw_crop(&random, size, options_.patch, options_.patch);
    if (!is_training_) return draw_crop(nullptr, size, validation_side(options_), validation_side(options_));
    if (form_.augment == Augmentation::none) return draw_crop(&random, size, options_.patch, options_.patch);
    return options_.style == AugmentationStyle::four_folders ? draw_four_folders(random, size, options_.patch)
                                                             : draw_edge_set(random, size, options_.patch);
  }

  /// Crops that are brought to the patch may have any size, the others must fill it.
  bool may_resize() const { return form_.augment == Augmentation::exact && form_.style == AugmentationStyle::edge_set; }

  TrainingBatch make(const BatchPosition& position) {
    const std::uint64_t first = (position.index * setup_.ranks + setup_.rank) * batch_size();
    const std::uint64_t end = std::min(first + batch_size(), set_size());
    const std::int64_t side = is_training_ || is_published_validation_ ? options_.patch : validation_side(options_);
    TrainingBatch batch;
    if (first >= end) return batch;  // of the last batch of a validation nothing is left for this rank
    for (std::uint64_t place = first; place < end; ++place) {
      const std::uint64_t number = sample_at(position.epoch, place);
      const std::string key = source_->key(uses_training_set(), number);
      const SampleLayers sample = source_->load(uses_training_set(), position.epoch, number, setup_.needed);
      const SampleDraw draw = draw_for(position.epoch, number, sample);
      if (batch.count == 0) {
        const auto count = static_cast<std::int64_t>(end - first);
        batch = is_whole() ? empty_batch(form_, count, draw.height, draw.width) : empty_batch(form_, count, side, side);
      }
      require<DataError>(may_resize() || (draw.height == batch.height && draw.width == batch.width),
                         "{}: sample {} of {}x{} is smaller than a crop of {}x{}", source_->name(), key,
                         size_of(sample).height, size_of(sample).width, batch.height, batch.width);
      put_sample(sample, draw, form_, batch, static_cast<std::int64_t>(place - first));
      batch.keys[static_cast<std::size_t>(place - first)] = key;
    }
    return batch;
  }

  std::shared_ptr<const SampleSource> source_;
  SampleOptions options_;
  StreamSetup setup_;
  bool is_training_, is_published_validation_;
  SampleForm form_;
  SharedCache<Order> orders_{2, [](const Order&) { return std::uint64_t{1}; }};
  BatchQueue queue_;  // last: its threads use all of the above
};

SampleStream::SampleStream(std::shared_ptr<const SampleSource> source, StreamUse use, const SampleOptions& options,
                           const StreamSetup& setup)
    : impl_(std::make_unique<Impl>(std::move(source), use, options, setup)) {}

SampleStream::~SampleStream() = default;

std::uint64_t SampleStream::batches_per_epoch() const {
  return impl_->batches();
}
std::uint64_t SampleStream::samples_per_epoch() const {
  return impl_->samples();
}
bool SampleStream::is_bgr() const {
  return impl_->is_bgr();
}
TrainingBatch SampleStream::batch(std::uint64_t epoch, std::uint64_t index) {
  return impl_->get({epoch, index});
}

}  // namespace csgis
