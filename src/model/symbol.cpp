#include "model/symbol.h"

namespace inquest {
namespace {

// "__x64_sys_", "__arm64_compat_sys_", "__se_sys_": "__", one word, then "sys_" or "compat_sys_". Returns the
// name from there on, the whole name when it is no such wrapper ("__sys_sendmsg" is a function of its own).
std::string_view without_wrapper(std::string_view name) {
    if (!name.starts_with("__")) return name;
    auto word_end = name.find('_', 2);
    if (word_end == name.npos || word_end == 2) return name;
    auto rest = name.substr(word_end + 1);
    auto word = name.substr(2, word_end - 2);
    bool wrapper = word == "x64" || word == "ia32" || word == "x32" || word == "do" || word == "se" ||
                   word == "arm64" || word == "riscv" || word == "s390" || word == "s390x" ||
                   word == "powerpc" || word == "loongarch";
    return wrapper && (rest.starts_with("sys_") || rest.starts_with("compat_sys_")) ? rest : name;
}

}  // namespace

std::string bare_function(std::string_view symbol) {
    if (symbol.starts_with('.')) symbol.remove_prefix(1);
    // Rust's legacy mangling uses both characters inside its names.
    if (!symbol.starts_with("_ZN")) symbol = symbol.substr(0, symbol.find_first_of(".$"));
    symbol = without_wrapper(symbol);
    for (std::string_view prefix : {"SyS_", "SYSC_"})
        if (symbol.starts_with(prefix)) return std::string("sys_").append(symbol.substr(prefix.size()));
    return std::string(symbol);
}

}  // namespace inquest
