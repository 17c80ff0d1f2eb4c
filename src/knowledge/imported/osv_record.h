// One advisory in the form of the Open Source Vulnerability schema (https://ossf.github.io/osv-schema/).
#pragma once

#include <string_view>

#include "knowledge/importer.h"

namespace inquest {

// Adds what the advisory says of kernels: each CVE that it names with the version that fixed it. Whose kernel
// a package is, its version tells; an advisory often lists subpackages alone. What is wrong goes to the
// problems of `result` under `name`.
void read_osv_record(std::string_view json, std::string_view name, ImportResult& result);

}  // namespace inquest
