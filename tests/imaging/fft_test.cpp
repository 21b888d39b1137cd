#include "imaging/detail/fft_2d.h"
#include "imaging/detail/plain_lanes.h"
#include "tests/support/catch.h"
#include "tests/support/simd_paths.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/imaging/fft_test.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "imaging/detail/fft-inl.h"
#include "imaging/detail/vector_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

/// Transforms as many signals as a vector has lanes, each turned by one more sample than the one before, and returns
/// the spectrum of lane `lane`, turned back; with `back`, what the inverse then makes of it, divided by the length.
std::vector<std::complex<double>> TransformLane(const std::vector<std::complex<double>>& signal, std::size_t lane,
                                                bool back) {
  constexpr std::size_t kLanes = VectorLanes::kLanes;
  const FftPlan<float> plan = make_fft_plan<float>(static_cast<int>(signal.size()));
  std::vector<float> data(2 * kLanes * signal.size()), scratch(2 * kLanes * plan.scratch_elements);
  for (std::size_t n = 0; n < signal.size(); ++n) {
    for (std::size_t l = 0; l < kLanes; ++l) {
      const std::complex<double> x = signal[(n + l) % signal.size()];
      data[2 * kLanes * n + l] = static_cast<float>(x.real());
      data[2 * kLanes * n + kLanes + l] = static_cast<float>(x.imag());
    }
  }
  lane %= kLanes;
  fft_forward<VectorLanes>(plan, data.data(), scratch.data());
  if (back) fft_inverse<VectorLanes>(plan, data.data(), scratch.data());
  std::vector<std::complex<double>> out(signal.size());
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const std::complex<double> x{data[2 * kLanes * i + lane], data[2 * kLanes * i + kLanes + lane]};
    if (back) {
      out[(i + lane) % signal.size()] = x / static_cast<double>(signal.size());
    } else {
      const std::size_t k = static_cast<std::size_t>(plan.frequency[i]);
      out[k] = x * std::polar(
                       1.0, -2 * std::numbers::pi * static_cast<double>(k * lane) / static_cast<double>(signal.size()));
    }
  }
  return out;
}

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

using namespace csgis;
using namespace csgis::detail;

namespace csgis::detail {
HWY_EXPORT(TransformLane);
}

namespace {

using Signal = std::vector<std::complex<double>>;

Signal some_signal(int length) {
  Signal signal;
  for (int n = 0; n < length; ++n) signal.emplace_back(std::sin(1.7 * n * n + 0.3), std::cos(2.9 * n + 0.1 * n * n));
  return signal;
}

/// The definition.
Signal plain_dft(const Signal& signal) {
  const std::size_t length = signal.size();
  Signal roots, out(length);
  for (std::size_t i = 0; i < length; ++i) {
    roots.push_back(std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(length)));
  }
  for (std::size_t k = 0; k < length; ++k) {
    for (std::size_t n = 0; n < length; ++n) out[k] += signal[n] * roots[k * n % length];
  }
  return out;
}

/// One lane of double.
Signal transformed(const Signal& signal, bool back) {
  const FftPlan<double> plan = make_fft_plan<double>(static_cast<int>(signal.size()));
  std::vector<double> data, scratch(2 * plan.scratch_elements);
  for (const std::complex<double> x : signal) data.insert(data.end(), {x.real(), x.imag()});
  HWY_NAMESPACE::fft_forward<PlainLanes<1>>(plan, data.data(), scratch.data());
  if (back) HWY_NAMESPACE::fft_inverse<PlainLanes<1>>(plan, data.data(), scratch.data());
  Signal out(signal.size());
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const std::complex<double> x{data[2 * i], data[2 * i + 1]};
    out[back ? i : static_cast<std::size_t>(plan.frequency[i])] = back ? x / static_cast<double>(signal.size()) : x;
  }
  return out;
}

/// Greatest difference relative to the root mean square of the expected values.
double relative_error(const Signal& actual, const Signal& expected) {
  double greatest = 0, power = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    greatest = std::max(greatest, std::abs(actual[i] - expected[i]));
    power += std::norm(expected[i]);
  }
  return greatest / std::sqrt(power / static_cast<double>(expected.size()));
}

}  // namespace

