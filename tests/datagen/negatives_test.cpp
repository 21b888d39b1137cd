#include "datagen/negatives.h"

#include "core/error.h"
#include "tests/support/catch.h"

#include <set>

using namespace csgis;

namespace {

Image8 stripes(Size size) {
  Image8 image(size, 3);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      for (int c = 0; c < 3; ++c) image.at(y, x)[c] = static_cast<std::uint8_t>(x / 4 % 2 == 0 ? 60 : 90 + 20 * c);
    }
  }
  return image;
}

std::vector<std::string> names_of(const std::vector<NegativeMethod>& methods) {
  std::vector<std::string> names;
  for (const NegativeMethod& method : methods) names.push_back(method.name);
  return names;
}

}  // namespace

TEST_CASE("a second setting of a method gets a number") {
  const auto methods =
      negative_methods(NegativeKind::over, {"l0:lambda=0.1", "none", "l0:lambda=0.2", "l0:lambda=0.3"});
  CHECK(names_of(methods) == std::vector<std::string>{"l0", "none", "l0-2", "l0-3"});
}

TEST_CASE("a range grows by a constant factor from end to end") {
  const auto methods = negative_methods(NegativeKind::over, {}, {"l0:kappa=1.5,lambda=0.01..0.16/5"});
  REQUIRE(methods.size() == 5);
  CHECK(method_text(methods[0].method) == "l0:lambda=0.01,kappa=1.5");
  CHECK(method_text(methods[2].method) == "l0:lambda=0.04,kappa=1.5");
  CHECK(method_text(methods[4].method) == "l0:lambda=0.16,kappa=1.5");
}

TEST_CASE("texts that cannot be meant are refused") {
  for (const char* text : {"publishd", "weak", "l0:lambda=-1", "l0:lamda=1", "pnls:step=4,patch=3"}) {
    INFO(text);
    CHECK_THROWS_AS(negative_methods(NegativeKind::over, {text}), UsageError);
  }
  for (const char* text : {"l0", "l0:lambda=0.1", "l0:lambda=0.1..0.2", "l0:lambda=0.2..0.1/3", "l0:lambda=0..1/3",
                           "l0:lambda=1..2/1", "l0:lambda=0.1..0.2/2,kappa=1.5..2/2", "l0:lambda=a..b/3"}) {
    INFO(text);
    CHECK_THROWS_AS(negative_methods(NegativeKind::over, {}, {text}), UsageError);
  }
  CHECK_THROWS_AS(negative_methods(NegativeKind::over, {"l0", "l0:lambda=0.01"}), UsageError);
}

TEST_CASE("all methods are tried, in their order") {
  const Image8 gt = stripes({24, 30});
  const auto methods = negative_methods(NegativeKind::over, {"l0:lambda=1", "none", "guided:radius=4,eps=1"});
  std::vector<std::size_t> tried;
  make_negatives(gt, gt, methods, NegativePick::all, Random(1, "over", "x"), [&](const Negative& negative) {
    tried.push_back(negative.method);
    CHECK(negative.is_accepted == (negative.score.psnr < kNearestNegative));
    CHECK(negative.is_accepted == (negative.method != 1));
  });
  CHECK(tried == std::vector<std::size_t>{0, 1, 2});
}

TEST_CASE("a draw ends with the first that is accepted, and uses every method") {
  const Image8 gt = stripes({24, 30});
  const auto methods = negative_methods(NegativeKind::over, {"l0:lambda=1", "none", "guided:radius=4,eps=1"});
  std::set<std::size_t> first, last;
  for (int i = 0; i < 40; ++i) {
    std::vector<Negative> made;
    make_negatives(gt, gt, methods, NegativePick::random, Random(1, "over", std::to_string(i)),
                   [&](const Negative& negative) {
                     made.push_back({negative.method, Image8(), negative.score, negative.is_accepted});
                   });
    REQUIRE(!made.empty());
    for (std::size_t k = 0; k + 1 < made.size(); ++k) CHECK(!made[k].is_accepted);
    CHECK(made.back().is_accepted);
    first.insert(made.front().method);
    last.insert(made.back().method);
  }
  CHECK(first == std::set<std::size_t>{0, 1, 2});
  CHECK(last == std::set<std::size_t>{0, 2});
}

TEST_CASE("detail says whether gradients were taken away or added") {
  const Image8 gt = stripes({16, 32});
  Image8 flat({16, 32}, 3), louder = gt.clone();
  for (std::uint8_t& sample : louder.samples()) sample = static_cast<std::uint8_t>(2 * (sample - 60));
  CHECK(score_negative(flat, gt).detail == 0);
  CHECK(score_negative(gt, gt).detail == 1);
  CHECK(score_negative(louder, gt).detail == Approx(2));
}
