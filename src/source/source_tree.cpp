#include "source/source_tree.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "source/beneath.h"

namespace inquest {
namespace {

constexpr std::uint64_t kLargestFile = 8 << 20;
constexpr std::size_t kLongestPath = 4096, kLongestLine = 400, kTab = 8;
constexpr std::size_t kMostFiles = 256, kMostFolders = 64;

// Tabs as a terminal shows them: behind a line number they would not line up. A line is cut, not left out.
std::string shown(std::string_view line) {
    std::string text;
    for (char c : line.substr(0, kLongestLine)) {
        if (c == '\t')
            text.append(kTab - text.size() % kTab, ' ');
        else
            text += c;
    }
    if (line.size() > kLongestLine) text += " ...";
    return std::string(trim_right(text));
}

std::optional<std::array<std::uint32_t, 3>> version_of(std::string_view makefile) {
    constexpr std::array<std::string_view, 3> kNames{"VERSION", "PATCHLEVEL", "SUBLEVEL"};
    constexpr std::size_t kHead = 4096;
    std::array<std::optional<std::uint64_t>, 3> found;
    for (std::string_view line : split_lines(makefile.substr(0, kHead))) {
        const auto equals = line.find('=');
        if (equals == line.npos) continue;
        const auto name = std::ranges::find(kNames, trim(line.substr(0, equals)));
        auto& number = found[static_cast<std::size_t>(name - kNames.begin()) % kNames.size()];
        if (name != kNames.end() && !number) number = parse_dec(trim(line.substr(equals + 1)));
    }
    constexpr std::uint64_t kMost = 1 << 20;
    if (!std::ranges::all_of(found, [](const auto& number) { return number && *number < kMost; }))
        return std::nullopt;
    return std::array{static_cast<std::uint32_t>(*found[0]), static_cast<std::uint32_t>(*found[1]),
                      static_cast<std::uint32_t>(*found[2])};
}

// The folders in which kernels are built say so: "linux-5.4.0", "linux-source-6.1", "kernel-5.14.0-70".
bool names_kernel(std::string_view folders) {
    return folders.find("linux") != folders.npos || folders.find("kernel") != folders.npos;
}

}  // namespace

Result<SourceTree> SourceTree::open(const std::string& folder) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        return fail(folder + (std::filesystem::exists(folder, error) ? ": is no folder with a kernel's source"
                                                                     : ": there is no such folder"));
    SourceTree tree(folder);
    if (auto makefile = read_beneath(folder, "Makefile", kLargestFile)) tree.version_ = version_of(*makefile);
    return tree;
}

// Longer ones first. In a kernel's tree another's file could have the same name: what comes from a folder
// that is no kernel's is not looked up there.
std::vector<std::string> SourceTree::candidates(std::string_view file) const {
    namespace fs = std::filesystem;
    if (file.empty() || file.size() > kLongestPath) return {};
    std::string path = fs::path(file).lexically_normal().string();
    if (path == ".." || path.starts_with("../") || path.ends_with('/')) return {};
    if (!path.starts_with('/')) return {path};
    std::error_code error;
    const std::string own = fs::canonical(folder_, error).string() + "/";
    if (!error && path.starts_with(own)) return {path.substr(own.size())};
    std::vector<std::string> found;
    for (auto slash = path.find('/'); slash != path.npos && found.size() < kMostFolders;
         slash = path.find('/', slash + 1)) {
        const std::string rest = path.substr(slash + 1);
        const bool here =
            version_ ? rest.find('/') != rest.npos && names_kernel(path.substr(0, slash)) : true;
        if (here) found.push_back(rest);
    }
    return found;
}

const std::vector<std::string>* SourceTree::lines(std::string_view file) {
    auto known = files_.find(file);
    if (known == files_.end()) {
        if (files_.size() >= kMostFiles) return nullptr;
        known = files_.emplace(file, std::nullopt).first;
        for (const std::string& path : candidates(file)) {
            auto content = read_beneath(folder_, path, kLargestFile);
            if (!content) continue;
            std::vector<std::string> lines;
            for (std::string_view line : split_lines(*content)) lines.push_back(shown(line));
            known->second = std::move(lines);
            break;
        }
    }
    return known->second ? &*known->second : nullptr;
}

}  // namespace inquest
