#include "imaging/detail/png_unfilter.h"

#include "core/error.h"
#include "tests/support/catch.h"

#include <hwy/highway.h>
#include <hwy/targets.h>

#include <cstdlib>
#include <random>
#include <vector>

using namespace csgis;

namespace {

/// Section 9.4 of the specification, word for word.
int paeth_as_specified(int a, int b, int c) {
  const int p = a + b - c;
  const int pa = std::abs(p - a);
  const int pb = std::abs(p - b);
  const int pc = std::abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

/// Section 9.2, a byte at a time.
std::vector<std::uint8_t> unfiltered_as_specified(int filter, const std::vector<std::uint8_t>& in,
                                                  const std::vector<std::uint8_t>& up, std::size_t back) {
  std::vector<std::uint8_t> out(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const int a = i < back ? 0 : out[i - back];
    const int b = up[i];
    const int c = i < back ? 0 : up[i - back];
    const int predictions[] = {0, a, b, (a + b) / 2, paeth_as_specified(a, b, c)};
    out[i] = static_cast<std::uint8_t>(in[i] + predictions[filter]);
  }
  return out;
}

}  // namespace

TEST_CASE("rows of every filter, pixel size and width are decoded as the specification says, on every CPU path") {
  std::mt19937 random(5);
  for (const auto target : hwy::SupportedAndGeneratedTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    INFO(hwy::TargetName(target));
    for (const int back : {1, 2, 3, 4, 6, 8}) {
      for (int pixels = 1; pixels <= 40; ++pixels) {
        const auto count = static_cast<std::size_t>(back * pixels);
        std::vector<std::uint8_t> in(count), up(count), out(count);
        for (std::size_t i = 0; i < count; ++i) {
          in[i] = static_cast<std::uint8_t>(random());
          up[i] = static_cast<std::uint8_t>(random());
        }
        for (int filter = 0; filter <= 4; ++filter) {
          detail::unfilter_for(back)(filter, in.data(), up.data(), out.data(), count);
          if (out != unfiltered_as_specified(filter, in, up, static_cast<std::size_t>(back))) {
            FAIL_CHECK("filter " << filter << ", pixels of " << back << " bytes, width " << pixels);
          }
        }
      }
    }
  }
  hwy::SetSupportedTargetsForTest(0);
}

TEST_CASE("the Paeth predictor is exact for triples of bytes") {
  // Rows of two pixels, of which the second is judged: the first is its left and up_left.
  std::size_t wrong = 0;
  for (int c = 0; c < 256; ++c) {
    for (int b = 0; b < 256; ++b) {
      for (int a = 0; a < 256; a += 3) {
        const std::uint8_t up[] = {static_cast<std::uint8_t>(c), 0, 0, 0, static_cast<std::uint8_t>(b), 0, 0, 0};
        // The first pixel's prediction is the byte above it, c, so it decodes to a.
        const std::uint8_t in[] = {static_cast<std::uint8_t>(a - c), 0, 0, 0, 0, 0, 0, 0};
        std::uint8_t out[8];
        detail::unfilter_for(4)(4, in, up, out, 8);
        wrong += out[0] != a || out[4] != paeth_as_specified(a, b, c);
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a row filter that does not exist is refused") {
  std::uint8_t row[3] = {}, out[3];
  CHECK_THROWS_AS(detail::unfilter_for(3)(5, row, row, out, 3), DataError);
  CHECK_THROWS_AS(detail::unfilter_for(5), InvalidArgument);
}
