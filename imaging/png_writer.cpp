#include "imaging/png_writer.h"

#include "core/error.h"
#include "imaging/detail/deflate_encoder.h"
#include "imaging/detail/png_filter.h"

#include <libdeflate.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace csgis {
namespace {

constexpr std::array<std::uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
constexpr std::uint8_t kColourGrey = 0, kColourRgb = 2, kColourPalette = 3, kColourGreyAlpha = 4, kColourRgba = 6;
constexpr std::uint8_t kPaeth = 4;
/// The length of a chunk is below 2^31; a chunk is closed as soon as it is longer than this.
constexpr std::size_t kLongChunk = std::size_t{1} << 30;
constexpr int kProfileLevel = 6;
/// Filtered rows are compressed as soon as there is this much of them, while they are in the cache.
constexpr std::size_t kBand = 1 << 18;

struct Header {
  Size size;
  std::uint8_t bit_depth;
  std::uint8_t colour_type;
};

std::uint8_t colour_type_of(int channels) {
  switch (channels) {
    case 1:
      return kColourGrey;
    case 2:
      return kColourGreyAlpha;
    case 3:
      return kColourRgb;
    case 4:
      return kColourRgba;
    default:
      fail<InvalidArgument>("png: {} channels; 1, 2, 3 or 4 can be written", channels);
  }
}

template <class T>
std::size_t pixel_bytes(const InterleavedImage<T>& image) {
  return static_cast<std::size_t>(image.channels()) * sizeof(T);
}

/// Bytes of the file: grows, never shrinks, so that a writer in use allocates nothing.
class OutputBuffer {
 public:
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  std::span<const std::uint8_t> bytes() const { return {storage_.data(), size_}; }
  std::uint8_t* at(std::size_t offset) { return storage_.data() + offset; }

  /// Room for `count` bytes after the end, to be taken by commit().
  std::uint8_t* reserve(std::size_t count) {
    if (storage_.size() - size_ < count) storage_.resize(std::max(size_ + count, storage_.size() * 2));
    return storage_.data() + size_;
  }
  void commit(const std::uint8_t* end) { size_ = static_cast<std::size_t>(end - storage_.data()); }

  void put(std::span<const std::uint8_t> bytes) {
    std::uint8_t* const to = reserve(bytes.size());
    std::copy(bytes.begin(), bytes.end(), to);
    size_ += bytes.size();
  }
  void put8(std::uint8_t value) { put({&value, 1}); }
  void put32(std::uint32_t value) {
    const std::uint8_t bytes[4] = {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                                   static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
    put(bytes);
  }

 private:
  std::vector<std::uint8_t> storage_;
  std::size_t size_ = 0;
};

}  // namespace

class PngWriter::Impl {
 public:
  /// Writes the file; filter(y, to) writes row y, filtered, at `to`.
  template <class Filter>
  Bytes write(const Header& header, std::size_t row_bytes, Bytes icc_profile, Bytes palette, const Filter& filter) {
    out_.clear();
    out_.put(kSignature);
    put_header(header);
    if (!icc_profile.empty()) put_profile(icc_profile);
    if (!palette.empty()) {
      const std::size_t chunk = begin_chunk("PLTE");
      out_.put(palette);
      end_chunk(chunk);
    }
    put_pixels(header.size.height, row_bytes, filter);
    end_chunk(begin_chunk("IEND"));
    return out_.bytes();
  }

  /// What stands above the first row and left of the first pixel; as long as a row during write().
  const std::uint8_t* zeros() const { return zeros_.data(); }

 private:
  /// Returns the offset of the chunk, for end_chunk, which fills in its length and checksum.
  std::size_t begin_chunk(std::string_view type) {
    const std::size_t chunk = out_.size();
    out_.put32(0);
    for (const char c : type) out_.put8(static_cast<std::uint8_t>(c));
    return chunk;
  }

  void end_chunk(std::size_t chunk) {
    const std::size_t length = out_.size() - chunk - 8;
    const std::uint32_t big_endian = __builtin_bswap32(static_cast<std::uint32_t>(length));
    std::memcpy(out_.at(chunk), &big_endian, sizeof(big_endian));
    out_.put32(libdeflate_crc32(0, out_.at(chunk + 4), length + 4));
  }

