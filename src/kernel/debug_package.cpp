#include "kernel/debug_package.h"

#include <algorithm>

namespace inquest {

std::string debug_package(std::string_view release, std::string_view version) {
    // It ends in a command that somebody pastes.
    const bool plain = std::ranges::all_of(release, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '-' || c == '_' || c == '+';
    });
    if (!plain || release.empty() || release.starts_with('-')) return "";
    const std::string name(release);
    auto holds = [&](std::string_view part) { return release.find(part) != release.npos; };
    if (version.find("Debian") != version.npos) return "linux-image-" + name + "-dbg";
    if (version.find("-Ubuntu") != version.npos) return "linux-image-unsigned-" + name + "-dbgsym";
    for (std::string_view built : {".el", ".fc", ".an", ".al", ".oe", ".amzn", ".tl", ".ky"})
        if (holds(built)) return "kernel-debuginfo-" + name;
    if (release.ends_with("-default")) return "kernel-default-debuginfo";
    return "";
}

}  // namespace inquest
