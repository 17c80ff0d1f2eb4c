// YAML text as Nodes. Only yaml.cpp knows the library.
#pragma once

#include <string_view>

#include "base/result.h"
#include "knowledge/node.h"

namespace inquest {

// One document of at most 256 KiB, 8 levels and 20,000 nodes, without aliases (no bombs) and with no key
// twice. The error begins with "FILE:LINE: ".
Result<Node> parse_yaml(std::string_view text, std::string_view file_name);

}  // namespace inquest
