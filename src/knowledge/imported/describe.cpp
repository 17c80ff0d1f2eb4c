#include "knowledge/imported/describe.h"

#include <algorithm>

#include "base/text.h"
#include "knowledge/ranges.h"
#include "knowledge/upstream_version.h"
#include "knowledge/version.h"

namespace inquest {
namespace {

constexpr std::size_t kShownFrames = 12;
constexpr std::size_t kShort = 12;  // digits that kernel developers quote

std::string_view folder_of(std::string_view file) {
    auto slash = file.rfind('/');
    return slash == file.npos ? std::string_view() : file.substr(0, slash);
}

// "CVE-2022-48920: warning in btrfs_put_transaction, fixed in fs/btrfs/transaction.c"
std::string title_of(const Catalogue& catalogue, std::uint32_t issue,
                     const std::vector<std::string_view>& files) {
    std::string title(catalogue.id(issue));
    if (auto crashes = catalogue.crashes_of(issue); crashes.size() > 0) {
        title += concat({": ", name_of(catalogue.kind(crashes.first))});
        if (auto guilty = catalogue.guilty(crashes.first)) title += concat({" in ", catalogue.name(*guilty)});
    }
    if (!files.empty()) title += concat({", fixed in ", files.front()});
    if (files.size() > 1) title += " and " + std::to_string(files.size() - 1) + " more";
    return title;
}

std::vector<Condition> signature_of(const Catalogue& catalogue, std::uint32_t crash) {
    Condition kind{.type = Condition::Type::kind, .role = Condition::Role::supporting};
    kind.any.emplace_back(name_of(catalogue.kind(crash)));
    Condition frames{.type = Condition::Type::frames};
    for (auto function : catalogue.frames(crash))
        if (frames.any.size() < kShownFrames) frames.any.emplace_back(catalogue.name(function));
    return {std::move(kind), std::move(frames)};
}

void add_fixes(const Catalogue& catalogue, std::uint32_t index, Issue& issue) {
    issue.affected = ranges_of(catalogue, index);
    auto fixes = catalogue.fixes(index);
    for (std::uint32_t i = 0; i < issue.affected.size(); ++i) {
        UpstreamCommit fix;
        fix.commit = catalogue.commit(fixes.first + i);
        fix.mainline = issue.affected[i].fixed;
        if (fix.commit.empty()) continue;
        issue.affected[i].evidence = "commit " + fix.commit.substr(0, kShort);
        issue.upstream.push_back(std::move(fix));
    }
}

}  // namespace

std::vector<AffectedRange> ranges_of(const Catalogue& catalogue, std::uint32_t issue) {
    auto known = [](std::string_view version) { return version == "0" ? std::string_view() : version; };
    std::vector<AffectedRange> ranges;
    auto fixes = catalogue.fixes(issue);
    for (auto i = fixes.first; i < fixes.last; ++i) {
        AffectedRange& range = ranges.emplace_back(AffectedRange{.product = "upstream"});
        range.introduced = known(catalogue.introduced(i));
        range.fixed = known(catalogue.fixed(i));
    }
    return ranges;
}

Issue describe(const Catalogue& catalogue, std::uint32_t index) {
    Issue issue;
    const auto files = catalogue.files(index);
    const auto crashes = catalogue.crashes_of(index);
    issue.id = catalogue.id(index);
    issue.title = title_of(catalogue, index, files);
    issue.area = files.empty() ? "" : folder_of(files.front());
    issue.severity = Severity::warning;
    if (crashes.size() > 0) {
        issue.severity = usual_severity(catalogue.kind(crashes.first));
        issue.signature = signature_of(catalogue, crashes.first);
    }
    issue.cause = concat({"A bug of the upstream kernel that was published as ", issue.id, " with its fix",
                          crashes.size() > 0 ? ", whose description quotes a crash. " : ". ",
                          "What is wrong and how the fix mends it, the commit tells."});
    issue.cause += " The fix touches " + std::string(files.empty() ? "files that are not known" : "");
    for (std::size_t i = 0; i < files.size() && i < 4; ++i)
        issue.cause += concat({i > 0 ? ", " : "", files[i]});
    issue.cause += files.size() > 4 ? " and others." : ".";
    add_fixes(catalogue, index, issue);
    issue.references.push_back({issue.id, "https://www.cve.org/CVERecord?id=" + issue.id});
    if (const auto* fix = fix_for(issue, ""))
        issue.references.push_back({"the fix", "https://git.kernel.org/stable/c/" + fix->commit});
    issue.confidence = 1;
    issue.provenance = concat({catalogue.source(), ", ", catalogue.snapshot()});
    issue.licence = catalogue.notice();
    return issue;
}

const UpstreamCommit* fix_for(const Issue& described, std::string_view upstream_version) {
    auto wanted = parse_upstream(upstream_version);
    const UpstreamCommit* mainline = nullptr;
    for (const UpstreamCommit& fix : described.upstream) {
        auto version = parse_upstream(fix.mainline);
        if (!version) continue;
        if (wanted && version->branch() == wanted->branch()) return &fix;
        if (version->is_mainline()) mainline = &fix;
    }
    return mainline;
}

bool holds_words(const Catalogue& catalogue, std::uint32_t issue, const std::vector<std::string>& words) {
    std::vector<std::string_view> names = catalogue.files(issue);
    names.push_back(catalogue.id(issue));
    for (auto module : catalogue.modules(issue)) names.push_back(module);
    auto crashes = catalogue.crashes_of(issue);
    for (auto crash = crashes.first; crash < crashes.last; ++crash)
        for (auto function : catalogue.frames(crash)) names.push_back(catalogue.name(function));
    return std::ranges::all_of(words, [&](const std::string& word) {
        return std::ranges::any_of(names,
                                   [&](std::string_view name) { return contains_ignoring_case(name, word); });
    });
}

}  // namespace inquest
