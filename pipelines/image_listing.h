#pragma once
/// Which images a folder offers, and in what order a list wants them.

#include <boost/filesystem/path.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace csgis {

struct ListedImage {
  std::string id;    ///< File name without its last extension, unchanged.
  std::string file;  ///< Plain file name.
  boost::filesystem::path path;
};

/// The images of a folder, sorted by the bytes of the file name. Hidden files, sub-folders and files without an image
/// extension are left out. Anything else that only looks like an image is listed: reading it gives the error.
/// @param option  the option that named the folder, for messages.
/// @throws NothingUsable  no such folder, or no image in it.  @throws UsageError  two files with one ID, naming both.
std::vector<ListedImage> list_images(const boost::filesystem::path& folder, std::string_view option);

/// A name as text for results: where it is not valid UTF-8, its bytes beyond ASCII become "\xNN", so that different
/// names stay different.
std::string as_text(const std::string& name);

/// Makes sure that a file name fits into lists of one name a line and into JSON.
/// @throws DataError  it holds a control character or is not valid UTF-8
void check_name(const std::string& file);

/// The images that a list file names, in its order. The file holds one plain name or ID a line, or is a map.txt
/// (lines "key,index"), whose indices then give the order and whose keys are file names up to the first dot.
/// Blank lines, CR, spaces around names, a byte order mark and a VOC flag column (" 1", "-1", " 0") are skipped.
/// @throws UsageError  an unknown, repeated or ambiguous name, a path instead of a name, text that is no list.
/// @throws NothingUsable  the list cannot be read or is empty.
std::vector<ListedImage> order_by_list(std::vector<ListedImage> images, const boost::filesystem::path& list,
                                       std::string_view option);

/// The names of a list in the form of VOC's ImageSets: one ID a line, what may stand around it skipped as above.
/// @throws UsageError  a path instead of a name, an ID twice, text that is no list
/// @throws NothingUsable  the list cannot be read or is empty
std::vector<std::string> read_id_list(const boost::filesystem::path& list, std::string_view option);

/// A file name up to its first dot: the key that the published scripts write into map.txt.
std::string map_key(std::string_view file);

}  // namespace csgis
