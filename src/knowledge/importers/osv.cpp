// Advisories of distributions in the OSV schema, as AlmaLinux and others publish them.
#include <algorithm>

#include "base/text.h"
#include "knowledge/imported/each_line.h"
#include "knowledge/imported/osv_record.h"
#include "knowledge/imported/record_files.h"
#include "knowledge/ranges.h"

namespace inquest {
namespace {

namespace fs = std::filesystem;

void read_folder(const std::string& path, ImportResult& result) {
    for (const fs::path& file : files_below(path, ".json")) {
        ++result.records;
        const std::string name = file.filename().string();
        if (auto json = record_text(file))
            read_osv_record(*json, name, result);
        else
            result.problems.push_back(name + ": unreadable, or larger than 8 MiB");
    }
}

// One advisory, or one a line.
Result<void> read_file(const std::string& path, ImportResult& result) {
    const std::string file = fs::path(path).filename().string();
    if (auto text = path.ends_with(".json") ? record_text(path) : std::nullopt) {
        ++result.records;
        read_osv_record(*text, file, result);
        return {};
    }
    auto done = each_line(path, kMaxRecord, [&](std::size_t number, std::optional<std::string_view> line) {
        const std::string name = file + ":" + std::to_string(number);
        if ((line && trim(*line).empty()) || result.records == kMaxRecords) return;
        ++result.records;
        if (line)
            read_osv_record(*line, name, result);
        else
            result.problems.push_back(name + ": larger than 8 MiB");
    });
    if (done || result.records == 0) return done;
    result.problems.push_back(file + ": " + done.error().message());
    return {};
}

// Its terms go with what is taken from it.
CatalogueSource source_of(const ImportResult& result) {
    auto of_almalinux = [](const ChangelogFact& fact) {
        return fact.fix.evidence.starts_with("ALSA-") || fact.fix.evidence.starts_with("ALBA-");
    };
    if (std::ranges::all_of(result.facts, of_almalinux))
        return {"AlmaLinux advisories", "",
                "Copyright (c) 2023 AlmaLinux OS, MIT License: "
                "https://github.com/AlmaLinux/osv-database/blob/master/LICENSE"};
    return {"OSV advisories", "", "facts out of a distribution's advisories"};
}

Result<ImportResult> read(const std::string& path, const EventsOf&) {
    ImportResult result;
    std::error_code error;
    if (fs::is_directory(path, error)) {
        read_folder(path, result);
    } else if (auto done = read_file(path, result); !done) {
        return std::unexpected(done.error());
    }
    if (result.facts.empty()) return fail(path + " holds no advisory about a kernel that can be used");
    result.source = source_of(result);
    auto last =
        std::ranges::max_element(result.facts, {}, [](const auto& fact) { return fact.fix.evidence; });
    result.source.snapshot =
        std::to_string(result.facts.size()) + " kernel updates, the last " + last->fix.evidence;
    return result;
}

}  // namespace

extern const Importer plugin_importers_osv;
const Importer plugin_importers_osv{
    "osv",
    "a distribution's advisories as OSV JSON (AlmaLinux's osv-database): a folder, a file, or JSON Lines",
    read,
};

}  // namespace inquest
