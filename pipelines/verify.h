#pragma once
/// `csgis data verify`: is every file of a dataset what it was when it was written?

#include "core/options.h"
#include "core/run_context.h"

#include <cstdint>
#include <string>
#include <vector>

namespace csgis {

struct VerifyOptions {
  bool decode = false;
};

template <class V>
void describe(V& v, VerifyOptions& o) {
  v("decode", o.decode, any_value().execution(),
    "also decode every image: for a dataset whose hashes somebody else has written");
}

struct VerifyFinding {
  std::string file;  ///< Path relative to the dataset.
  std::string reason;
};

struct VerifyReport {
  std::uint64_t files = 0;  ///< Files checked.
  std::uint64_t bytes = 0;
  std::uint64_t samples = 0;
  std::vector<VerifyFinding> findings;  ///< Sorted by file; empty when all is well.
};

/// Checks a dataset of either layout, or a run of `csgis gt`.
///   native     every line of samples.jsonl: all files there, SHA-256 as recorded, GT, blend, edge and label of one
///              size; splits and counts of dataset.json agree with the samples
///   reference  every file of the journal with its size and hash; pairs twice as wide as their GT; map.txt complete
///   gt         (a run of `csgis gt`) every candidate and label map of the journal, every ground truth of samples.jsonl
///   all        where journal.jsonl is there: samples.jsonl, dataset.json, splits, map.txt, errors.jsonl as written
///   decode     every image is readable to its last pixel. Without it the size is taken from the header: a file whose
///   hash
///              is right is as it was written
/// Each wrong file is named once, with the first reason found.
/// @throws NothingUsable  the folder is no finished dataset.
/// Cost: reads and hashes every file once, in parallel.
VerifyReport verify_dataset(const std::string& folder, const VerifyOptions& options, const RunContext& context);

}  // namespace csgis
