#pragma once
/// The papers behind methods and metrics, as BibTeX.

#include "pipelines/results.h"

#include <string>
#include <vector>

namespace csgis {

/// Keys of the papers that a method family ("l0") or a metric ("ssim:wang-y") is from; empty if it has none.
std::vector<std::string> references_of_method(const std::string& family);
std::vector<std::string> references_of_metric(const std::string& metric);

/// The BibTeX entries of all methods and metrics of the results, and of the toolkit itself, each once, sorted by key.
std::string bibliography(const Results& results);

/// The family of a method: of its record, or the name before the first colon where nothing is recorded.
std::string family_of(const Results& results, const std::string& method);

}  // namespace csgis
