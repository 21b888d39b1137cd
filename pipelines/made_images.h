#pragma once
/// Which method made an image: what the commands that write images have put down beside them.

#include <boost/filesystem/path.hpp>
#include <map>
#include <string>

namespace csgis {

/// File name -> method string, of the images of a folder that `csgis gt` (its gt/) or `csgis smooth` wrote, as far as
/// they still are what was written. Empty for any other folder; records that cannot be read say nothing.
/// Cost: such a folder's images are read once.
std::map<std::string, std::string> made_images(const boost::filesystem::path& folder);

}  // namespace csgis
