#include "datagen/blend.h"
#include "imaging/image_file.h"
#include "imaging/png_writer.h"

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const csgis::Image8 gt = csgis::read_colour8(argv[1]);
  const csgis::GreyTexture texture(csgis::read_colour8(argv[2]), csgis::Luma::rec601);
  std::cout << csgis::PngWriter().encode(csgis::blend_additive(gt, texture)).size() << " bytes\n";
}
