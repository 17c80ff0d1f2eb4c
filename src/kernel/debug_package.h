// Which package of a distribution holds a kernel's debug files.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

// "linux-image-6.1.0-50-cloud-amd64-dbg" of a release (uname -r) and version (uname -v); "" for a
// distribution that is not known, and for a release that is no plain word.
std::string debug_package(std::string_view release, std::string_view version);

}  // namespace inquest
