// Crash reports of one's own that were solved: NAME.yaml says what it was, NAME.log beside it is the log
// (docs/recipes/import-known-issues.md has an example).
#include <algorithm>

#include "base/text.h"
#include "knowledge/imported/quoted_crashes.h"
#include "knowledge/imported/record_files.h"
#include "knowledge/importer.h"
#include "knowledge/map_reader.h"
#include "knowledge/ranges.h"
#include "knowledge/release.h"
#include "knowledge/scheme.h"
#include "knowledge/yaml.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kLongestId = 64;

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= kLongestId &&
           std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

// "fixed: {rhel9: 5.14.0-570.25.1.el9_6, upstream: 6.6.12}"
void read_fixed(const Node& fixed, MapReader& fields, ImportedIssue& issue) {
    if (fixed.type != Node::Type::map) return fields.complain(fixed.line, "`fixed` is no map of versions");
    for (std::size_t i = 0; i < fixed.keys.size(); ++i) {
        const std::string& product = fixed.keys[i];
        const std::string& version = fixed.items[i].text;
        if (!is_known_product(product) || !is_kernel_release(version))
            fields.complain(fixed.items[i].line, "`fixed` has no product and version: " + product);
        else if (product == "upstream")
            issue.fixes.push_back({"0", version, ""});
        else
            issue.vendor.push_back({.product = product, .fixed = version});
    }
}

// The crash that the report is about: the gravest, of several the first.
std::vector<CrashEvent> gravest_of(std::vector<CrashEvent> events) {
    auto rank = [](const CrashEvent& event) { return usual_severity(event.kind); };
    auto found = std::ranges::max_element(events, {}, rank);
    if (found == events.end()) return {};
    return {std::move(*found)};
}

std::optional<ImportedIssue> read_report(const fs::path& path, const EventsOf& events_of,
                                         ImportResult& result) {
    const std::string name = path.filename().string();
    auto wrong = [&](std::string_view why) {
        result.problems.push_back(concat({name, ": ", why}));
        return std::nullopt;
    };
    ImportedIssue issue;
    issue.id = path.stem().string();
    if (!is_id(issue.id)) return wrong("its name is no id: letters, digits, '-', '_' and '.', at most 64");
    auto text = record_text(path);
    auto root = text ? parse_yaml(*text, name) : Result<Node>(fail("unreadable"));
    if (!root) return wrong(root.error().message());
    std::vector<LintProblem> problems;
    MapReader fields(*root, "report", name, problems);
    issue.title = fields.text("title", MapReader::Need::required).substr(0, kLongestText);
    issue.advice = fields.text("advice", MapReader::Need::required).substr(0, kLongestText);
    issue.link = fields.text("link").substr(0, kLongestText);
    for (auto& file : fields.texts("files"))
        if (is_file_name(file)) issue.files.push_back(std::move(file));
    if (const Node* fixed = fields.child("fixed")) read_fixed(*fixed, fields, issue);
    fields.finish();
    if (!problems.empty()) return wrong(problems.front().message);
    auto log = record_text(fs::path(path).replace_extension(".log"));
    if (!log) return wrong("there is no log of that name, or it is larger than 8 MiB");
    add_crashes(issue, gravest_of(events_of(*log)));
    if (issue.crashes.empty()) result.note("have a log without a crash to recognise them by", issue.id);
    return issue;
}

Result<ImportResult> read(const std::string& path, const EventsOf& events_of) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return fail(path + " is no folder of solved reports");
    ImportResult result;
    for (const fs::path& file : files_below(path, ".yaml")) {
        ++result.records;
        if (auto issue = read_report(file, events_of, result)) result.issues.push_back(std::move(*issue));
    }
    if (result.issues.empty()) return fail(path + " holds no solved report that can be used");
    result.source = {"solved reports", std::to_string(result.issues.size()) + " of them", "one's own"};
    return result;
}

}  // namespace

extern const Importer plugin_importers_solved;
const Importer plugin_importers_solved{
    "solved",
    "a folder of crash reports that you solved: NAME.yaml, and NAME.log beside it",
    read,
};

}  // namespace inquest
