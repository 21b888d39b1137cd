#pragma once
/// Whether a run may go on in a folder, and with what an earlier one left there.

#include "core/run_context.h"
#include "pipelines/journal.h"
#include "pipelines/output_folder.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace csgis {

/// Makes sure that a run may write here.
/// `head["identity"]` is the identity of the run; `head["dataset"]` is compared to say what differs.
/// `parts` are the names this run writes at the top of the folder ('/' at the end of folders).
/// @throws OutputError  without --overwrite: a journal of another identity lies there (the first difference is named),
///                      or files this run would write lie there without any journal.
void check_folder_is_ours(const OutputFolder& folder, const nlohmann::ordered_json& head,
                          const std::vector<std::string>& parts, const RunContext& context);

/// The finished items of an earlier run of the same identity and shard, each checked against its files; none for a
/// fresh folder.
std::vector<JournalEntry> earlier_entries(const OutputFolder& folder, const Shard& shard,
                                          const nlohmann::ordered_json& head, const RunContext& context);

/// Paths of the journals in a folder: journal.jsonl and journal.I-of-N.jsonl.
std::vector<boost::filesystem::path> journals_in(const boost::filesystem::path& folder);

/// The first place where two JSON values differ, as "/options/luma: rec601 instead of reference"; empty if none.
std::string first_difference(const nlohmann::ordered_json& now, const nlohmann::ordered_json& before);

}  // namespace csgis
