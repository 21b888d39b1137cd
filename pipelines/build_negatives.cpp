#include "pipelines/build_negatives.h"

namespace csgis {

/// What negatives are made of.
struct BuildNegatives::Job {
  NegativeKind kind;
  const std::vector<NegativeMethod>& methods;
  const Image8& source;
  NegativeSource from;
  const std::uint64_t* position;  ///< Of the sample; null for what a GT's samples share.
};

BuildNegatives::BuildNegatives(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs,
                               const BuildPlan& plan, const DatasetLayout& layout)
    : options_(options),
      seed_(seed),
      inputs_(inputs),
      plan_(plan),
      layout_(layout),
      over_(negative_methods(NegativeKind::over, options.negatives.over, options.negatives.over_range)),
      under_(negative_methods(NegativeKind::under, options.negatives.under)) {}

void BuildNegatives::add_shared(GtWork& work, OutputFolder& out, JournalEntry& entry) const {
  if (over_.empty() || options_.negatives_from == NegativeSource::blend) return;
  if (options_.negatives_from == NegativeSource::gt) {
    make({NegativeKind::over, over_, *work.pixels, NegativeSource::gt, nullptr}, work, out, entry);
    return;
  }
  const auto& photo = inputs_.gts[work.gt].photo;
  if (!photo) return;
  Image8 pixels = photo_pixels(*photo, options_);
  if (!work.tone.is_identity()) pixels = work.tone.apply(pixels);
  make({NegativeKind::over, over_, pixels, NegativeSource::photo, nullptr}, work, out, entry);
}

void BuildNegatives::add_of_sample(GtWork& work, std::uint64_t position, const Image8& blend, OutputFolder& out,
                                   JournalEntry& entry) const {
  if (!over_.empty() && options_.negatives_from == NegativeSource::blend) {
    make({NegativeKind::over, over_, blend, NegativeSource::blend, &position}, work, out, entry);
  }
  if (!under_.empty()) {
    make({NegativeKind::under, under_, blend, NegativeSource::blend, &position}, work, out, entry);
  }
}

void BuildNegatives::make(const Job& job, GtWork& work, OutputFolder& out, JournalEntry& entry) const {
  const std::string item =
      job.position == nullptr ? inputs_.gts[work.gt].source.id : sample_key(inputs_, plan_.samples[*job.position]);
  const auto take = [&](const Negative& negative) {
    const NegativeMethod& method = job.methods[negative.method];
    NegativeRecord record{job.kind, "", method_text(method.method), to_name(job.from), negative.score};
    if (negative.is_accepted) {
      if (std::holds_alternative<NoneOptions>(method.method) && job.from == NegativeSource::blend) {
        record.file = entry.files.front().path;  // the blend itself: no second copy of it
      } else {
        record.file = layout_.negative_path(job.kind, work.gt, job.position, method.name);
        const PngWriter::Bytes bytes = work.png.encode(negative.image);
        out.write(record.file, bytes);
        entry.files.push_back(record_of(record.file, bytes, layout_.publish()));
      }
    }
    entry.negatives.push_back(std::move(record));
  };
  make_negatives(job.source, *work.pixels, job.methods, options_.negatives.negative_pick,
                 Random(seed_, to_name(job.kind), item), take);
}

}  // namespace csgis
