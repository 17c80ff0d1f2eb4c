// The kernel's CVE authority (CNA): a checkout of its "vulns" repository, or its records as JSON Lines.
#include <algorithm>

#include "base/text.h"
#include "knowledge/imported/cna_record.h"
#include "knowledge/imported/each_line.h"
#include "knowledge/imported/record_files.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

// cve/published/YEAR/CVE-*.json, each with its .dyad.
void read_checkout(const fs::path& published, const EventsOf& events_of, ImportResult& result) {
    for (const fs::path& year : sorted_entries(published)) {
        for (const fs::path& path : sorted_entries(year)) {
            if (path.extension() != ".json") continue;
            ++result.records;
            const std::string name = path.filename().string();
            auto json = record_text(path);
            if (!json) {
                result.problems.push_back(name + ": unreadable, or larger than 8 MiB");
                continue;
            }
            auto dyad = record_text(fs::path(path).replace_extension(".dyad"));
            if (!dyad) result.problems.push_back(name + ": there is no .dyad with its versions");
            if (auto issue = read_cve_record(*json, dyad.value_or(""), name, events_of, result))
                result.issues.push_back(std::move(*issue));
        }
    }
}

Result<void> read_lines(const std::string& path, const EventsOf& events_of, ImportResult& result) {
    const std::string file = fs::path(path).filename().string();
    auto done = each_line(path, kMaxRecord, [&](std::size_t number, std::optional<std::string_view> line) {
        const std::string name = file + ":" + std::to_string(number);
        if ((line && trim(*line).empty()) || result.records == kMaxRecords) return;
        ++result.records;
        if (!line) {
            result.problems.push_back(name + ": larger than 8 MiB");
        } else if (auto issue = read_cve_line(*line, name, events_of, result)) {
            result.issues.push_back(std::move(*issue));
        }
    });
    if (done || result.records == 0) return done;
    result.problems.push_back(file + ": " + done.error().message());
    return {};
}

Result<ImportResult> read(const std::string& path, const EventsOf& events_of) {
    ImportResult result;
    result.source = {"Linux kernel CNA", "",
                     "Copyright (c) The MITRE Corporation. CVE Terms of Use: "
                     "https://www.cve.org/Legal/TermsOfUse"};
    std::error_code error;
    if (fs::is_directory(path, error)) {
        fs::path published = fs::path(path) / "cve" / "published";
        if (!fs::is_directory(published, error))
            return fail(path + " is no checkout of the vulns repository: it has no cve/published");
        read_checkout(published, events_of, result);
    } else if (auto done = read_lines(path, events_of, result); !done) {
        return std::unexpected(done.error());
    }
    if (result.issues.empty()) return fail(path + " holds no record that can be used");
    // The newest record tells how old a catalogue is; a date would differ from import to import.
    result.source.snapshot = std::to_string(result.issues.size()) + " records, the last " +
                             std::ranges::max(result.issues, {}, &ImportedIssue::id).id;
    return result;
}

}  // namespace

extern const Importer plugin_importers_cna;
const Importer plugin_importers_cna{
    "cna",
    "the CVE records of the Linux kernel: a checkout of its vulns repository, or JSON Lines",
    read,
};

}  // namespace inquest
