#include "knowledge/imported/cna_record.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "knowledge/imported/quoted_crashes.h"
#include "knowledge/imported/subject.h"
#include "knowledge/ranges.h"
#include "knowledge/upstream_version.h"

namespace inquest {
namespace {

constexpr std::size_t kMaxText = 256 << 10;  // of a description
constexpr std::size_t kMaxList = 1000;       // files, or branches, of one record

bool is_version(std::string_view text) {
    static constexpr std::size_t kLongest = 24;
    bool clean = !text.empty() && text.size() <= kLongest &&
                 std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
    return clean && parse_upstream(text).has_value();
}

bool is_commit(std::string_view text) {
    return text.size() == 40 && std::ranges::all_of(text, is_hex) && !std::ranges::any_of(text, is_upper);
}

// nullopt when one of the parts is not what it should be.
std::optional<BranchFix> branch_fix(std::string_view introduced, std::string_view fixed,
                                    std::string_view commit) {
    bool unfixed = fixed == "0";
    if (introduced != "0" && !is_version(introduced)) return std::nullopt;
    if (!unfixed && (!is_version(fixed) || !is_commit(commit))) return std::nullopt;
    return BranchFix{std::string(introduced), std::string(fixed), std::string(unfixed ? "" : commit)};
}

void add_files(ImportedIssue& issue, const Json& list) {
    if (!list.array()) return;
    for (const Json& file : *list.array()) {
        const std::string* path = file.string();
        if (!path || !is_file_name(*path) || issue.files.size() == kMaxList) continue;
        if (std::ranges::find(issue.files, *path) == issue.files.end()) issue.files.push_back(*path);
    }
}

void add_fix(ImportedIssue& issue, std::optional<BranchFix> fix, std::string_view where,
             ImportResult& result) {
    if (!fix) {
        result.problems.push_back(concat({where, ": a range is malformed and was left out"}));
    } else if (issue.fixes.size() < kMaxList) {
        issue.fixes.push_back(std::move(*fix));
    }
}

void read_dyad(ImportedIssue& issue, std::string_view dyad, std::string_view name, ImportResult& result) {
    for (auto line : split_lines(dyad)) {
        line = trim(line);
        if (line.empty() || line.front() == '#') continue;
        auto parts = split(line, ':');
        add_fix(issue,
                parts.size() == 4 ? branch_fix(parts[0], parts[2], parts[3]) : std::optional<BranchFix>(),
                name, result);
    }
}

// What is odd of a whole record.
void take_notes(const ImportedIssue& issue, std::string_view text, ImportResult& result) {
    if (issue.fixes.empty()) result.note("have no versions", issue.id);
    if (std::ranges::any_of(issue.fixes, [](const BranchFix& fix) { return fix.fixed == "0"; }))
        result.note("are not fixed on every branch", issue.id);
    auto mainline = std::ranges::count_if(issue.fixes, [](const BranchFix& fix) {
        auto version = parse_upstream(fix.fixed);
        return fix.fixed != "0" && version && version->is_mainline();
    });
    if (mainline > 1) result.note("have several fixes in mainline", issue.id);
    if (text.size() > kMaxText) result.note("have a text that was cut at 256 KiB", issue.id);
}

}  // namespace

bool is_cve_id(std::string_view text) {
    static constexpr std::string_view kPrefix = "CVE-";
    if (!text.starts_with(kPrefix) || text.size() < 13 || text.size() > 16 || text[8] != '-') return false;
    return std::ranges::all_of(text.substr(4, 4), is_digit) && std::ranges::all_of(text.substr(9), is_digit);
}

std::optional<ImportedIssue> read_cve_record(std::string_view json, std::string_view dyad,
                                             std::string_view name, const EventsOf& events_of,
                                             ImportResult& result) {
    auto wrong = [&](std::string_view why) {
        result.problems.push_back(concat({name, ": ", why}));
        return std::nullopt;
    };
    auto record = parse_json(json);
    if (!record) return wrong(record.error().message());
    ImportedIssue issue;
    issue.id = (*record)["cveMetadata"].text("cveId");
    if (!is_cve_id(issue.id)) return wrong("it has no CVE id");
    const Json& cna = (*record)["containers"]["cna"];
    std::string_view text;
    if (const auto* descriptions = cna["descriptions"].array())
        for (const Json& description : *descriptions)
            if (text.empty() && description.text("lang").starts_with("en")) text = description.text("value");
    if (const auto* affected = cna["affected"].array()) {
        for (const Json& product : *affected) {
            add_files(issue, product["programFiles"]);
            if (!product["versions"].array())
                result.note("have an `affected` entry without versions", issue.id);
        }
    }
    issue.subject = subject_key(cna.text("title"));
    read_dyad(issue, dyad, name, result);
    add_crashes(issue, events_of(std::string_view(text).substr(0, kMaxText)));
    take_notes(issue, text, result);
    return issue;
}

std::optional<ImportedIssue> read_cve_line(std::string_view json, std::string_view name,
                                           const EventsOf& events_of, ImportResult& result) {
    auto wrong = [&](std::string_view why) {
        result.problems.push_back(concat({name, ": ", why}));
        return std::nullopt;
    };
    auto record = parse_json(json);
    if (!record) return wrong(record.error().message());
    ImportedIssue issue;
    issue.id = record->text("cve");
    if (!is_cve_id(issue.id)) return wrong("it has no CVE id");
    issue.subject = subject_key(record->text("title"));
    add_files(issue, (*record)["files"]);
    if (const auto* ranges = (*record)["ranges"].array())
        for (const Json& range : *ranges)
            add_fix(issue,
                    branch_fix(range.text("introduced"), range.text("fixed"), range.text("fixed_commit")),
                    name, result);
    add_crashes(issue, events_of(record->text("text").substr(0, kMaxText)));
    take_notes(issue, record->text("text"), result);
    return issue;
}

}  // namespace inquest
