#pragma once
/// Tables of scores as text.

#include "pipelines/results.h"

#include <string>

namespace csgis {

/// results.csv: a header, then a row per method and image; empty fields for what is missing (RFC 4180).
std::string to_csv_text(const Results& results);

/// A Markdown table: methods down, means of the metrics across with their 95 % intervals, the best in bold, the second
/// best in italics; then notes and flags. The figures are those of summary_table(), as in LaTeX and HTML.
std::string to_markdown_text(const Results& results);

/// The published program's line: title, mean PSNR and mean SSIM in its spacing, four decimals. As there, one pair of
/// equal images makes the mean infinite.
std::string csgis_txt_line(const Results& results);

}  // namespace csgis
