#include "knowledge/imported/changelog.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <ranges>

#include "base/text.h"
#include "knowledge/imported/cna_record.h"
#include "knowledge/imported/each_line.h"
#include "knowledge/imported/subject.h"
#include "knowledge/ranges.h"
#include "knowledge/scheme.h"

namespace inquest {
namespace {

constexpr std::size_t kMostFacts = 2'000'000;
constexpr std::size_t kMostCves = 64;  // of one line

// A fix as the changelog tells its story.
struct Story {
    std::uint64_t subject = 0;
    std::vector<std::string> cves;
    const ChangelogEntry* brought = nullptr;  // null: taken back
};

// What a version does to a fix: brings it (above 0), takes it back (below), or both (0).
struct Change {
    int sum = 0;
    std::vector<std::string> cves;
};

std::string key_of(const ChangelogLine& line) { return normal_subject(line.subject); }

void add_cves(std::vector<std::string>& to, const std::vector<std::string>& more) {
    for (const auto& cve : more)
        if (std::ranges::find(to, cve) == to.end() && to.size() < kMostCves) to.push_back(cve);
}

}  // namespace

std::vector<std::string> cves_in(std::string_view text) {
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = text.find("CVE-", at)) != text.npos; at += 4) {
        auto end = at + 4;
        while (end < text.size() && (is_digit(text[end]) || text[end] == '-')) ++end;
        auto id = text.substr(at, end - at);
        while (id.ends_with('-')) id.remove_suffix(1);
        if (is_cve_id(id)) add_cves(found, {std::string(id)});
    }
    return found;
}

ChangelogLine changelog_line(std::string_view text) {
    static constexpr std::string_view kRevert = "revert \"";
    ChangelogLine line;
    line.subject = trim(text);
    auto normal = normal_subject(text);
    if (normal.starts_with(kRevert)) {
        line.reverts = true;
        auto end = normal.rfind('"');
        auto start = kRevert.size();
        line.subject = normal.substr(start, end > start ? end - start : normal.npos);
        return line;
    }
    line.cves = cves_in(text);
    return line;
}

void add_facts(const std::vector<ChangelogEntry>& entries, ImportResult& result) {
    std::map<std::string, Story> stories;
    for (const ChangelogEntry& entry : entries | std::views::reverse) {
        ++result.records;
        if (entry.product.empty()) {
            result.note("are of a product that their version does not name", entry.version);
            continue;
        }
        std::map<std::string, Change> changes;
        for (const ChangelogLine& line : entry.lines) {
            Change& change = changes[key_of(line)];
            change.sum += line.reverts ? -1 : 1;
            add_cves(change.cves, line.cves);
        }
        for (auto& [key, change] : changes) {
            if (change.sum == 0 || (change.sum < 0 && !stories.contains(key))) continue;
            if (stories.size() >= kMostFacts && !stories.contains(key)) continue;
            Story& story = stories[key];
            story.subject = subject_key(key);
            add_cves(story.cves, change.cves);
            story.brought = change.sum > 0 ? &entry : nullptr;
        }
    }
    for (auto& [key, story] : stories) {
        if (!story.brought) {
            result.note("were taken back", story.cves.empty() ? key : story.cves.front());
        } else if (story.subject != 0 || !story.cves.empty()) {
            result.facts.push_back({std::move(story.cves), story.subject,
                                    VendorFix{.product = story.brought->product,
                                              .fixed = story.brought->version,
                                              .evidence = "changelog",
                                              .own_line = true}});
        }
    }
}

ProductPath product_path(const std::string& argument) {
    auto equals = argument.find('=');
    auto product = argument.substr(0, equals);
    if (equals == argument.npos || !is_known_product(product)) return {"", argument};
    return {product, argument.substr(equals + 1)};
}

Result<ImportResult> read_changelog(const std::string& path, ChangelogReader& reader,
                                    CatalogueSource source) {
    static constexpr std::size_t kLongestLine = 1 << 16;
    ImportResult result;
    const std::string file = std::filesystem::path(path).filename().string();
    auto done = each_line(path, kLongestLine, [&](std::size_t number, std::optional<std::string_view> line) {
        if (line)
            reader.take(*line);
        else
            result.problems.push_back(concat({file, ":", std::to_string(number), ": longer than 64 KiB"}));
    });
    auto entries = reader.finish();
    if (!done && entries.empty()) return std::unexpected(done.error());
    if (!done) result.problems.push_back(file + ": " + done.error().message());
    if (entries.empty()) return fail(path + " holds no entry of a changelog");
    add_facts(entries, result);
    if (result.facts.empty())
        return fail(path + " holds no fix of a product that is known; PRODUCT=PATH says whose it is");
    result.source = std::move(source);
    std::string product;
    for (const ChangelogEntry& entry : entries)
        if (product.empty()) product = entry.product;
    auto newest = std::ranges::find(entries, product, &ChangelogEntry::product);
    result.source.name = concat({"changelog of ", product, " kernels"});
    result.source.snapshot = "up to " + newest->version;
    return result;
}

}  // namespace inquest
