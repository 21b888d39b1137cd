#pragma once
/// The parts of the report page that are there without scripts: tables and words.

#include "pipelines/results.h"

#include <map>
#include <string>

namespace csgis {

/// HTML by the marks of assets/report.html; empty where the results have nothing of the kind.
std::map<std::string, std::string> report_sections(const Results& results);

}  // namespace csgis
