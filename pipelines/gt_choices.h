#pragma once
/// The choices that a person saves on the contact sheet of `csgis gt`.

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace csgis {

/// Photo ID -> the name of the candidate it gets; nothing: no ground truth is made of it. Photos that are not listed
/// get what the screening says.
using GtChoices = std::map<std::string, std::optional<std::string>>;

/// Reads choices files, one per sheet: {"csgis":"gt-choices","run":RUN,"choices":[{"id":ID,"candidate":NAME or null}]}.
/// @param run  the identity of the run that they must belong to.
/// @throws IoError    a file cannot be read
/// @throws DataError  no such object, of another run, or a photo named twice; names the file
GtChoices read_choices(const std::vector<std::string>& files, const std::string& run);

}  // namespace csgis
