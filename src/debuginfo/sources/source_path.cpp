#include "debuginfo/sources/source_path.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace inquest {
namespace {

// The folders at the top of the kernel's tree that hold code.
constexpr std::array<std::string_view, 18> kTop{
    "arch", "block",  "certs", "crypto", "drivers", "fs",   "include",  "init",  "io_uring",
    "ipc",  "kernel", "lib",   "mm",     "net",     "rust", "security", "sound", "virt"};

bool in_tree(std::string_view path) {
    auto slash = path.find('/');
    return slash != path.npos && std::ranges::find(kTop, path.substr(0, slash)) != kTop.end();
}

std::string_view without_first(std::string_view path) {
    auto slash = path.find('/');
    return slash == path.npos ? std::string_view() : path.substr(slash + 1);
}

}  // namespace

std::string source_path(std::string_view file, std::string_view folder) {
    namespace fs = std::filesystem;
    // The kernel's own paths are relative to the tree (-fmacro-prefix-map), and libdw puts the folder in
    // front.
    if (!folder.empty() && file.size() > folder.size() && file.starts_with(folder) &&
        file[folder.size()] == '/')
        if (auto rest = file.substr(folder.size() + 1); !rest.starts_with("..")) file = rest;
    const std::string path = fs::path(file).lexically_normal().string();
    if (!path.starts_with('/')) return path;
    const std::string root = fs::path(folder).lexically_normal().string();
    auto differs = std::ranges::mismatch(path, root).in1;
    auto common = std::string_view(path.begin(), differs).rfind('/');
    if (common == std::string_view::npos) return path;
    const std::string_view below = std::string_view(path).substr(common + 1);
    for (std::string_view rest : {below, without_first(below)})
        if (in_tree(rest)) return std::string(rest);
    return path;
}

}  // namespace inquest
