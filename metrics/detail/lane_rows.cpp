#include "metrics/detail/lane_rows.h"

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "metrics/detail/lane_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef CSGIS_LANE_ROWS_ONCE
#define CSGIS_LANE_ROWS_ONCE
namespace csgis::detail {

constexpr std::size_t kBlock = 16;  // bytes that are dealt out at once

}  // namespace csgis::detail
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// out[i * kLanes + j] = lanes[j][i] for `count` bytes, a multiple of kBlock.
void DealOut(const std::uint8_t* const* lanes, std::size_t count, std::uint8_t* out) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t i = 0; i < count * kLanes; ++i) out[i] = lanes[i % kLanes][i / kLanes];
#else
  const hn::FixedTag<std::uint8_t, kBlock> d;
  const auto store_both = [d](auto a, auto b, std::uint8_t* to) HWY_ATTR {
    hn::Store(hn::InterleaveLower(d, a, b), d, to);
    hn::Store(hn::InterleaveUpper(d, a, b), d, to + kBlock);
  };
  for (std::size_t i = 0; i < count; i += kBlock) {
    const auto row = [&](std::size_t j) HWY_ATTR { return hn::LoadU(d, lanes[j] + i); };
    const auto low = [d](auto a, auto b) HWY_ATTR { return hn::InterleaveLower(d, a, b); };
    const auto high = [d](auto a, auto b) HWY_ATTR { return hn::InterleaveUpper(d, a, b); };
    const auto r0 = row(0), r1 = row(1), r2 = row(2), r3 = row(3), r4 = row(4), r5 = row(5), r6 = row(6), r7 = row(7);
    const auto l04 = low(r0, r4), l26 = low(r2, r6), l15 = low(r1, r5), l37 = low(r3, r7);
    const auto h04 = high(r0, r4), h26 = high(r2, r6), h15 = high(r1, r5), h37 = high(r3, r7);
    std::uint8_t* const to = out + i * kLanes;
    store_both(low(l04, l26), low(l15, l37), to);
    store_both(high(l04, l26), high(l15, l37), to + 2 * kBlock);
    store_both(low(h04, h26), low(h15, h37), to + 4 * kBlock);
    store_both(high(h04, h26), high(h15, h37), to + 6 * kBlock);
  }
#endif
}

template <class D>
HWY_INLINE hn::Vec<D> Promoted(D d, const std::uint8_t* bytes) {
  const hn::Rebind<std::uint8_t, D> bytes_tag;
  const hn::Rebind<std::int32_t, D> words_tag;
  return hn::PromoteTo(d, hn::PromoteTo(words_tag, hn::LoadU(bytes_tag, bytes)));
}

/// One channel of `count` dealt-out pixels of `channels` samples.
void ChannelOf(const std::uint8_t* bytes, std::size_t channels, std::size_t count, double* out) {
  const hn::CappedTag<double, kLanes> d;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < kLanes; j += hn::Lanes(d)) {
      hn::Store(Promoted(d, bytes + i * channels * kLanes + j), d, out + i * kLanes + j);
    }
  }
}

/// Brightness of `count` dealt-out pixels of R, G, B.
template <LumaForm kForm>
void LumaOf(const std::uint8_t* bytes, std::size_t count, double* out) {
  const hn::CappedTag<double, kLanes> d;
  constexpr bool kStudio = kForm == LumaForm::studio;
  const auto red = hn::Set(d, kStudio ? 65.481 : 0.299), green = hn::Set(d, kStudio ? 128.553 : 0.587),
             blue = hn::Set(d, kStudio ? 24.966 : 0.114);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < kLanes; j += hn::Lanes(d)) {
      const std::uint8_t* const at = bytes + i * 3 * kLanes + j;
      // Not fused, in the order of ScoredImage::read_luma(): halves must round to the same side.
      auto luma = hn::Add(hn::Add(hn::Mul(red, Promoted(d, at)), hn::Mul(green, Promoted(d, at + kLanes))),
                          hn::Mul(blue, Promoted(d, at + 2 * kLanes)));
      if constexpr (kForm == LumaForm::rounded) luma = hn::Round(luma);
      if constexpr (kStudio) luma = hn::Add(hn::Set(d, 16.0), hn::Div(luma, hn::Set(d, 255.0)));
      hn::Store(luma, d, out + i * kLanes + j);
    }
  }
}