TEST_CASE("the double transform is the plain DFT for every length to 600, and its inverse undoes it") {
  for (int length = 1; length <= 600; ++length) {
    INFO("length " << length);
    const Signal signal = some_signal(length);
    CHECK(relative_error(transformed(signal, false), plain_dft(signal)) < 1e-12);
    CHECK(relative_error(transformed(signal, true), signal) < 1e-12);
  }
}

TEST_CASE("large primes, alone and as factors, go through convolutions") {
  for (const int length : {1021, 2 * 997, 3 * 499, 113 * 8, 127 * 127, 4099}) {
    INFO("length " << length);
    const Signal signal = some_signal(length);
    const Signal expected = plain_dft(signal);
    CHECK(relative_error(transformed(signal, false), expected) < 1e-11);
    CHECK(relative_error(transformed(signal, true), signal) < 1e-11);
  }
}

TEST_CASE("the float transform is the plain DFT for every length to 600 on every vector path, in every lane") {
  std::vector<Signal> expected;
  for (int length = 1; length <= 600; ++length) expected.push_back(plain_dft(some_signal(length)));
  test::on_every_simd_path([&] {
    for (int length = 1; length <= 600; ++length) {
      INFO("length " << length);
      const Signal signal = some_signal(length);
      const std::size_t lane = static_cast<std::size_t>(length);
      CHECK(relative_error(HWY_DYNAMIC_DISPATCH(TransformLane)(signal, lane, false), expected[lane - 1]) < 1e-5);
      CHECK(relative_error(HWY_DYNAMIC_DISPATCH(TransformLane)(signal, lane, true), signal) < 1e-5);
    }
  });
}

TEST_CASE(
    "the transform of an image is that of its rows and then its columns, with the same bits on every vector path") {
  for (const Size size : {Size{1, 1}, Size{1, 21}, Size{37, 6}, Size{29, 127}}) {
    INFO(size.height << " x " << size.width);
    const auto height = static_cast<std::size_t>(size.height), width = static_cast<std::size_t>(size.width);
    const Signal image = some_signal(static_cast<int>(size.pixels()));
    Signal expected = image;
    for (std::size_t y = 0; y < height; ++y) {
      const auto row = expected.begin() + static_cast<std::ptrdiff_t>(y * width);
      std::ranges::copy(plain_dft({row, row + size.width}), row);
    }
    for (std::size_t x = 0; x < width; ++x) {
      Signal column;
      for (std::size_t y = 0; y < height; ++y) column.push_back(expected[y * width + x]);
      column = plain_dft(column);
      for (std::size_t y = 0; y < height; ++y) expected[y * width + x] = column[y];
    }

    const Fft2d fft(size);
    std::vector<double> first;
    test::on_every_simd_path([&] {
      ComplexField field(size);
      for (std::size_t i = 0; i < image.size(); ++i) field.re[i] = image[i].real(), field.im[i] = image[i].imag();
      fft.forward(field);
      Signal spectrum(image.size()), back(image.size());
      for (std::size_t y = 0; y < height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
          const std::size_t place =
              static_cast<std::size_t>(fft.rows()[y]) * width + static_cast<std::size_t>(fft.columns()[x]);
          spectrum[place] = {field.re[y * width + x], field.im[y * width + x]};
        }
      }
      CHECK(relative_error(spectrum, expected) < 1e-12);
      fft.inverse(field);
      for (std::size_t i = 0; i < image.size(); ++i) back[i] = {field.re[i], field.im[i]};
      CHECK(relative_error(back, image) < 1e-12);
      if (first.empty()) first = field.re;
      CHECK(field.re == first);
    });
  }
}

TEST_CASE("every frequency has one place, and conjugates are found") {
  for (const int length : {1, 2, 3, 16, 30, 77, 481, 1021}) {
    const FftPlan<float> plan = make_fft_plan<float>(length);
    std::vector<int> sorted = plan.frequency;
    std::ranges::sort(sorted);
    for (int k = 0; k < length; ++k) CHECK(sorted[static_cast<std::size_t>(k)] == k);
    CHECK(plan.conjugates.size() == static_cast<std::size_t>((length - 1) / 2));
    for (const auto& [k, minus_k] : plan.conjugates) CHECK(plan.frequency[k] + plan.frequency[minus_k] == length);
  }
}

TEST_CASE("lengths with small factors cost less") {
  CHECK(fft_cost(480) < fft_cost(481));
  CHECK(fft_cost(481) < fft_cost(479));
  CHECK(fft_cost(1021) < 1021 / 2);
}

#endif  // HWY_ONCE
