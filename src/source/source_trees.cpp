#include "source/source_trees.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/scanner.h"

namespace inquest {
namespace {

struct KernelVersion {
    std::uint64_t number[3] = {};
    bool whole = false;  // the third number counts
};

std::optional<KernelVersion> numbers_of(std::string_view text) {
    Scanner scan(text);
    KernelVersion version;
    for (std::size_t i = 0; i < 3; ++i) {
        if (i > 0 && !scan.literal(".")) return i == 2 ? std::optional(version) : std::nullopt;
        auto number = scan.dec();
        if (!number) return std::nullopt;
        version.number[i] = *number;
    }
    // Distributions keep 0 there whatever they have merged ("5.4.0-122-generic").
    version.whole = version.number[2] != 0;
    return version;
}

// Debian says what it built in `uname -v`: "#1 SMP Debian 6.1.176-1 (2026-08-01)".
std::optional<KernelVersion> version_of(const Kernel& kernel) {
    auto release = numbers_of(kernel.release);
    constexpr std::string_view kDebian = "Debian ";
    const auto at = kernel.version.find(kDebian);
    if (release && at != std::string::npos)
        if (auto built = numbers_of(std::string_view(kernel.version).substr(at + kDebian.size()));
            built && built->number[0] == release->number[0] && built->number[1] == release->number[1])
            return built;
    return release;
}

std::string text_of(const KernelVersion& version) {
    return version.whole ? fmt::format("{}.{}.{}", version.number[0], version.number[1], version.number[2])
                         : fmt::format("{}.{}", version.number[0], version.number[1]);
}

}  // namespace

Result<SourceTrees> SourceTrees::open(std::span<const std::string> folders) {
    SourceTrees all;
    for (const std::string& folder : folders) {
        auto tree = SourceTree::open(folder);
        if (!tree) return fail_in("--source", tree);
        all.trees_.push_back(std::move(*tree));
    }
    return all;
}

std::vector<SourceLine> SourceTrees::around(std::string_view file, unsigned line, unsigned before,
                                            unsigned behind) {
    constexpr std::size_t kMostMissing = 256;
    std::vector<SourceLine> found;
    if (file.empty() || line == 0) return found;
    Missing missing{std::string(file), {}, line};
    bool expected = false;
    for (SourceTree& tree : trees_) {
        asked_ = true;
        expected = expected || tree.may_have(file);
        const std::vector<std::string>* lines = tree.lines(file);
        if (lines && line > lines->size()) missing.tree = tree.folder();
        if (!lines || line > lines->size()) continue;
        const unsigned first = line > before ? line - before : 1;
        const auto last = std::min<std::size_t>(lines->size(), std::size_t{line} + behind);
        for (unsigned number = first; number <= last; ++number)
            found.push_back({number, (*lines)[number - 1], number == line});
        return found;
    }
    if (expected && missing_.size() < kMostMissing &&
        std::ranges::find(missing_, file, &Missing::file) == missing_.end())
        missing_.push_back(std::move(missing));
    return found;
}

std::string SourceTrees::sentence(const std::string& release) const {
    const Missing& first = missing_.front();
    std::vector<std::string_view> folders;
    for (const SourceTree& tree : trees_) folders.push_back(tree.folder());
    const std::string named = first.tree.empty() ? fmt::format("{}", fmt::join(folders, ", ")) : first.tree;
    const bool one = folders.size() == 1 || !first.tree.empty();
    const std::string lacks = first.tree.empty()
                                  ? fmt::format("{} {} {}", named, one ? "has no" : "have no", first.file)
                                  : fmt::format("{} has no line {} in {}", named, first.line, first.file);
    const std::string more =
        missing_.size() > 1 ? fmt::format(", nor {} more of the files", missing_.size() - 1) : "";
    return fmt::format("{}{}: {} the source of {}?", lacks, more, one ? "is it" : "are they",
                       release.empty() ? "this kernel" : release);
}

std::vector<std::string> SourceTrees::take_problems(const Kernel& kernel) {
    std::vector<std::string> sentences;
    const auto version = version_of(kernel);
    for (const SourceTree& tree : trees_) {
        if (!asked_ || !version || !tree.version()) continue;
        const auto& own = *tree.version();
        const bool same = own[0] == version->number[0] && own[1] == version->number[1] &&
                          (!version->whole || own[2] == version->number[2]);
        if (!same)
            sentences.push_back(
                fmt::format("{} is the source of Linux {}.{}.{}, the kernel {} is {}: lines may differ",
                            tree.folder(), own[0], own[1], own[2], kernel.release, text_of(*version)));
    }
    if (!missing_.empty()) sentences.push_back(sentence(kernel.release));
    missing_.clear();
    asked_ = false;
    return sentences;
}

}  // namespace inquest
