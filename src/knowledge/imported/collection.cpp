#include "knowledge/imported/collection.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "knowledge/scheme.h"

namespace inquest {
namespace {

constexpr std::size_t kMostCrashes = 8;
constexpr std::size_t kMostVendorFixes = 256;

std::vector<std::string> copies(const std::vector<std::string_view>& views) {
    return {views.begin(), views.end()};
}

ImportedIssue issue_of(const Catalogue& catalogue, std::uint32_t index) {
    ImportedIssue issue;
    issue.id = catalogue.id(index);
    issue.files = copies(catalogue.files(index));
    issue.modules = copies(catalogue.modules(index));
    issue.subject = catalogue.subject(index);
    issue.source = catalogue.source_of(index);
    issue.title = catalogue.note(index, Note::title);
    issue.advice = catalogue.note(index, Note::advice);
    issue.link = catalogue.note(index, Note::link);
    auto fixes = catalogue.fixes(index);
    for (auto fix = fixes.first; fix < fixes.last; ++fix)
        issue.fixes.push_back({std::string(catalogue.introduced(fix)), std::string(catalogue.fixed(fix)),
                               catalogue.commit(fix)});
    issue.vendor = catalogue.vendor(index);
    auto crashes = catalogue.crashes_of(index);
    for (auto crash = crashes.first; crash < crashes.last; ++crash) {
        CrashShape& shape = issue.crashes.emplace_back();
        shape.kind = catalogue.kind(crash);
        if (auto guilty = catalogue.guilty(crash)) shape.guilty = catalogue.name(*guilty);
        for (auto function : catalogue.frames(crash)) shape.functions.emplace_back(catalogue.name(function));
    }
    return issue;
}

// Which issue has a subject: its place among ids, or none when several have it.
using Subjects = std::unordered_map<std::uint64_t, std::optional<std::string>>;

void enter(Subjects& subjects, std::uint64_t subject, std::string_view id) {
    if (subject == 0) return;
    auto [place, fresh] = subjects.try_emplace(subject, std::string(id));
    if (!fresh && place->second != id) place->second.reset();
}

bool has_substance(const ImportedIssue& issue) {
    return !issue.fixes.empty() || !issue.crashes.empty() || !issue.files.empty() || !issue.title.empty();
}

// `later` is the newer word on the same issue.
void merge(ImportedIssue& issue, ImportedIssue&& later) {
    auto take = [](auto& old, auto& fresh) {
        if (!fresh.empty()) old = std::move(fresh);
    };
    if (has_substance(later)) issue.source = later.source;
    take(issue.fixes, later.fixes);
    take(issue.files, later.files);
    take(issue.modules, later.modules);
    take(issue.crashes, later.crashes);
    take(issue.title, later.title);
    take(issue.advice, later.advice);
    take(issue.link, later.link);
    if (later.subject != 0) issue.subject = later.subject;
    std::ranges::move(later.vendor, std::back_inserter(issue.vendor));
}

std::string line_of(const VendorFix& fix) {
    const auto* scheme = scheme_of(fix.product);
    return scheme && scheme->stream_of ? scheme->stream_of(fix.fixed) : std::string();
}

// Whether `a` came before `b`, as their distribution counts.
bool is_older(const VendorFix& a, const VendorFix& b) {
    const auto* scheme = scheme_of(a.product);
    if (!scheme) return false;
    KernelPackage package;
    package.product = a.product;
    package.version = a.fixed;
    package.upstream = a.fixed;
    package.exact = true;
    return scheme->compare(package, b.fixed) < 0;
}

void keep_last_of_each_line(std::vector<VendorFix>& fixes) {
    std::map<std::pair<std::string, std::string>, VendorFix> last;
    for (VendorFix& fix : fixes) {
        std::pair key(fix.product, line_of(fix));
        auto [place, fresh] = last.try_emplace(key, fix);
        // What tells of all lines outweighs what tells of its own.
        bool better = place->second.own_line && !fix.own_line && place->second.fixed == fix.fixed;
        if (!fresh && (better || is_older(place->second, fix))) place->second = std::move(fix);
    }
    fixes.clear();
    for (auto& [key, fix] : last)
        if (fixes.size() < kMostVendorFixes) fixes.push_back(std::move(fix));
}

// An issue that only its commit names becomes the one that lists this commit.
void name_by_commits(std::vector<ImportedIssue>& issues) {
    std::unordered_map<std::string, std::string> owner;
    for (const ImportedIssue& issue : issues)
        if (!is_commit_id(issue.id))
            for (const BranchFix& fix : issue.fixes)
                if (!fix.commit.empty()) owner.try_emplace(fix.commit, issue.id);
    for (ImportedIssue& issue : issues) {
        if (!is_commit_id(issue.id)) continue;
        for (const BranchFix& fix : issue.fixes) {
            auto found = owner.find(fix.commit);
            if (found == owner.end()) continue;
            issue.id = found->second;
            // The other source's ranges rest on more than the tags of one clone.
            issue.fixes.clear();
            issue.files.clear();
            break;
        }
    }
}

}  // namespace

bool is_commit_id(std::string_view id) { return id.starts_with(kCommitId); }

Collection contents_of(const Catalogue& catalogue) {
    Collection all;
    for (std::uint32_t i = 0; i < catalogue.sources(); ++i) all.sources.push_back(catalogue.source(i));
    for (std::uint32_t i = 0; i < catalogue.issues(); ++i) all.issues.push_back(issue_of(catalogue, i));
    for (std::uint32_t i = 0; i < catalogue.written(); ++i) {
        auto one = catalogue.written(i);
        all.written.push_back({std::string(one.file), std::string(one.packed), one.built_in});
    }
    return all;
}

void append(Collection& to, Collection&& more) {
    std::vector<std::uint32_t> number;
    for (CatalogueSource& source : more.sources) {
        auto known = std::ranges::find(to.sources, source);
        number.push_back(static_cast<std::uint32_t>(known - to.sources.begin()));
        if (known == to.sources.end()) to.sources.push_back(std::move(source));
    }
    auto renumber = [&](std::uint32_t& source) { source = source < number.size() ? number[source] : 0; };
    for (ImportedIssue& issue : more.issues) {
        renumber(issue.source);
        for (VendorFix& fix : issue.vendor) renumber(fix.source);
        to.issues.push_back(std::move(issue));
    }
    for (ChangelogFact& fact : more.facts) {
        renumber(fact.fix.source);
        to.facts.push_back(std::move(fact));
    }
    for (WrittenIssue& written : more.written) {
        // Of what came with programs the first counts, which is this program's own.
        bool known = written.built_in &&
                     std::ranges::find(to.written, written.file, &WrittenIssue::file) != to.written.end();
        if (!known) to.written.push_back(std::move(written));
    }
}

Joined join_facts(Collection& collection, const std::vector<Catalogue>& known) {
    Joined joined;
    Subjects subjects;
    for (const ImportedIssue& issue : collection.issues) enter(subjects, issue.subject, issue.id);
    for (const Catalogue& catalogue : known)
        for (std::uint32_t i = 0; i < catalogue.issues(); ++i)
            enter(subjects, catalogue.subject(i), catalogue.id(i));
    std::map<std::string, ImportedIssue> found;
    auto give = [&](const std::string& id, const VendorFix& fix) {
        ImportedIssue& issue = found[id];
        issue.id = id;
        issue.source = fix.source;
        issue.vendor.push_back(fix);
    };
    for (const ChangelogFact& fact : collection.facts) {
        for (const std::string& cve : fact.cves) give(cve, fact.fix);
        if (!fact.cves.empty()) ++joined.by_cve;
        // One fix may have an id of the distribution's and another of the kernel's own authority.
        auto owner = fact.subject == 0 ? subjects.end() : subjects.find(fact.subject);
        bool owned = owner != subjects.end() && owner->second;
        if (!owned || std::ranges::find(fact.cves, *owner->second) != fact.cves.end()) continue;
        give(*owner->second, fact.fix);
        if (fact.cves.empty()) ++joined.by_subject;
    }
    collection.facts.clear();
    for (auto& [id, issue] : found) collection.issues.push_back(std::move(issue));
    return joined;
}

void unite(Collection& collection) {
    name_by_commits(collection.issues);
    std::ranges::stable_sort(collection.issues, {}, &ImportedIssue::id);
    std::vector<ImportedIssue> unique;
    for (ImportedIssue& issue : collection.issues) {
        if (!unique.empty() && unique.back().id == issue.id)
            merge(unique.back(), std::move(issue));
        else
            unique.push_back(std::move(issue));
    }
    for (ImportedIssue& issue : unique) {
        keep_last_of_each_line(issue.vendor);
        if (issue.crashes.size() > kMostCrashes) issue.crashes.resize(kMostCrashes);
    }
    collection.issues = std::move(unique);
}

}  // namespace inquest