  void put_header(const Header& header) {
    const std::size_t chunk = begin_chunk("IHDR");
    out_.put32(static_cast<std::uint32_t>(header.size.width));
    out_.put32(static_cast<std::uint32_t>(header.size.height));
    const std::uint8_t rest[] = {header.bit_depth, header.colour_type, 0, 0, 0};
    out_.put(rest);
    end_chunk(chunk);
  }

  void put_profile(Bytes profile) {
    constexpr std::array<std::uint8_t, 5> kNameAndMethod = {'i', 'c', 'c', 0, 0};
    const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
        libdeflate_alloc_compressor(kProfileLevel), &libdeflate_free_compressor);
    if (!compressor) throw std::bad_alloc();
    const std::size_t chunk = begin_chunk("iCCP");
    out_.put(kNameAndMethod);
    const std::size_t room = libdeflate_zlib_compress_bound(compressor.get(), profile.size());
    std::uint8_t* const to = out_.reserve(room);
    out_.commit(to + libdeflate_zlib_compress(compressor.get(), profile.data(), profile.size(), to, room));
    end_chunk(chunk);
  }

  /// Filters row after row behind the last 32 KiB of the stream and compresses whenever a band is full.
  template <class Filter>
  void put_pixels(int height, std::size_t row_bytes, const Filter& filter) {
    const std::size_t capacity = std::max(row_bytes + 1, kBand);
    zeros_.resize(std::max(zeros_.size(), row_bytes));
    filtered_.resize(std::max(filtered_.size(), detail::kDeflateWindow + capacity + detail::kDeflateSlack));
    begin_stream();
    std::size_t history = 0, filled = 0;
    for (int y = 0; y < height; ++y) {
      if (filled + row_bytes + 1 > capacity) {
        history = compress(history, filled, false);
        filled = 0;
      }
      std::uint8_t* const to = filtered_.data() + detail::kDeflateWindow + filled;
      to[0] = kPaeth;
      filter(y, to + 1);
      filled += row_bytes + 1;
    }
    compress(history, filled, true);
    end_stream();
  }

  void begin_stream() {
    constexpr std::array<std::uint8_t, 2> kZlibHeader = {0x78, 0x01};
    deflate_.reset();
    adler_ = 1;
    data_chunk_ = begin_chunk("IDAT");
    out_.put(kZlibHeader);
  }

  /// Compresses `count` filtered bytes and moves the end of them to the place of the history. Returns its size.
  std::size_t compress(std::size_t history, std::size_t count, bool last) {
    std::uint8_t* const data = filtered_.data() + detail::kDeflateWindow;
    adler_ = libdeflate_adler32(adler_, data, count);
    for (std::size_t done = 0; done < count;) {
      if (out_.size() - data_chunk_ > kLongChunk) {
        end_chunk(data_chunk_);
        data_chunk_ = begin_chunk("IDAT");
      }
      const std::size_t part = std::min(count - done, kLongChunk);
      std::uint8_t* const to = out_.reserve(detail::DeflateEncoder::bound(part));
      out_.commit(deflate_.append(data + done, history + done, part, last && done + part == count, to));
      done += part;
    }
    const std::size_t kept = std::min(history + count, detail::kDeflateWindow);
    std::memmove(data - kept, data + count - kept, kept);
    return kept;
  }

  void end_stream() {
    out_.put32(adler_);
    end_chunk(data_chunk_);
  }

  OutputBuffer out_;
  std::vector<std::uint8_t> filtered_;  ///< 32 KiB of history, then what the next blocks are made of.
  std::vector<std::uint8_t> zeros_;
  detail::DeflateEncoder deflate_;
  std::uint32_t adler_ = 1;
  std::size_t data_chunk_ = 0;
};

PngWriter::PngWriter() : impl_(std::make_unique<Impl>()) {}
PngWriter::~PngWriter() = default;
PngWriter::PngWriter(PngWriter&&) noexcept = default;
PngWriter& PngWriter::operator=(PngWriter&&) noexcept = default;

