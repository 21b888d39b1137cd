#pragma once
/// The contact sheet of `csgis gt`: all candidates side by side, and a way to overrule the screening.

#include "core/run_context.h"
#include "pipelines/gt_lists.h"
#include "pipelines/gt_records.h"
#include "pipelines/output_folder.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace csgis {

/// Longest side of the pictures, in pixels.
inline constexpr int kSheetSide = 512;

/// candidates/ID.jpg: the photo as the sheet shows it, kept because the photo may be gone when choices are applied.
std::string gt_photo_picture(const std::string& id);

/// "contact.html", then "contact-2.html", ...
std::string gt_sheet_file(std::size_t page);

/// Writes as many pages as it takes, each about 25 MB at most. A page shows of each photo its picture, those of its
/// candidates with their scores (JPEG), and what is chosen; a person clicks or uses the keyboard to overrule, and saves
/// a choices file (pipelines/gt_choices.h). It needs no network and no other file; the links to the full-size
/// candidates work beside them. The content security policy allows the page's own script and style by hash and pictures
/// from data; all text is escaped; without scripts everything is there but the saving. Pages of an earlier, longer
/// sheet are removed. Memory: a page.
/// @return  the number of pages
std::uint64_t write_gt_sheets(OutputFolder& out, const GtRun& run, const std::vector<GtDecision>& decisions,
                              const RunContext& context,
                              const std::function<void(const std::string& file, const std::string& page)>& write);

}  // namespace csgis
