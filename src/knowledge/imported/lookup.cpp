#include "knowledge/imported/lookup.h"

#include <algorithm>

#include "knowledge/ranges.h"
#include "knowledge/release.h"
#include "knowledge/upstream_version.h"

namespace inquest {
namespace {

constexpr std::size_t kShort = 12;  // digits that kernel developers quote

// Whether a vendor's kernel had the bug from its first version on: the code that it is built on has it.
bool is_in_base(std::string_view version, const std::vector<AffectedRange>& upstream) {
    auto split = split_release(version);
    auto base = split ? parse_upstream(split->base) : std::nullopt;
    if (!base || upstream.empty()) return true;
    return std::ranges::any_of(upstream, [&](const AffectedRange& range) {
        if (range.introduced.empty()) return true;
        auto introduced = parse_upstream(range.introduced);
        return introduced && introduced->is_mainline() && *introduced <= base->branch();
    });
}

AffectedRange range_of(const Catalogue& catalogue, const VendorFix& fix,
                       const std::vector<AffectedRange>& upstream) {
    using Before = AffectedRange::Before;
    AffectedRange range{.product = fix.product, .fixed = fix.fixed};
    bool in_base = is_in_base(fix.fixed, upstream);
    range.before = fix.own_line ? (in_base ? Before::affected_in_stream : Before::unknown)
                                : (in_base ? Before::affected : Before::affected_in_stream);
    range.evidence = fix.evidence.empty() ? catalogue.source(fix.source).name : fix.evidence;
    return range;
}

}  // namespace

std::optional<ImportedEntry> entry_of(const std::vector<Catalogue>& catalogues, std::string_view id) {
    std::optional<ImportedEntry> supplement;
    for (auto catalogue = catalogues.rbegin(); catalogue != catalogues.rend(); ++catalogue) {
        auto index = catalogue->find(id);
        if (!index) continue;
        if (!catalogue->is_supplement(*index)) return ImportedEntry{&*catalogue, *index};
        if (!supplement) supplement = ImportedEntry{&*catalogue, *index};
    }
    return supplement;
}

bool counts(const std::vector<Catalogue>& catalogues, const ImportedEntry& entry) {
    if (catalogues.size() == 1) return true;
    auto first = entry_of(catalogues, entry.catalogue->id(entry.issue));
    return first && first->catalogue == entry.catalogue && first->issue == entry.issue;
}

std::vector<AffectedRange> ranges_of(const std::vector<Catalogue>& catalogues, const ImportedEntry& entry) {
    auto known = [](std::string_view version) { return version == "0" ? std::string_view() : version; };
    const Catalogue& own = *entry.catalogue;
    std::vector<AffectedRange> ranges;
    auto fixes = own.fixes(entry.issue);
    for (auto i = fixes.first; i < fixes.last; ++i) {
        AffectedRange& range = ranges.emplace_back(AffectedRange{.product = "upstream"});
        range.introduced = known(own.introduced(i));
        range.fixed = known(own.fixed(i));
        // A message without "Fixes:" does not say that the bug was always there.
        if (range.introduced.empty() && is_commit_id(own.id(entry.issue)))
            range.before = AffectedRange::Before::unknown;
        auto commit = own.commit(i);
        if (!commit.empty()) range.evidence = "commit " + commit.substr(0, kShort);
    }
    std::vector<AffectedRange> vendors;
    for (const Catalogue& catalogue : catalogues) {
        auto index = &catalogue == &own ? std::optional(entry.issue) : catalogue.find(own.id(entry.issue));
        if (!index) continue;
        for (const VendorFix& fix : catalogue.vendor(*index))
            vendors.push_back(range_of(catalogue, fix, ranges));
    }
    std::ranges::move(vendors, std::back_inserter(ranges));
    return ranges;
}

}  // namespace inquest
