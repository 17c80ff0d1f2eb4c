// Nodes in a compact form that loads in microseconds: how the built-in issues travel inside the program.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "knowledge/node.h"

namespace inquest {

// Line numbers are left out.
std::string pack(const Node& node);

// Leaves out the sample logs, which are for tests.
void drop_samples(Node& root);

// Bounds are checked; at most 16 levels.
Result<Node> unpack(std::string_view packed);

}  // namespace inquest
