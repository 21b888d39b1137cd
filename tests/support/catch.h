#pragma once
/// The one place that knows which Catch2 is installed: 2.13 has a single header, 3 has catch_all.hpp.
/// A test that also needs torch includes torch before this header: glog, which torch brings, defines CHECK too.

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;
using Catch::Matchers::ContainsSubstring;
#else
#include <catch2/catch.hpp>
inline auto ContainsSubstring(const std::string& text) {
  return Catch::Contains(text);
}
#endif
