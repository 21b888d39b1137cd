#include "pipelines/build_options.h"

namespace csgis {
namespace {

/// With fewer textures a held-out one costs too much of the variety in train.
constexpr std::size_t kFewestTexturesForBoth = 5;

void resolve_negatives(BuildOptions& o) {
  const bool has_over = makes_over(o);
  require<UsageError>(has_over || !o.negatives_from, "--negatives-from needs --over");
  require<UsageError>(has_over || o.photos.empty(), "--photos needs --over");
  if (!o.negatives_from) o.negatives_from = o.photos.empty() ? NegativeSource::gt : NegativeSource::photo;
  require<UsageError>(*o.negatives_from != NegativeSource::photo || !o.photos.empty(),
                      "--negatives-from photo needs --photos");
  if (o.layout == Layout::native) return;
  const char* const kWhy = "the reference layout has one over-smoothed image per GT";
  require<UsageError>(*o.negatives_from != NegativeSource::blend, "--negatives-from blend needs --layout native: {}",
                      kWhy);
  require<UsageError>(o.negatives.under.empty(), "--under needs --layout native: {}", kWhy);
  require<UsageError>(o.negatives.negative_pick == NegativePick::random,
                      "--negative-pick all needs --layout native: {}", kWhy);
}

}  // namespace

BuildOptions resolved(BuildOptions o) {
  validate(o);
  const bool reference = o.layout == Layout::reference;
  require<UsageError>(!reference || !o.split_by || *o.split_by == SplitBy::pair,
                      "--split-by {} needs --layout native: the reference layout moves pairs",
                      o.split_by ? to_name(*o.split_by) : "");
  require<UsageError>(o.label_map.empty() || !o.labels.empty(), "--label-map needs --labels");
  require<UsageError>(o.missing_label == MissingLabel::refuse || !o.labels.empty(), "--missing-label needs --labels");
  require<UsageError>(o.label_map.empty() || o.label_kind == LabelKind::classes,
                      "--label-map makes classes; it does not go with --label-kind instance");

  resolve_negatives(o);
  resolve_blend(o.blend, reference, !o.labels.empty(), o.strength);
  require<UsageError>(o.blend.class_textures.empty() || o.label_kind == LabelKind::classes,
                      "--class-textures needs labels of classes, not --label-kind instance");

  if (!o.val) o.val = reference ? "0" : "0.1";
  const bool as_published = o.blend.preset == BlendPreset::reference;
  if (!o.luma) o.luma = as_published ? Luma::reference : Luma::rec601;
  if (!o.edge_channel) o.edge_channel = as_published ? EdgeChannel::blue : EdgeChannel::max;
  HeldOut::parse(*o.val);
  return o;
}

SplitBy default_split(Layout layout, std::size_t textures) {
  if (layout == Layout::reference) return SplitBy::pair;
  return textures >= kFewestTexturesForBoth ? SplitBy::both : SplitBy::gt;
}

}  // namespace csgis
