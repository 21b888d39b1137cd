#pragma once
/// The report as one HTML page.

#include "pipelines/report_data.h"
#include "pipelines/results.h"

#include <string>

namespace csgis {

/// A page that needs nothing else: no network, no file beside it. Its content security policy allows the page's own
/// scripts and style by hash and pictures from data, nothing more; all text of the results is escaped. The tables are
/// there without scripts; charts, heat map and gallery are drawn by them.
/// `pictures` may be empty. Cost: a few times the size of the page in memory.
std::string report_page(const Results& results, const PictureBlocks& pictures);

}  // namespace csgis
