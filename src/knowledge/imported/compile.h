// Makes the compiled file that catalogue.h reads.
#pragma once

#include <string>

#include "base/result.h"
#include "knowledge/imported/collection.h"

namespace inquest {

// unite() and write. The same issues give the same bytes, in whatever order they come. Fails when there is
// more than the format can hold.
Result<std::string> compile(Collection collection);

}  // namespace inquest
