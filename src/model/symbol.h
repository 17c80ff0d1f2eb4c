// Names of kernel functions as logs print them.
#pragma once

#include <string>
#include <string_view>

namespace inquest {

// The function's own name, equal across builds and architectures: without what compilers append (".isra.0",
// ".constprop.2", ".part.1", ".cold", ".llvm.123", "$local"), without the leading dot of old powerpc, and
// with the wrappers of a system call ("__x64_sys_openat", "__do_sys_openat", "SyS_openat") as "sys_openat".
std::string bare_function(std::string_view symbol);

}  // namespace inquest
