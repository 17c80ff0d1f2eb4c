#include "arch/arch.h"

#include <utility>

namespace inquest {

const Arch* arch_named(std::string_view name) {
    for (const Arch* arch : all_arches())
        if (arch->name == name) return arch;
    return nullptr;
}

const Arch* arch_of_release(std::string_view release) {
    // Longer spellings first: "ppc64le" holds "ppc64", "arm64" holds "arm".
    static constexpr std::pair<std::string_view, std::string_view> kSuffixes[] = {
        {"x86_64", "x86_64"},
        {"amd64", "x86_64"},
        {"aarch64", "arm64"},
        {"arm64", "arm64"},
        {"ppc64le", "ppc64le"},
        {"powerpc64le", "ppc64le"},
        {"ppc64", "ppc64"},
        {"powerpc64", "ppc64"},
        {"s390x", "s390x"},
        {"riscv64", "riscv64"},
        {"loongarch64", "loongarch64"},
        {"mips64", "mips64"},
        {"i386", "i386"},
        {"i486", "i386"},
        {"i586", "i386"},
        {"i686", "i386"},
        {"686-pae", "i386"},
        {"armv7hl", "arm"},
        {"armv7l", "arm"},
        {"armmp", "arm"},
    };
    for (auto [suffix, name] : kSuffixes) {
        auto at = release.rfind(suffix);
        if (at == release.npos || at == 0) continue;
        char before = release[at - 1];
        char after = at + suffix.size() < release.size() ? release[at + suffix.size()] : '-';
        bool whole = (before == '.' || before == '-' || before == '_') &&
                     (after == '.' || after == '-' || after == '+' || after == '_');
        if (whole) return arch_named(name);
    }
    return nullptr;
}

}  // namespace inquest
