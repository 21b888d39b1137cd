#pragma once
/// The one level of parallelism of the pipelines: over items.

#include "core/run_context.h"

#include <cstddef>
#include <functional>

namespace csgis {

/// Calls work(i) for every i in [0, count), handing items out in order to at most context.options.threads threads.
/// An exception from work stops the handing out and is rethrown here after the items in flight have ended.
/// @throws Cancelled when the context's token is set; items in flight are finished first.
void for_each_item(std::size_t count, const RunContext& context, const std::function<void(std::size_t)>& work);

}  // namespace csgis
