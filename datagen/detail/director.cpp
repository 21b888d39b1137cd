#include "datagen/detail/director.h"

#include "imaging/label_map.h"

#include <algorithm>
#include <array>
#include <optional>

namespace csgis::synth {
namespace {

template <class Items>
const auto& any_of_these(Random& random, const Items& items) {
  return items[static_cast<std::size_t>(random.below(items.size()))];
}

class Director {
 public:
  Director(Random& random, const Stage& stage, const Box& window) : random_(random), stage_(stage), window_(window) {}

  std::vector<Placed> cast(const ObjectKind& hero, int count) {
    for (int i = 0; i < count; ++i) add_one(i == 0 ? &hero : nullptr);
    std::stable_sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) { return a.base < b.base; });
    add_passengers();
    return std::move(placed_);
  }

 private:
  float draw(float low, float high) { return static_cast<float>(random_.uniform(low, high)); }

  /// A band for what stands in `places`; nothing if no band offers any of them.
  const Band* choose_band(Places places) {
    std::vector<const Band*> fitting;
    for (const Band& band : stage_.bands) {
      if ((band.places & places) != 0) fitting.push_back(&band);
    }
    return fitting.empty() ? nullptr : any_of_these(random_, fitting);
  }

  /// Any band, but the air above ground and the close foreground only now and then.
  const Band* choose_band_for_extra() {
    const Band* band = random_.chance(0.85) ? choose_band(~(kAir | kFront)) : nullptr;
    return band != nullptr ? band : choose_band(~Places{0});
  }

  /// Height at the standing line `base`. The first object sets the scale of the scene, the others follow it within
  /// limits that keep them recognisable.
  float choose_height(const ObjectKind& kind, const Band& band, float base) {
    const float widest = 0.9F * stage_.width / kind.width;
    const bool first = placed_.empty();
    if ((band.places & kAir) != 0) return std::min(draw(0.10F, first ? 0.5F : 0.22F), widest * 0.8F);
    if ((band.places & kFront) != 0) return draw(0.55F, 0.95F);
    const float depth = std::max(base - stage_.horizon, 0.05F);
    if (!metre_) {
      const float height = std::min({draw(0.32F, 0.80F), widest, base - 0.03F});
      metre_ = std::clamp(height / (kind.height_m * depth), stage_.smallest_metre, stage_.largest_metre);
    }
    constexpr float kLowest = 0.11F;
    const float tallest = std::max(kLowest, std::min({0.85F, widest, base}));
    return std::clamp(kind.height_m * depth * *metre_, kLowest, tallest);
  }

  bool crowds(const Placed& candidate) const {
    return std::any_of(placed_.begin(), placed_.end(), [&](const Placed& other) {
      const float x =
          std::min(candidate.x + candidate.width(), other.x + other.width()) - std::max(candidate.x, other.x);
      const float y =
          std::min(candidate.base, other.base) - std::max(candidate.base - candidate.height, other.base - other.height);
      if (x <= 0 || y <= 0) return false;
      constexpr float kMostOverlap = 0.4F;
      return x * y > kMostOverlap * std::min(candidate.width() * candidate.height, other.width() * other.height);
    });
  }

  /// Whether the middle of it lies in what the picture shows.
  bool is_seen(const Placed& one) const {
    const Point middle{one.x + one.width() / 2, one.base - one.height / 2};
    return middle.x > window_.x0 && middle.x < window_.x1 && middle.y > window_.y0 && middle.y < window_.y1;
  }

  /// Places `hero` where it can stand and is seen, or anything anywhere for null. The stage does not cut the hero; the
  /// picture may show less than the stage.
  void add_one(const ObjectKind* hero) {
    const int tries = hero != nullptr ? 60 : 12;
    for (int attempt = 0; attempt < tries; ++attempt) {
      const Band& band = *(hero != nullptr ? choose_band(hero->places) : choose_band_for_extra());
      const ObjectKind* kind = hero != nullptr ? hero : choose_kind(random_, band.places);
      if (kind == nullptr) continue;
      const std::optional<float> scale_before = metre_;
      Placed one{
          kind, 0, draw(band.y0, band.y1), 0, random_.chance(0.5), (band.places & (kAir | kWater | kFront)) == 0};
      one.height = choose_height(*kind, band, one.base);
      if ((band.places & kAir) != 0) one.base = std::max(one.base, one.height + 0.02F);
      const float outside = hero != nullptr ? 0.0F : 0.25F;
      one.x = draw(-outside * one.width(), stage_.width - (1 - outside) * one.width());
      const bool last = attempt + 1 == tries;
      if (hero != nullptr ? is_seen(one) || last : !crowds(one)) {
        placed_.push_back(one);
        return;
      }
      metre_ = scale_before;
    }
  }

  /// Bottles, plants and screens on the tables of the scene, people on what can be ridden; each right after what
  /// carries it, so behind whatever stands before that.
  void add_passengers() {
    std::vector<Placed> all;
    for (const Placed& carrier : placed_) {
      all.push_back(carrier);
      if (carrier.kind->rider != nullptr && random_.chance(0.45)) {
        Placed rider = carrier;
        rider.kind = carrier.kind->rider;
        rider.grounded = false;
        all.push_back(rider);
      }
      if (carrier.kind->surface >= 0) add_things_on(carrier, all);
    }
    placed_ = std::move(all);
  }

  void add_things_on(const Placed& carrier, std::vector<Placed>& all) {
    float x = carrier.x + carrier.width() * 0.2F;
    const float base = carrier.base - carrier.height * (1 - carrier.kind->surface);
    while (random_.chance(0.75)) {
      const ObjectKind* kind = choose_kind(random_, kTop);
      Placed thing{kind, x, base, 0, random_.chance(0.5), true};
      thing.height = carrier.height * std::clamp(kind->height_m / carrier.kind->height_m, 0.42F, 0.62F);
      if (thing.x + thing.width() > carrier.x + carrier.width() * 0.85F) break;
      x += thing.width() + draw(0.02F, 0.1F);
      all.push_back(thing);
    }
  }

  Random& random_;
  const Stage& stage_;
  Box window_;
  std::vector<Placed> placed_;
  std::optional<float> metre_;  ///< Image heights per metre and unit of depth; unset until the first object stands.
};

}  // namespace

const ObjectKind* choose_kind(Random& random, Places places) {
  std::array<std::vector<const ObjectKind*>, kVocClasses> by_class;
  std::vector<std::size_t> classes;
  for (const ObjectKind& kind : object_table()) {
    if ((kind.places & places) == 0) continue;
    const auto voc = static_cast<std::size_t>(kind.voc);
    if (by_class[voc].empty()) classes.push_back(voc);
    by_class[voc].push_back(&kind);
  }
  if (classes.empty()) return nullptr;
  return any_of_these(random, by_class[any_of_these(random, classes)]);
}

const Setting& choose_setting(Random& random, const ObjectKind& hero) {
  std::vector<const Setting*> fitting;  // each as often as it weighs
  for (const Setting& setting : setting_table()) {
    if ((setting.places & hero.places) == 0) continue;
    fitting.insert(fitting.end(), static_cast<std::size_t>(setting.weight), &setting);
  }
  return *any_of_these(random, fitting);
}

std::vector<Placed> cast(Random& random, const Stage& stage, const Box& window, const ObjectKind& hero, int count) {
  return Director(random, stage, window).cast(hero, count);
}

}  // namespace csgis::synth
