#include "pipelines/train.h"

#include "core/error.h"
#include "core/random.h"
#include "pipelines/train_output.h"
#include "pipelines/train_setup.h"

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace csgis {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kMarginBatches = 16;        ///< Batches that `--margin auto` looks at.
constexpr std::chrono::seconds kPageInterval{60};  ///< Least time between two pages of a training at work.

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Of processes that leave talking to the first.
class Silence : public Log, public ProgressSink {
 public:
  void write(LogLevel, std::string_view) override {}
  void start(std::string_view, std::uint64_t) override {}
  void advance(std::uint64_t) override {}
  void finish() override {}
};

/// One training at work.
class TrainingRun {
 public:
  /// @param output  null where another process writes
  TrainingRun(TrainPlan& plan, Trainer& trainer, TrainOutput* output, const RunContext& context)
      : plan_(plan), output_(output), context_(context), trainer_(trainer) {}

  TrainReport run();

 private:
  void begin();
  void go_on_from(const SavedTraining& saved);
  void choose_margins();
  Negative draw_negative(const char* use, std::int64_t epoch, std::int64_t batch) const;
  StepMeans fresh_means(bool of_epoch) const;
  template <class Work>
  auto kept_safe(const Work& work);
  void step();
  void log_if_due();
  void end_epoch();
  void end();
  StepMeans validate();
  void save();
  void stop_if_cancelled();
  bool is_save_due() const;
  bool is_time_over() const;
  std::string progress_note() const;
  TrainReport report() const;

  TrainPlan& plan_;
  TrainOutput* output_;
  const RunContext& context_;
  Trainer& trainer_;
  TrainState state_;
  StepMeans validation_;              ///< The last one: of the last whole epoch, or of the end.
  std::optional<double> stale_rate_;  ///< Of the first epoch after resuming, as published (R-15).
  std::int64_t stale_epoch_ = -1;
  double images_per_second_ = 0;
  Clock::time_point started_ = Clock::now(), clock_ = started_, saved_at_ = started_, page_at_ = started_;
  double logged_seconds_ = 0;  ///< state_.seconds at the last line.
};

StepMeans TrainingRun::fresh_means(bool of_epoch) const {
  return StepMeans(of_epoch && !plan_.recipe.fixes(14), plan_.options.task == TrainingTask::smooth);
}

void TrainingRun::begin() {
  state_.identity = plan_.identity_hash();
  state_.epoch_means = fresh_means(true);
  state_.logged_means = fresh_means(false);
  state_.validation = fresh_means(false);
  if (const auto saved = find_saved(plan_)) {
    go_on_from(*saved);
  } else if (has_contrast(plan_.options)) {
    choose_margins();
  }
  if (has_contrast(plan_.options)) trainer_.set_margins(state_.margin, state_.margin_features);
  logged_seconds_ = state_.seconds;
  const TrainOptions& o = plan_.options;
  if (output_ == nullptr) return;
  output_->begin(state_, {{"kind", o.network}, {"width", o.width}, {"blocks", o.blocks}});
}

void TrainingRun::go_on_from(const SavedTraining& saved) {
  trainer_.restore(saved.trainer);
  state_ = saved.state;
  context_.log.info("{}: going on behind step {}", plan_.options.out, state_.step);
  if (plan_.recipe.fixes(15)) return;
  state_.best = 0;
  stale_rate_ = state_.rate;
  stale_epoch_ = state_.epoch;
}

/// Half the median of what negatives are away from their ground truths: a hinge with a margin beyond that can never be
/// satisfied, one far below is satisfied from the start.
void TrainingRun::choose_margins() {
  const Margins given = margins_of(plan_.options);
  if (!given.colours || !given.features) {
    std::vector<double> colours, features;
    const std::unique_ptr<SampleStream> stream = whole_stream(plan_);
    const auto count = std::min(kMarginBatches, static_cast<std::int64_t>(stream->batches_per_epoch()));
    for (std::int64_t i = 0; i < count; ++i) {
      const TrainingBatch batch = stream->batch(0, static_cast<std::uint64_t>(i));
      const auto distances = trainer_.negative_distances(batch, draw_negative("train", 0, i));
      colours.push_back(distances[0]);
      features.push_back(distances[1]);
    }
    state_.margin = median(colours) / 2;
    state_.margin_features = median(features) / 2;
  }
  state_.margin = given.colours.value_or(state_.margin);
  state_.margin_features = given.features.value_or(state_.margin_features);
  context_.log.info("margins: {:.4g} of colours, {:.4g} of features", state_.margin, state_.margin_features);
}

Negative TrainingRun::draw_negative(const char* use, std::int64_t epoch, std::int64_t batch) const {
  if (!has_contrast(plan_.options) || plan_.options.negative == NegativeChoice::input) return Negative::input;
  if (plan_.options.negative == NegativeChoice::over) return Negative::over;
  Random random(plan_.seed, "negative", fmt::format("{}/{}/{}", use, epoch, batch));
  return random.uniform() < 0.5 ? Negative::over : Negative::input;
}

/// What a sample that cannot be used ends is saved before, so that the training can go on when the sample is mended.
template <class Work>
auto TrainingRun::kept_safe(const Work& work) {
  const auto put_down = [&](const Error& error) {
    save();
    if (output_ != nullptr) output_->note_failure(state_, plan_.source->name(), error.what());
  };
  try {
    return work();
  } catch (const DataError& error) {
    put_down(error);
    throw;
  } catch (const IoError& error) {
    put_down(error);
    throw;
  } catch (const InvalidArgument& error) {  // labels of other classes
    put_down(error);
    fail<DataError>("{}", error.what());
  }
}

void TrainingRun::step() {
  const TrainingBatch batch = kept_safe([&] {
    return plan_.train->batch(static_cast<std::uint64_t>(state_.epoch), static_cast<std::uint64_t>(state_.batch));
  });
  double rate = plan_.rate.at(state_.epoch, state_.step);
  if (stale_rate_ && state_.epoch == stale_epoch_) rate = *stale_rate_;
  const StepReport report =
      kept_safe([&] { return trainer_.step(batch, draw_negative("train", state_.epoch, state_.batch), rate); });
  if (!report.is_finite) {
    save();
    if (output_ != nullptr) {
      output_->note_failure(state_, fmt::format("{}", fmt::join(batch.keys, " ")), "the loss is not finite");
    }
    fail<ItemFailed>("step {}: the loss is not finite; samples {}; the state before it is in {}/{}", state_.step + 1,
                     fmt::join(batch.keys, " "), plan_.options.out, kStateFile);
  }
  state_.rate = rate;
  ++state_.step;
  ++state_.batch;
  state_.epoch_means.add(report);
  state_.logged_means.add(report);
  const auto now = Clock::now();
  state_.seconds += std::chrono::duration<double>(now - clock_).count();
  clock_ = now;
}

void TrainingRun::log_if_due() {
  if (state_.step % plan_.options.log_steps != 0) return;
  const std::int64_t steps = state_.logged_means.steps();
  const double seconds = state_.seconds - logged_seconds_;
  images_per_second_ =
      static_cast<double>(steps * plan_.options.samples.batch * plan_.process.count) / std::max(seconds, 1e-9);
  if (output_ != nullptr) output_->log_steps(state_, steps, seconds);
  state_.logged_means = fresh_means(false);
  logged_seconds_ = state_.seconds;
}

StepMeans TrainingRun::validate() {
  StepMeans means = fresh_means(true);
  if (!plan_.validation) return means;
  std::vector<SamplePicture> pictures;
  const auto count = static_cast<std::int64_t>(plan_.validation->batches_per_epoch());
  for (std::int64_t i = 0; i < count; ++i) {
    const TrainingBatch batch =
        plan_.validation->batch(static_cast<std::uint64_t>(state_.epoch), static_cast<std::uint64_t>(i));
    stop_if_cancelled();
    means.add(trainer_.evaluate(batch, draw_negative("val", state_.epoch, i)));
    for (std::int64_t k = 0; k < batch.count && std::ssize(pictures) < plan_.options.pictures; ++k) {
      pictures.push_back(trainer_.picture(batch, k));
    }
  }
  output_->save_pictures(state_, pictures);
  return means;
}

void TrainingRun::end_epoch() {
  if (plan_.validation) save();  // it may take long, or meet a bad image
  state_.validation = validate();
  if (output_ != nullptr) {
    output_->log_epoch(state_, state_.validation, false);
    output_->keep_best(trainer_, state_, state_.validation);
  }
  const double score = state_.validation.mean(plan_.score());
  if (score > state_.best) {
    state_.best = score;
    state_.best_epoch = state_.epoch;
  }
  ++state_.epoch;
  state_.batch = 0;
  state_.epoch_means = fresh_means(true);
  save();
  if (output_ == nullptr || Clock::now() - page_at_ < kPageInterval) return;
  output_->write_page();
  page_at_ = Clock::now();
}

void TrainingRun::end() {
  validation_ = state_.validation;
  if (output_ == nullptr) return;
  if (state_.batch > 0) {
    save();
    validation_ = validate();
    output_->log_epoch(state_, validation_, true);
  }
  output_->save_weights(kWeightsFile, trainer_, state_, validation_);
  output_->write_page();
}

void TrainingRun::save() {
  if (output_ != nullptr) output_->save_state(trainer_, state_);
  saved_at_ = Clock::now();
}

void TrainingRun::stop_if_cancelled() {
  // The first process decides: the others would stop at another step, and see it go in the next one.
  if (!context_.cancel.requested() || output_ == nullptr) return;
  save();
  output_->write_page();
  throw Cancelled();
}

bool TrainingRun::is_save_due() const {
  const TrainOptions& o = plan_.options;
  return (o.save_steps > 0 && state_.step % o.save_steps == 0) ||
         (o.save_seconds > 0 && seconds_since(saved_at_) >= o.save_seconds);
}

bool TrainingRun::is_time_over() const {
  return plan_.options.minutes > 0 && seconds_since(started_) >= 60 * plan_.options.minutes;
}

std::string TrainingRun::progress_note() const {
  std::string words;
  for (const auto& [name, mean] : state_.epoch_means.means()) {
    const bool is_loss = name == "total" || name == "L1" || name == "mSSIM" || name == "edge" || name == "contrast" ||
                         name == "segmentation" || name == "miou";
    if (is_loss && std::isfinite(mean)) words += fmt::format("{} {:.3g} ", name, mean);
  }
  return fmt::format("epoch {} {}{:.0f} images/s", state_.epoch, words, images_per_second_);
}

TrainReport TrainingRun::run() {
  begin();
  ProgressTask progress(context_.progress, "train", static_cast<std::uint64_t>(plan_.steps));
  if (state_.step > 0) progress.advance(static_cast<std::uint64_t>(state_.step));
  clock_ = saved_at_ = page_at_ = Clock::now();
  while (state_.batch == plan_.batches || state_.step < plan_.steps) {
    if (state_.batch == plan_.batches) {
      end_epoch();
      clock_ = Clock::now();
      if (is_time_over()) break;
      continue;
    }
    step();
    log_if_due();
    progress.note(progress_note());
    progress.advance();
    if (state_.batch == plan_.batches) continue;
    stop_if_cancelled();
    if (is_time_over()) break;
    if (is_save_due()) save();
  }
  end();
  return report();
}

TrainReport TrainingRun::report() const {
  TrainReport report;
  report.out = plan_.options.out;
  report.seed = plan_.seed;
  report.is_first = plan_.process.is_first();
  report.steps = state_.step;
  report.epochs = state_.epoch;
  report.is_complete = state_.step == plan_.steps;
  report.seconds = state_.seconds;
  report.score = plan_.score();
  report.best = state_.best;
  report.best_epoch = state_.best_epoch;
  report.validation = validation_;
  return report;
}

/// What is wrong with all images of a set shows in the first batches.
void draw_first_batches(const TrainPlan& plan) {
  static_cast<void>(whole_stream(plan)->batch(0, 0));
  if (plan.validation) static_cast<void>(plan.validation->batch(0, 0));
}

}  // namespace

TrainReport train(const TrainOptions& options, const RunContext& context) {
  TrainPlan plan = plan_training(options, context);
  draw_first_batches(plan);  // before the folder is touched
  if (!plan.process.is_alone()) {
    boost::system::error_code ignored;
    boost::filesystem::create_directories(options.out, ignored);  // the processes may meet there
  }
  // Before the folder is touched: the weights that it needs may be no good.
  const std::unique_ptr<Trainer> trainer = make_trainer(plan, context);
  if (plan.process.is_first()) {
    TrainOutput output(plan, context);
    return TrainingRun(plan, *trainer, &output, context).run();
  }
  Silence silence;
  const RunContext quiet{silence, silence, context.cancel, context.options};
  try {
    return TrainingRun(plan, *trainer, nullptr, quiet).run();
  } catch (const std::exception&) {
    // The first process has stopped, for the same reason.
    if (context.cancel.requested()) throw Cancelled();
    throw;
  }
}

}  // namespace csgis
