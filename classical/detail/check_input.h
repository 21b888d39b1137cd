#pragma once
/// What every smoother refuses.

#include "imaging/image.h"

namespace csgis::detail {

/// @throws InvalidArgument  unless the image has pixels, one or three channels, and finite values only; the message
///                          begins with the method's name and gives channel and position of the first bad value.
void check_input(const char* method, const ImageF& image);

/// For methods that are defined on [0,1] alone. @throws InvalidArgument naming a value outside and --normalise.
void check_unit_range(const char* method, const ImageF& image);

}  // namespace csgis::detail
