// Dumps in a compressed file (vmcore.gz, .xz, .zst), whose pages cannot be read where they lie.
#pragma once

#include <string>

#include "base/result.h"
#include "dump/image.h"
#include "dump/memory.h"

namespace inquest {

struct Unpacked {
    Image image;
    std::string problem;  // why there is less of it than there should be; "" when it is whole
};

// Whether the file's first bytes are those of a compressed file.
bool is_packed(const Image& image);

// Undoes the compression into a temporary file in $TMPDIR (/var/tmp), which has no name, is readable by
// nobody else and goes away with the image. `tell` hears of it before. The error says when no dump is inside,
// or when the place is too small: a reserve always stays free.
Result<Unpacked> unpack(const std::string& path, const Tell& tell);

}  // namespace inquest
