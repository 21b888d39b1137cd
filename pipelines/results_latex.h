#pragma once
/// The table of means for a paper.

#include "pipelines/results.h"

#include <string>
#include <string_view>

namespace csgis {

struct LatexOptions {
  bool intervals = false;  ///< The 95 % interval behind each mean, small.
};

/// A booktabs table: methods down, each with \cite of its papers (keys of references.h); means across with an arrow for
/// the better direction, the best in bold, the second best underlined; times where measured. Notes and flags stand as
/// comments above it. The figures are those of summary_table(), as in Markdown and HTML.
std::string to_latex_text(const Results& results, const LatexOptions& options = {});

/// Text that LaTeX sets as it is: no character of it is markup. Control characters become spaces.
std::string latex_escaped(std::string_view text);

}  // namespace csgis