void FullLumaOf(const std::uint8_t* bytes, std::size_t count, double* out) {
  LumaOf<LumaForm::full>(bytes, count, out);
}
void RoundedLumaOf(const std::uint8_t* bytes, std::size_t count, double* out) {
  LumaOf<LumaForm::rounded>(bytes, count, out);
}
void StudioLumaOf(const std::uint8_t* bytes, std::size_t count, double* out) {
  LumaOf<LumaForm::studio>(bytes, count, out);
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace csgis::detail {
namespace {

HWY_EXPORT(DealOut);
HWY_EXPORT(ChannelOf);
HWY_EXPORT(FullLumaOf);
HWY_EXPORT(RoundedLumaOf);
HWY_EXPORT(StudioLumaOf);

/// Columns of the strip that lie inside the image.
struct Inside {
  int begin, end;  ///< Of the strip's vectors; empty where begin >= end.
};

Inside inside(const LaneStrip& strip, std::size_t lane, int width) {
  const int first = strip.first + static_cast<int>(lane) * strip.distance;
  return {std::clamp(-first, 0, strip.count), std::clamp(width - first, 0, strip.count)};
}

/// Of an image in bytes. A strip is dealt out once, for all of its planes.
class ByteRows : public LaneRows {
 public:
  ByteRows(const Image8& image, std::optional<LumaForm> luma)
      : image_(image), luma_(luma), channels_(static_cast<std::size_t>(image.channels())) {}

  int planes() const override { return luma_ ? 1 : image_.channels(); }

  void open(const LaneStrip& strip) override {
    strip_ = strip;
    const std::size_t bytes = static_cast<std::size_t>(strip.count) * channels_;
    lane_bytes_ = (bytes + kBlock - 1) / kBlock * kBlock;
    if (const std::size_t size = row_bytes() * static_cast<std::size_t>(image_.height()); size > size_) {
      dealt_ = hwy::AllocateAligned<std::uint8_t>(size);
      if (!dealt_) throw std::bad_alloc();
      size_ = size;
    }
    copies_.resize(kLanes * lane_bytes_);
    for (int y = 0; y < image_.height(); ++y) deal_out(y);
  }

  void read(int plane, int y, double* out) override {
    const std::uint8_t* const row = dealt_.get() + static_cast<std::size_t>(y) * row_bytes();
    const auto count = static_cast<std::size_t>(strip_.count);
    if (!luma_) {
      HWY_DYNAMIC_DISPATCH(ChannelOf)(row + static_cast<std::size_t>(plane) * kLanes, channels_, count, out);
    } else if (*luma_ == LumaForm::full) {
      HWY_DYNAMIC_DISPATCH(FullLumaOf)(row, count, out);
    } else if (*luma_ == LumaForm::rounded) {
      HWY_DYNAMIC_DISPATCH(RoundedLumaOf)(row, count, out);
    } else {
      HWY_DYNAMIC_DISPATCH(StudioLumaOf)(row, count, out);
    }
  }

 private:
  std::size_t row_bytes() const { return kLanes * lane_bytes_; }

  void deal_out(int y) {
    std::array<const std::uint8_t*, kLanes> lanes;
    const std::size_t row_end = image_.row_samples();
    for (std::size_t j = 0; j < kLanes; ++j) {
      const int first = strip_.first + static_cast<int>(j) * strip_.distance;
      const bool whole = first >= 0 && static_cast<std::size_t>(first) * channels_ + lane_bytes_ <= row_end;
      lanes[j] = whole ? image_.at(y, first) : padded(y, j, first);
    }
    HWY_DYNAMIC_DISPATCH(DealOut)
    (lanes.data(), lane_bytes_, dealt_.get() + static_cast<std::size_t>(y) * row_bytes());
  }

  /// A copy of the lane's pixels with zeros around the image.
  const std::uint8_t* padded(int y, std::size_t lane, int first) {
    std::uint8_t* const copy = copies_.data() + lane * lane_bytes_;
    std::fill_n(copy, lane_bytes_, std::uint8_t{0});
    const Inside columns = inside(strip_, lane, image_.width());
    if (columns.begin < columns.end) {
      std::copy_n(image_.at(y, first + columns.begin),
                  static_cast<std::size_t>(columns.end - columns.begin) * channels_,
                  copy + static_cast<std::size_t>(columns.begin) * channels_);
    }
    return copy;
  }

  const Image8& image_;
  std::optional<LumaForm> luma_;
  std::size_t channels_, lane_bytes_ = 0, size_ = 0;
  LaneStrip strip_{};
  hwy::AlignedFreeUniquePtr<std::uint8_t[]> dealt_;
  std::vector<std::uint8_t> copies_;
};

/// Of anything that can be read value by value.
class ValueRows : public LaneRows {
 public:
  /// Sets `count` values of row y of a plane from column x on.
  using Read = std::function<void(int plane, int y, int x, int count, double* out)>;

  ValueRows(int width, int planes, Read read) : width_(width), planes_(planes), read_(std::move(read)) {}

  int planes() const override { return planes_; }

  void open(const LaneStrip& strip) override {
    strip_ = strip;
    lane_.resize(static_cast<std::size_t>(strip.count));
  }

  void read(int plane, int y, double* out) override {
    for (std::size_t j = 0; j < kLanes; ++j) {
      const Inside columns = inside(strip_, j, width_);
      std::ranges::fill(lane_, 0.0);
      if (columns.begin < columns.end) {
        read_(plane, y, strip_.first + static_cast<int>(j) * strip_.distance + columns.begin,
              columns.end - columns.begin, lane_.data() + columns.begin);
      }
      for (std::size_t i = 0; i < lane_.size(); ++i) out[i * kLanes + j] = lane_[i];
    }
  }

 private:
  int width_, planes_;
  Read read_;
  LaneStrip strip_{};
  std::vector<double> lane_;
};

}  // namespace

std::unique_ptr<LaneRows> channel_rows(const ScoredImage& image) {
  if (image.bytes() != nullptr) return std::make_unique<ByteRows>(*image.bytes(), std::nullopt);
  std::vector<double> pixels;
  const auto channels = static_cast<std::size_t>(image.channels());
  return std::make_unique<ValueRows>(
      image.width(), image.channels(),
      [image, channels, pixels](int plane, int y, int x, int count, double* out) mutable {
        pixels.resize(static_cast<std::size_t>(count) * channels);
        image.read_pixels(y, x, count, pixels.data());
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
          out[i] = pixels[i * channels + static_cast<std::size_t>(plane)];
        }
      });
}

std::unique_ptr<LaneRows> luma_rows(const ScoredImage& image, LumaForm form) {
  if (image.bytes() != nullptr && image.channels() == 3) return std::make_unique<ByteRows>(*image.bytes(), form);
  return std::make_unique<ValueRows>(image.width(), 1, [image, form](int, int y, int x, int count, double* out) {
    image.read_luma(y, x, count, form, out);
  });
}

std::unique_ptr<LaneRows> plane_rows(Size size, const double* values) {
  const auto width = static_cast<std::size_t>(size.width);
  return std::make_unique<ValueRows>(size.width, 1, [values, width](int, int y, int x, int count, double* out) {
    std::copy_n(values + static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x), count, out);
  });
}

}  // namespace csgis::detail
#endif
