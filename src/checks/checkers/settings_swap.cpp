// A machine that ran out of memory without swap.
#include <array>

#include "checks/checker.h"
#include "kernel/structure.h"

namespace inquest {
namespace {

void run(CheckContext& context, CheckResult& result) {
    const CrashEvent* ran_out = nullptr;
    for (const CrashEvent& event : context.report.events)
        if (event.kind == Kind::oom_kill || event.kind == Kind::oom_panic) ran_out = &event;
    auto swap = read_global(context.session, "total_swap_pages");
    // Of a control group at its own limit, the machine's swap is seldom what lacked.
    if (!ran_out || swap != 0U || ran_out->fact("constraint") == "CONSTRAINT_MEMCG") return;
    Finding finding{
        .id = "settings-swap", .title = "the machine ran out of memory and had no swap", .confidence = 0.9};
    finding.statement =
        "Without swap, anonymous memory that nobody uses any more cannot leave; only page cache can be "
        "reclaimed. Some swap makes a shortage slow before it is deadly. vm.overcommit_memory=2 is no "
        "remedy on a machine that has committed more than it has: every further fork and malloc fails "
        "there at once.";
    finding.events = {ran_out->id};
    finding.evidence = {{"total_swap_pages = 0", "memory of the kernel"}};
    finding.advice = {
        "fallocate -l 4G /swapfile && chmod 600 /swapfile && mkswap /swapfile && swapon /swapfile  # 4 GB of "
        "disk; not on btrfs without a nodatacow file, and never over NFS"};
    result.findings.push_back(std::move(finding));
}

constexpr std::array<std::string_view, 1> kSymbols{"total_swap_pages"};

}  // namespace

extern const Checker plugin_checkers_settings_swap;
const Checker plugin_checkers_settings_swap{
    .id = "settings-swap",
    .question = "swap, where memory ran out",
    .needs = {.symbols = kSymbols},
    .run = run,
};

}  // namespace inquest
