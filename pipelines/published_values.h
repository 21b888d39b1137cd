#pragma once
/// Numbers from the literature, to stand beside measured ones and never among them.

#include "pipelines/results.h"

#include <vector>

namespace csgis {

/// What is published about a family of methods.
std::vector<PublishedValue> published_values(const std::string& family);

}  // namespace csgis
