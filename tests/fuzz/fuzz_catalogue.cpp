// Any bytes as a catalogue of imported issues, as they are and with their hash made right, and as records
// that an importer reads.
#include <cstdint>
#include <cstring>
#include <string>

#include "knowledge/imported/catalogue.h"
#include "knowledge/imported/cna_record.h"
#include "knowledge/imported/compile.h"
#include "knowledge/imported/describe.h"
#include "knowledge/imported/rank.h"
#include "knowledge/loader.h"
#include "knowledge/packed.h"

using namespace inquest;

namespace {

constexpr std::uint32_t kFew = 16;

void use(const Catalogue& catalogue) {
    CrashShape event{Kind::kasan, "f", {"f", "g", "h", "vfs_read"}};
    auto ranked = rank(catalogue, event);
    rate(ranked);
    for (std::uint32_t issue = 0; issue < std::min(catalogue.issues(), kFew); ++issue) {
        describe({catalogue}, {&catalogue, issue});
        (void)holds_words(catalogue, issue, {"a", "b"});
    }
    (void)catalogue.find("CVE-2021-47011");
    for (std::uint32_t i = 0; i < std::min(catalogue.written(), kFew); ++i) {
        auto written = catalogue.written(i);
        std::vector<LintProblem> problems;
        if (auto root = unpack(written.packed)) read_issue(*root, std::string(written.file), problems);
    }
    for (std::uint32_t i = 0; i < std::min(catalogue.sources(), kFew); ++i) (void)catalogue.source(i);
}

void compile_and_use(ImportedIssue issue) {
    auto bytes = compile({{{"s", "", "n"}}, {issue, ImportedIssue{.id = "CVE-2000-0001"}}, {}, {}});
    if (!bytes) return;
    auto catalogue = Catalogue::read(*bytes);
    if (!catalogue || !catalogue->find(issue.id)) __builtin_trap();
    use(*catalogue);
}

std::vector<CrashEvent> events_of(std::string_view text) {
    CrashEvent event;
    event.ip.symbol = text.substr(0, 40);
    event.ip.module = text.substr(0, 3);
    return {event};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    if (auto catalogue = Catalogue::read(bytes)) use(*catalogue);
    if (size >= sizeof(CatalogueHeader)) {
        CatalogueHeader header;
        std::memcpy(&header, bytes.data(), sizeof header);
        header.magic = kCatalogueMagic;
        header.size = size;
        std::memcpy(bytes.data(), &header, sizeof header);
        header.hash = catalogue_hash(std::string_view(bytes).substr(kHashedFrom));
        std::memcpy(bytes.data(), &header, sizeof header);
        if (auto catalogue = Catalogue::read(bytes)) use(*catalogue);
    }
    std::string_view text(reinterpret_cast<const char*>(data), size);
    auto half = text.find('\n');
    ImportResult result;
    auto record = read_cve_record(text.substr(0, half), half == text.npos ? "" : text.substr(half + 1), "x",
                                  events_of, result);
    if (record) compile_and_use(std::move(*record));
    if (auto line = read_cve_line(text, "x", events_of, result)) compile_and_use(std::move(*line));
    return 0;
}
