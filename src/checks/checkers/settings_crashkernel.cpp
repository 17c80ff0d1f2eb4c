// The memory reserved for the crash kernel, against the machine's.
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/checker.h"
#include "kernel/object.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMega = 1 << 20, kGiga = std::uint64_t{1} << 30;

// What RHEL 9 reserves by default on amd64 (1G-4G:192M,4G-64G:256M,64G-:512M); arm64 with 64 kB pages needs
// more.
struct Row {
    std::uint64_t below, megabytes;
    std::string_view range;
};
constexpr std::array<Row, 3> kTable{
    {{4 * kGiga, 192, "under 4 GB"}, {64 * kGiga, 256, "4 to 64 GB"}, {UINT64_MAX, 512, "64 GB and more"}}};

std::string table() {
    std::string text;
    for (const Row& row : kTable)
        text += fmt::format("{}{}: {}M", text.empty() ? "" : ", ", row.range, row.megabytes);
    return text;
}

std::uint64_t wanted(std::uint64_t memory) {
    for (const Row& row : kTable)
        if (memory < row.below) return row.megabytes;
    return kTable.back().megabytes;
}

void run(CheckContext& context, CheckResult& result) {
    Objects objects(context.session);
    Object reserved = objects.global("resource", "crashk_res");
    auto start = reserved.get("start"), end = reserved.get("end");
    auto pages = read_global(context.session, "_totalram_pages");
    if (!start || !end || !pages) return;
    const std::uint64_t size = *end > *start ? *end - *start + 1 : 0;
    const std::uint64_t memory = *pages << context.session.tables().page_shift;
    const std::uint64_t good = wanted(memory + size);
    const bool incomplete = context.session.facts().incomplete;
    if (size && !incomplete) return;
    Finding finding{.id = "settings-crashkernel", .confidence = size ? 0.6 : 0.9};
    if (size == 0) {
        finding.title = "no memory is reserved for a crash kernel";
        finding.statement =
            "This dump was made from outside (a hypervisor). By itself the machine would have left none: "
            "kdump needs crashkernel= on the kernel's command line.";
    } else {
        finding.title =
            fmt::format("the dump is cut; {} MB were reserved for the crash kernel", size / kMega);
        finding.statement =
            "It may have run out of memory while it wrote, or the disk was full; its own console says which.";
    }
    finding.evidence = {
        {fmt::format("{} MB of memory, {} MB reserved", memory / kMega, size / kMega), "crashk_res"}};
    finding.advice = {
        fmt::format("crashkernel={}M on the kernel's command line  # takes so much memory from the machine; "
                    "reboot. By memory: {}",
                    good, table())};
    result.findings.push_back(std::move(finding));
}

constexpr std::array<std::string_view, 2> kSymbols{"crashk_res", "_totalram_pages"};

}  // namespace

extern const Checker plugin_checkers_settings_crashkernel;
const Checker plugin_checkers_settings_crashkernel{
    .id = "settings-crashkernel",
    .question = "memory for the crash kernel",
    .needs = {.symbols = kSymbols},
    .run = run,
};

}  // namespace inquest
