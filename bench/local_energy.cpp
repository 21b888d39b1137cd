/// How unevenly detail is spread over the images of folders (metrics/local_energy.h): photographs beside blends.
///
/// Usage: local_energy FOLDER...
/// Prints the quartiles of local_energy_ratio() over the images of each folder.

#include "metrics/local_energy.h"
#include "imaging/image_file.h"
#include "pipelines/image_listing.h"

#include <algorithm>
#include <vector>

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::vector<double> ratios;
    for (const csgis::ListedImage& image : csgis::list_images(argv[i], "FOLDER")) {
      ratios.push_back(csgis::local_energy_ratio(csgis::read_colour8(image.path)));
    }
    std::ranges::sort(ratios);
    const auto quartile = [&](std::size_t q) { return ratios[q * (ratios.size() - 1) / 4]; };
    fmt::print("{:<40} {:>5} images  median {:6.2f}  quartiles {:.2f} .. {:.2f}\n", argv[i], ratios.size(), quartile(2),
               quartile(1), quartile(3));
  }
}
