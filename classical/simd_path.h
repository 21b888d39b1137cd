#pragma once
/// Which vector instructions the smoothers use.

#include <string>

namespace csgis {

/// The widest vector path in use under the current limit: "avx512", "avx2" or "baseline", as --simd names them. Results
/// of the fast smoothers are equal on one path and differ between paths within the bounds their headers state, so runs
/// record it.
std::string simd_path_in_use();

}  // namespace csgis
