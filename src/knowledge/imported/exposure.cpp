#include "knowledge/imported/exposure.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/text.h"
#include "knowledge/imported/describe.h"
#include "knowledge/kbuild_options.h"
#include "knowledge/ranges.h"

namespace inquest {
namespace {

using Names = std::set<std::string, std::less<>>;

// The kernel takes '-' and '_' in a module's name for the same.
std::string normal(std::string_view name) { return replace_all(std::string(name), "-", "_"); }

// "mlx5_core" of "drivers/net/ethernet/mellanox/mlx5/core/main.c"
bool is_named_after(std::string_view module, std::string_view file) {
    static constexpr std::size_t kShortest = 4;
    return std::ranges::any_of(split(file, '/'), [&](std::string_view part) {
        part = part.substr(0, part.find('.'));
        return part.size() >= kShortest && module.starts_with(part);
    });
}

// The loaded module that the issue is about: one that is named as a file of the fix or its folder, or whose
// code a quoted crash was in if its name has to do with the fix; "" none.
std::string loaded_module(const Catalogue& catalogue, std::uint32_t issue, const Names& loaded) {
    if (loaded.empty()) return {};
    for (auto file : catalogue.files(issue)) {
        auto parts = split(file, '/');
        auto stem = normal(parts.back().substr(0, parts.back().find('.')));
        if (loaded.contains(stem)) return stem;
        if (parts.size() < 3) continue;
        if (auto folder = normal(parts[parts.size() - 2]); loaded.contains(folder)) return folder;
    }
    for (auto module : catalogue.modules(issue))
        for (auto file : catalogue.files(issue))
            if (loaded.contains(normal(module)) && is_named_after(module, file)) return std::string(module);
    return {};
}

// Code that every kernel runs.
bool is_core(const Catalogue& catalogue, std::uint32_t issue) {
    static constexpr std::string_view kFolders[] = {"kernel/", "mm/", "lib/", "block/", "ipc/", "net/core/"};
    auto files = catalogue.files(issue);
    return std::ranges::any_of(files, [](std::string_view file) {
        bool of_vfs = file.starts_with("fs/") && file.find('/', 3) == file.npos;
        return of_vfs || std::ranges::any_of(kFolders, [&](auto folder) { return file.starts_with(folder); });
    });
}

// An issue of a header or of a file that nobody knows stays in.
bool is_left_out(const Catalogue& catalogue, std::uint32_t issue, const KernelConfig& config) {
    auto files = catalogue.files(issue);
    return !files.empty() && std::ranges::all_of(files, [&](std::string_view file) {
        return KbuildOptions::built_in().leaves_out(file, config);
    });
}

struct Found {
    const Catalogue* catalogue;
    std::uint32_t issue;
    IssueStatus status;
    std::string module;
    bool core, crash;
};

// By number, so that CVE-2024-9999 is older than CVE-2024-10000.
bool comes_before(const Found& a, const Found& b) {
    auto key = [](const Found& found) {
        bool loaded = !found.module.empty();
        return std::tuple(found.status != IssueStatus::affected, !loaded, !loaded && !found.core,
                          !found.crash);
    };
    if (key(a) != key(b)) return key(a) < key(b);
    auto first = a.catalogue->id(a.issue);
    auto second = b.catalogue->id(b.issue);
    auto year = [](std::string_view id) { return id.substr(0, 8); };
    if (year(first) != year(second)) return year(first) > year(second);
    return first.size() != second.size() ? first.size() > second.size() : first > second;
}

std::string relevance_of(const Found& found) {
    if (!found.module.empty()) return concat({"module ", found.module, " is loaded"});
    return found.core ? "it is in the core of the kernel" : "";
}

}  // namespace

ImportedExposure imported_exposure(const std::vector<Catalogue>& catalogues, const Kernel& kernel,
                                   const std::vector<std::string>& modules, std::size_t limit,
                                   const KernelConfig* config) {
    ImportedExposure exposure;
    Names loaded;
    for (const auto& module : modules) loaded.insert(normal(module));
    const auto package = identify_kernel(kernel.release, kernel.version);
    std::vector<Found> all;
    for (auto catalogue = catalogues.rbegin(); catalogue != catalogues.rend(); ++catalogue) {
        for (std::uint32_t issue = 0; issue < catalogue->issues(); ++issue) {
            ImportedEntry entry{&*catalogue, issue};
            if (!counts(catalogues, entry)) continue;
            auto status = is_affected(package, ranges_of(catalogues, entry)).status;
            bool crash = catalogue->crashes_of(issue).size() > 0;
            bool affected = status == IssueStatus::affected;
            bool unknown = status == IssueStatus::unknown;
            if (config && (affected || unknown) && is_left_out(*catalogue, issue, *config)) {
                ++exposure.not_built;
                continue;
            }
            (affected ? exposure.affected : unknown ? exposure.unknown : exposure.safe) += 1;
            if (affected && crash) ++exposure.with_crash;
            if (!affected && !unknown) continue;
            Found found{&*catalogue,
                        issue,
                        status,
                        loaded_module(*catalogue, issue, loaded),
                        is_core(*catalogue, issue),
                        crash};
            if (affected || !found.module.empty()) all.push_back(std::move(found));
        }
    }
    if (exposure.affected > 0)
        std::erase_if(all, [](const Found& f) { return f.status != IssueStatus::affected; });
    auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(limit, all.size()));
    std::partial_sort(all.begin(), end, all.end(), comes_before);
    all.erase(end, all.end());
    for (const Found& found : all) {
        Issue issue = describe(catalogues, {found.catalogue, found.issue});
        auto answer = is_affected(package, issue.affected);
        exposure.nearest.push_back({std::move(issue), std::move(answer), relevance_of(found)});
    }
    return exposure;
}

}  // namespace inquest