PngWriter::Bytes PngWriter::encode(const Image8& image, Bytes icc_profile) {
  const Header header{image.size(), 8, colour_type_of(image.channels())};
  require(!image.empty(), "png: an image of {}x{} pixels cannot be written", image.height(), image.width());
  const auto filter = [&, step = pixel_bytes(image)](int y, std::uint8_t* to) {
    const std::uint8_t* const zeros = impl_->zeros();
    const std::uint8_t* const above = y == 0 ? zeros : image.row(y - 1);
    detail::paeth_filter({image.row(y), above, zeros, zeros}, step, image.row_samples(), to);
  };
  return impl_->write(header, image.row_samples(), icc_profile, {}, filter);
}

PngWriter::Bytes PngWriter::encode(const Image16& image, Bytes icc_profile) {
  const Header header{image.size(), 16, colour_type_of(image.channels())};
  require(!image.empty(), "png: an image of {}x{} pixels cannot be written", image.height(), image.width());
  const std::size_t row_bytes = 2 * image.row_samples();
  std::vector<std::uint8_t> row(row_bytes), above(row_bytes);
  const auto filter = [&, step = pixel_bytes(image)](int y, std::uint8_t* to) {
    std::swap(row, above);
    const std::uint16_t* const samples = image.row(y);
    for (std::size_t i = 0; i < image.row_samples(); ++i) {
      row[2 * i] = static_cast<std::uint8_t>(samples[i] >> 8);
      row[2 * i + 1] = static_cast<std::uint8_t>(samples[i]);
    }
    detail::paeth_filter({row.data(), above.data(), impl_->zeros(), impl_->zeros()}, step, row_bytes, to);
  };
  return impl_->write(header, row_bytes, icc_profile, {}, filter);
}

PngWriter::Bytes PngWriter::encode_pair(const Image8& left, const Image8& right, Bytes icc_profile) {
  require(left.height() == right.height() && left.channels() == right.channels(),
          "png: halves of {}x{}x{} and {}x{}x{} do not fit side by side", left.height(), left.width(), left.channels(),
          right.height(), right.width(), right.channels());
  require(!left.empty() && !right.empty(), "png: a half without pixels cannot be written");
  require(left.width() <= std::numeric_limits<int>::max() - right.width(),
          "png: the widths {} and {} add up to more than 2^31 - 1", left.width(), right.width());
  const Header header{{left.height(), left.width() + right.width()}, 8, colour_type_of(left.channels())};
  const std::size_t left_bytes = left.row_samples(), right_bytes = right.row_samples();
  const auto filter = [&, step = pixel_bytes(left)](int y, std::uint8_t* to) {
    const std::uint8_t* const zeros = impl_->zeros();
    const std::uint8_t* const left_above = y == 0 ? zeros : left.row(y - 1);
    const std::uint8_t* const right_above = y == 0 ? zeros : right.row(y - 1);
    const std::uint8_t* const seam_row = left.row(y) + left_bytes - step;
    const std::uint8_t* const seam_above = left_above + left_bytes - step;
    detail::paeth_filter({left.row(y), left_above, zeros, zeros}, step, left_bytes, to);
    detail::paeth_filter({right.row(y), right_above, seam_row, seam_above}, step, right_bytes, to + left_bytes);
  };
  return impl_->write(header, left_bytes + right_bytes, icc_profile, {}, filter);
}

PngWriter::Bytes PngWriter::encode_indexed(const LabelMap& labels, const std::array<Rgb8, 256>& palette) {
  require(!labels.empty(), "png: a label map of {}x{} pixels cannot be written", labels.height(), labels.width());
  std::array<std::uint8_t, 768> colours;
  for (std::size_t i = 0; i < palette.size(); ++i) {
    colours[3 * i] = palette[i].r;
    colours[3 * i + 1] = palette[i].g;
    colours[3 * i + 2] = palette[i].b;
  }
  const auto width = static_cast<std::size_t>(labels.width());
  const auto filter = [&](int y, std::uint8_t* to) {
    const std::uint8_t* const zeros = impl_->zeros();
    detail::paeth_filter({labels.row(y), y == 0 ? zeros : labels.row(y - 1), zeros, zeros}, 1, width, to);
  };
  return impl_->write({labels.size(), 8, kColourPalette}, width, {}, colours, filter);
}

}  // namespace csgis
