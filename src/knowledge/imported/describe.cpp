#include "knowledge/imported/describe.h"

#include <algorithm>

#include "base/text.h"
#include "knowledge/ranges.h"
#include "knowledge/upstream_version.h"
#include "knowledge/version.h"

namespace inquest {
namespace {

constexpr std::size_t kShownFrames = 12;

std::string_view folder_of(std::string_view file) {
    auto slash = file.rfind('/');
    return slash == file.npos ? std::string_view() : file.substr(0, slash);
}

// "CVE-2022-48920: warning in btrfs_put_transaction, the fix is in fs/btrfs/transaction.c"
std::string title_of(const Catalogue& catalogue, std::uint32_t issue,
                     const std::vector<std::string_view>& files) {
    std::string title(catalogue.id(issue));
    if (auto crashes = catalogue.crashes_of(issue); crashes.size() > 0) {
        title += concat({": ", name_of(catalogue.kind(crashes.first))});
        if (auto guilty = catalogue.guilty(crashes.first)) title += concat({" in ", catalogue.name(*guilty)});
    }
    if (!files.empty()) title += concat({", the fix is in ", files.front()});
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
    auto fixes = catalogue.fixes(index);
    for (auto i = fixes.first; i < fixes.last; ++i) {
        UpstreamCommit fix;
        fix.commit = catalogue.commit(i);
        if (fix.commit.empty()) continue;
        if (catalogue.fixed(i) != "0") fix.mainline = catalogue.fixed(i);
        issue.upstream.push_back(std::move(fix));
    }
}

std::string files_in_words(const std::vector<std::string_view>& files) {
    static constexpr std::size_t kShown = 4;
    std::string text;
    for (std::size_t i = 0; i < files.size() && i < kShown; ++i)
        text += concat({i > 0 ? ", " : "", files[i]});
    return files.size() > kShown ? text + " and others" : text;
}

// What kind of record there is, since nobody has explained the bug here.
std::string cause_of(const Catalogue& catalogue, std::uint32_t index, const std::string& id,
                     const std::vector<std::string_view>& files) {
    std::string cause;
    if (catalogue.is_supplement(index)) {
        return concat({"A bug of the kernel that was published as ", id,
                       ". Only the versions that fixed it are known here; its references tell more."});
    }
    if (is_commit_id(id)) {
        cause = "A bug of the upstream kernel that a commit mends whose message quotes a crash. ";
    } else if (id.starts_with("CVE-")) {
        cause =
            concat({"A bug of the upstream kernel that was published as ", id, " with its fix",
                    catalogue.crashes_of(index).size() > 0 ? ", whose description quotes a crash. " : ". "});
    } else {
        return concat({"A crash that was solved before, as ",
                       catalogue.source(catalogue.source_of(index)).name, " has it on record."});
    }
    cause += "What is wrong and how the fix mends it, the commit tells.";
    if (files.empty()) return cause + " The fix touches files that are not known.";
    return cause + " The fix touches " + files_in_words(files) + ".";
}

void add_references(const Catalogue& catalogue, std::uint32_t index, Issue& issue) {
    if (issue.id.starts_with("CVE-"))
        issue.references.push_back({issue.id, "https://www.cve.org/CVERecord?id=" + issue.id});
    if (const auto* fix = fix_for(issue, ""))
        issue.references.push_back({"the fix", "https://git.kernel.org/stable/c/" + fix->commit});
    if (auto link = catalogue.note(index, Note::link); !link.empty())
        issue.references.push_back({std::string(link), std::string(link)});
}

// The sources that said something of it, each once, joined by `separator`.
void add_provenance(const std::vector<Catalogue>& catalogues, const ImportedEntry& entry, Issue& issue) {
    auto add = [](std::string& to, const std::string& text) {
        if (text.empty() || to.find(text) != std::string::npos) return;
        if (!to.empty()) to += "; ";
        to += text;
    };
    auto add_source = [&](const Catalogue& catalogue, std::uint32_t number) {
        auto source = catalogue.source(number);
        add(issue.provenance, source.snapshot.empty() ? source.name : source.name + ", " + source.snapshot);
        add(issue.licence, source.notice);
    };
    add_source(*entry.catalogue, entry.catalogue->source_of(entry.issue));
    for (const Catalogue& catalogue : catalogues)
        if (auto index = catalogue.find(issue.id))
            for (const VendorFix& fix : catalogue.vendor(*index)) add_source(catalogue, fix.source);
}

}  // namespace

Issue describe(const std::vector<Catalogue>& catalogues, const ImportedEntry& entry) {
    Issue issue;
    const auto& [own, index] = entry;
    const Catalogue& catalogue = *own;
    const auto files = catalogue.files(index);
    const auto crashes = catalogue.crashes_of(index);
    const auto title = catalogue.note(index, Note::title);
    issue.id = catalogue.id(index);
    issue.title = title.empty() ? title_of(catalogue, index, files) : concat({issue.id, ": ", title});
    issue.area = files.empty() ? "" : folder_of(files.front());
    issue.severity = Severity::warning;
    if (crashes.size() > 0) {
        issue.severity = usual_severity(catalogue.kind(crashes.first));
        issue.signature = signature_of(catalogue, crashes.first);
    }
    issue.cause = cause_of(catalogue, index, issue.id, files);
    issue.affected = ranges_of(catalogues, entry);
    add_fixes(catalogue, index, issue);
    if (auto advice = catalogue.note(index, Note::advice); !advice.empty())
        issue.remedies.push_back({.action = std::string(advice)});
    add_references(catalogue, index, issue);
    add_provenance(catalogues, entry, issue);
    issue.confidence = 1;
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
