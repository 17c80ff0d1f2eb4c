// Any bytes as what each importer reads: a file for those that take one, a record or a message for the
// others. What comes out is compiled and read again.
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>

#include "knowledge/imported/commit_message.h"
#include "knowledge/imported/compile.h"
#include "knowledge/imported/describe.h"
#include "knowledge/imported/git.h"
#include "knowledge/imported/osv_record.h"
#include "knowledge/importer.h"

using namespace inquest;

namespace {

std::vector<CrashEvent> events_of(std::string_view text) {
    CrashEvent event;
    event.ip.symbol = text.substr(0, 40);
    return {event};
}

void compile_and_use(ImportResult&& result) {
    Collection all{{result.source}, std::move(result.issues), std::move(result.facts), {}};
    join_facts(all, {Catalogue::built_in()});
    auto bytes = compile(std::move(all));
    if (!bytes) return;
    auto catalogue = Catalogue::read(*bytes);
    if (!catalogue) __builtin_trap();
    for (std::uint32_t issue = 0; issue < std::min(catalogue->issues(), 16U); ++issue)
        describe({*catalogue}, {&*catalogue, issue});
    if (compile(contents_of(*catalogue)).value_or("") != *bytes) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    int file = ::memfd_create("import", MFD_CLOEXEC);
    if (file < 0 || ::write(file, data, size) != static_cast<ssize_t>(size)) __builtin_trap();
    auto path = "/proc/self/fd/" + std::to_string(file);
    for (const Importer* importer : all_importers()) {
        if (importer->name == "git" || importer->name == "solved") continue;  // these read folders
        if (auto result = importer->read(path, events_of)) compile_and_use(std::move(*result));
    }
    ::close(file);
    ImportResult osv;
    read_osv_record(text, "x", osv);
    compile_and_use(std::move(osv));
    read_commit_message(text);
    release_of_name(text);
    return 0;
}
