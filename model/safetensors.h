#pragma once
/// safetensors files: eight bytes of header length, a JSON header, the tensors' bytes. Format: the public description
/// of Hugging Face's safetensors (https://github.com/huggingface/safetensors).

#include "model/tensor_file.h"

#include <filesystem>

namespace csgis {

/// Whether bytes begin as a safetensors file does; says nothing about the rest.
bool looks_like_safetensors(std::span<const std::byte> bytes);

/// Tensors and metadata, in the order that the writer was given (kept in the metadata under "csgis.order") or else in
/// that of the header. The bytes are not copied unless a tensor is not aligned. Checked: the header has at most 100 MB,
/// lies inside the file and is UTF-8 JSON of the format's form without a name twice; sizes fit types and shapes; the
/// tensors fill the rest of the file without gaps or overlaps.
/// @throws DataError  saying what is wrong
TensorFile parse_safetensors(const SharedBytes& file);

/// The same for a file, mapped. @throws IoError, DataError with the path in front
TensorFile read_safetensors(const std::filesystem::path& path);

/// Writes a file whose bytes depend on names, types, shapes, values and metadata alone: tensors sorted by type, widest
/// first, then by name, the header padded with blanks to a multiple of 8. An order other than that is noted in the
/// metadata.
/// @throws InvalidArgument  a name twice, a name that is no UTF-8, or a tensor whose bytes do not fit its shape
/// @throws OutputError      see write_whole_file()
void write_safetensors(const std::filesystem::path& path, const TensorFile& file, bool overwrite);

}  // namespace csgis
