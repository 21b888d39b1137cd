#pragma once
/// The network that ships with the toolkit: a small one, trained by it on synthetic scenes and textures alone. Its
/// metadata says how; docs/training.md has the commands.

#include <cstddef>
#include <span>

namespace csgis {

/// A safetensors file, part of the program.
std::span<const std::byte> default_network();

}  // namespace csgis
