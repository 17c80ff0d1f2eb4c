// libkdumpfile, which reads the formats that nobody writes any more, or few: LKCD, sadump, stand-alone dumps
// of s390.
#pragma once

#include "dump/memory.h"

namespace inquest {

// Opens the image's file with libkdumpfile (https://github.com/ptesarik/libkdumpfile), which is loaded when
// it is first needed: an error names the package when it is not installed, or is what the library says.
// Reading is serialised.
Result<std::unique_ptr<Dump>> open_with_libkdumpfile(Image image);

}  // namespace inquest
