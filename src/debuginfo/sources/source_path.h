// Paths of source files as compilers leave them.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

// "mm/slub.c" for "/build/linux-6.1.176/debian/build/build_amd64/../../../mm/slub.c": normal, and without
// what lies above the kernel's source tree. `folder` is where the compiler ran (DW_AT_comp_dir): within the
// tree, or the tree's object folder. A file that is in no kernel tree keeps its path.
std::string source_path(std::string_view file, std::string_view folder);

}  // namespace inquest
