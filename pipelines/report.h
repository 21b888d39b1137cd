#pragma once
/// The tables and the page of a set of results: what `csgis report` renders again and `csgis benchmark` writes.

#include "core/options.h"
#include "core/run_context.h"
#include "pipelines/output_folder.h"
#include "pipelines/report_data.h"
#include "pipelines/results.h"

#include <boost/filesystem/path.hpp>

#include <span>
#include <string>
#include <vector>

namespace csgis {

struct ReportOptions {
  std::vector<std::string> data{};
  double page_size = 25;
  bool intervals = false;
  std::uint64_t max_pixels = 200'000'000;
};

template <class V>
void describe(V& v, ReportOptions& o) {
  v("data", o.data, folder(), "a folder besides that of results.json that pictures may be read from, as the dataset");
  v("page-size", o.page_size, between(1, 1000), "no more pictures once report.html would exceed so many MB");
  v("intervals", o.intervals, any_value(), "95 % intervals in results.tex too");
  v("max-pixels", o.max_pixels, at_least(1).execution(), "largest image that is read, in pixels");
}

/// The files that write_report() makes.
inline constexpr const char* kReportFiles[] = {"report.html", "results.csv", "results.md", "results.tex",
                                               "references.bib"};

/// Writes them. All show the figures of summary_table() or the rows; none computes its own, but for the quartiles and
/// group means that the page draws from its rows.
/// @param source  the folder of results.json, which the paths of pictures are relative to (result_images.h says which
///                may be read)
/// @throws UsageError  a --data folder that is none; OutputError; Cancelled
PictureCount write_report(const Results& results, const boost::filesystem::path& source, OutputFolder& folder,
                          const ReportOptions& options, const RunContext& context);

/// Reads results.json. @throws IoError, DataError  naming the file
Results read_results(const boost::filesystem::path& file);

/// @throws OutputError  one of the files exists and --overwrite is not given
void check_not_there(const OutputFolder& folder, std::span<const char* const> names, const RunContext& context);

}  // namespace csgis
