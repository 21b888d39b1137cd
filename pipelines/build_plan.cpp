#include "pipelines/build_plan.h"

#include "core/error.h"
#include "datagen/perceptual_hash.h"

#include <algorithm>
#include <limits>

namespace csgis {
namespace {

constexpr std::uint64_t kNoSample = std::numeric_limits<std::uint64_t>::max();

/// Textures of each GT, ascending.
std::vector<std::vector<int>> textures_of_gts(const BuildOptions& options, std::uint64_t seed,
                                              const BuildInputs& inputs) {
  const int all = static_cast<int>(inputs.textures.size());
  const int wanted =
      options.per_gt ? static_cast<int>(std::min<std::uint64_t>(*options.per_gt, inputs.textures.size())) : all;
  std::vector<std::vector<int>> picks;
  for (const GtInput& gt : inputs.gts) picks.push_back(pick_some(all, wanted, seed, "per-gt", gt.source.id));
  return picks;
}

/// Textures outside, GTs inside, as the published loop numbers its pairs.
std::vector<PlannedSample> reference_order(const std::vector<std::vector<int>>& picks) {
  std::vector<PlannedSample> samples;
  for (std::size_t round = 0; round < picks.front().size(); ++round) {
    for (std::size_t gt = 0; gt < picks.size(); ++gt) {
      samples.push_back({static_cast<std::uint32_t>(gt), static_cast<std::uint32_t>(picks[gt][round]), Split::train});
    }
  }
  return samples;
}

/// Order of the keys, without putting them together where the IDs alone decide.
bool key_less(const BuildInputs& inputs, const PlannedSample& a, const PlannedSample& b) {
  const std::string& id_a = inputs.gts[a.gt].source.id;
  const std::string& id_b = inputs.gts[b.gt].source.id;
  if (a.gt == b.gt) return inputs.textures[a.texture].source.id < inputs.textures[b.texture].source.id;
  const auto [end_a, end_b] = std::mismatch(id_a.begin(), id_a.end(), id_b.begin(), id_b.end());
  const bool one_begins_the_other = end_a == id_a.end() || end_b == id_b.end();
  return one_begins_the_other ? sample_key(inputs, a) < sample_key(inputs, b) : id_a < id_b;
}

std::vector<PlannedSample> key_order(const std::vector<std::vector<int>>& picks, const BuildInputs& inputs) {
  std::vector<PlannedSample> samples;
  for (std::size_t gt = 0; gt < picks.size(); ++gt) {
    for (const int texture : picks[gt]) {
      samples.push_back({static_cast<std::uint32_t>(gt), static_cast<std::uint32_t>(texture), Split::train});
    }
  }
  std::sort(samples.begin(), samples.end(),
            [&](const PlannedSample& a, const PlannedSample& b) { return key_less(inputs, a, b); });
  for (std::size_t i = 1; i < samples.size(); ++i) {
    const auto name = [&](const PlannedSample& s) {
      return fmt::format("{} with {}", inputs.gts[s.gt].source.file, inputs.textures[s.texture].source.file);
    };
    require<UsageError>(sample_key(inputs, samples[i - 1]) != sample_key(inputs, samples[i]),
                        "two pairs have the key '{}': {}, and {}; rename one", sample_key(inputs, samples[i]),
                        name(samples[i - 1]), name(samples[i]));
  }
  return samples;
}

std::vector<bool> held_out_gts(const HeldOut& val, std::uint64_t seed, const BuildInputs& inputs) {
  std::vector<std::uint64_t> hashes;
  std::vector<int> known;
  for (const GtInput& gt : inputs.gts) {
    hashes.push_back(gt.hash);
    known.push_back(gt.group);
  }
  return hold_out_groups(duplicate_groups(hashes, known), val.items_of(inputs.gts.size()), seed, "gt");
}

/// A count names GTs; textures are then held out in the same proportion.
std::vector<bool> held_out_textures(const HeldOut& val, std::uint64_t seed, const BuildInputs& inputs) {
  HeldOut share = val;
  if (!val.is_fraction && !inputs.gts.empty()) {
    share = {static_cast<double>(val.count) / static_cast<double>(inputs.gts.size()), 0, true};
  }
  std::vector<int> each_alone(inputs.textures.size());
  for (std::size_t i = 0; i < each_alone.size(); ++i) each_alone[i] = static_cast<int>(i);
  return hold_out_groups(each_alone, share.items_of(inputs.textures.size()), seed, "texture");
}

void assign_splits(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs, BuildPlan& plan) {
  std::vector<PlannedSample>& samples = plan.samples;
  plan.texture_held_out.assign(inputs.textures.size(), false);
  const HeldOut val = HeldOut::parse(*options.val);
  if (val.is_none()) return;
  if (*options.split_by == SplitBy::pair) {
    const auto held_out = hold_out_items(samples.size(), val.items_of(samples.size()), seed, "pair");
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i].split = held_out[i] ? Split::val : Split::train;
    return;
  }
  const bool by_gt = *options.split_by != SplitBy::texture;
  const bool by_texture = *options.split_by != SplitBy::gt;
  const auto gts = by_gt ? held_out_gts(val, seed, inputs) : std::vector<bool>(inputs.gts.size(), by_texture);
  const auto textures =
      by_texture ? held_out_textures(val, seed, inputs) : std::vector<bool>(inputs.textures.size(), true);
  if (by_texture) plan.texture_held_out = textures;
  for (PlannedSample& sample : samples) {
    const bool gt_out = gts[sample.gt], texture_out = textures[sample.texture];
    if (by_gt && by_texture) {
      sample.split = split_of_pair(gt_out, texture_out);
    } else {
      sample.split = gt_out && texture_out ? Split::val : Split::train;
    }
  }
}

}  // namespace

std::string sample_key(const BuildInputs& inputs, const PlannedSample& sample) {
  return inputs.gts[sample.gt].source.id + "__" + inputs.textures[sample.texture].source.id;
}

BuildPlan plan_build(const BuildOptions& options, std::uint64_t seed, const BuildInputs& inputs) {
  const auto picks = textures_of_gts(options, seed, inputs);
  BuildPlan plan;
  plan.samples = options.layout == Layout::reference ? reference_order(picks) : key_order(picks, inputs);
  assign_splits(options, seed, inputs, plan);
  plan.first_sample_of_gt.assign(inputs.gts.size(), kNoSample);
  for (std::size_t i = 0; i < plan.samples.size(); ++i) {
    std::uint64_t& first = plan.first_sample_of_gt[plan.samples[i].gt];
    first = std::min<std::uint64_t>(first, i);
  }
  return plan;
}

}  // namespace csgis
