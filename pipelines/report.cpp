#include "pipelines/report.h"

#include "core/error.h"
#include "imaging/image_file.h"
#include "pipelines/references.h"
#include "pipelines/report_page.h"
#include "pipelines/result_images.h"
#include "pipelines/results_json.h"
#include "pipelines/results_latex.h"
#include "pipelines/results_text.h"

#include <boost/filesystem/operations.hpp>

namespace csgis {
namespace fs = boost::filesystem;

PictureCount write_report(const Results& results, const fs::path& source, OutputFolder& folder,
                          const ReportOptions& options, const RunContext& context) {
  const ResultImages images(results, source, options.data, options.max_pixels);
  // What the page needs besides its pictures, and some room for their index.
  const std::size_t rest = report_page(results, {}).size();
  const auto whole = static_cast<std::size_t>(options.page_size * 1e6);
  const PictureBlocks pictures = picture_blocks(images, worst_first(results), whole > rest ? whole - rest : 0, context);
  folder.write_synced("report.html", report_page(results, pictures));
  folder.write_synced("results.csv", to_csv_text(results));
  folder.write_synced("results.md", to_markdown_text(results));
  folder.write_synced("results.tex", to_latex_text(results, {options.intervals}));
  folder.write_synced("references.bib", bibliography(results));
  return pictures.count;
}

Results read_results(const fs::path& file) {
  const std::vector<std::uint8_t> bytes = read_file_bytes(file);
  return results_from_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, file.string());
}

void check_not_there(const OutputFolder& folder, std::span<const char* const> names, const RunContext& context) {
  if (context.options.overwrite) return;
  for (const char* name : names) {
    boost::system::error_code ignored;
    require<OutputError>(!fs::exists(folder.path(name), ignored), "{} exists; --overwrite replaces it",
                         folder.path(name).string());
  }
}

}  // namespace csgis
