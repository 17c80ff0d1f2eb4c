// What made the machine stop, as far as a setting decided it, and what it would have done without kdump.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/checker.h"

namespace inquest {
namespace {

// kernel/panic.c, kernel/watchdog.c, kernel/hung_task.c, kernel/rcu/tree_stall.h, mm/oom_kill.c: 4 bytes
// each.
struct Setting {
    Kind kind;
    std::string_view symbol, sysctl;
};
constexpr std::array<Setting, 6> kSettings{{
    {Kind::warning, "panic_on_warn", "kernel.panic_on_warn"},
    {Kind::soft_lockup, "softlockup_panic", "kernel.softlockup_panic"},
    {Kind::hard_lockup, "hardlockup_panic", "kernel.hardlockup_panic"},
    {Kind::hung_task, "sysctl_hung_task_panic", "kernel.hung_task_panic"},
    {Kind::rcu_stall, "sysctl_panic_on_rcu_stall", "kernel.panic_on_rcu_stall"},
    {Kind::oom_panic, "sysctl_panic_on_oom", "vm.panic_on_oom"},
}};
// Oopses: what the kernel survives by killing the task, unless it is told otherwise.
constexpr std::array kOopses{Kind::null_pointer_dereference,
                             Kind::bad_page_fault,
                             Kind::general_protection_fault,
                             Kind::bad_instruction_fetch,
                             Kind::divide_error,
                             Kind::invalid_opcode,
                             Kind::kernel_bug,
                             Kind::use_after_free};
constexpr Setting kOops{Kind::other, "panic_on_oops", "kernel.panic_on_oops"};

struct Value {
    std::int32_t value;
    Evidence evidence;
};

std::optional<Value> value_of(Session& session, std::string_view symbol) {
    auto address = session.symbols().address_of(symbol);
    auto value = address ? session.read_as<std::int32_t>(*address) : std::nullopt;
    if (!value) return std::nullopt;
    return Value{*value, {fmt::format("{} = {}", symbol, *value), "memory at " + hex(*address)}};
}

const Setting* setting_of(Kind kind) {
    if (std::ranges::find(kOopses, kind) != kOopses.end()) return &kOops;
    auto setting = std::ranges::find(kSettings, kind, &Setting::kind);
    return setting == kSettings.end() ? nullptr : &*setting;
}

// do_exit and make_task_dead panic for these whatever the settings are: an interrupt, the idle task, init.
bool panics_anyway(const CrashEvent& event) {
    auto interrupt = [](const Frame& frame) { return frame.context == "IRQ" || frame.context == "NMI"; };
    return !event.task.pid || *event.task.pid <= 1 || std::ranges::any_of(event.trace, interrupt);
}

void explain_stop(CheckContext& context, CheckResult& result) {
    const CrashEvent* event = context.report.primary();
    const Setting* setting = event ? setting_of(event->kind) : nullptr;
    if (!setting || (setting == &kOops && panics_anyway(*event))) return;
    auto value = value_of(context.session, setting->symbol);
    if (!value || value->value == 0) return;
    Finding finding{.id = "panic-settings.stop",
                    .title = fmt::format("{} = {} made a panic of this", setting->sysctl, value->value),
                    .confidence = 0.8};
    finding.statement =
        setting == &kOops
            ? "With 0 the kernel would have killed the task and gone on, with the locks and the half-done "
              "work "
              "that the task left behind. A server with kdump is better off with 1: it stops where the "
              "evidence is."
            : "With 0 the kernel would have reported it and gone on.";
    finding.events = {event->id};
    finding.evidence = {value->evidence};
    result.findings.push_back(std::move(finding));
}

void explain_reboot(CheckContext& context, CheckResult& result) {
    auto timeout = value_of(context.session, "panic_timeout");
    auto image = context.session.symbols().address_of("kexec_crash_image");
    auto loaded = image ? context.session.read_pointer(*image) : std::nullopt;
    if (!timeout || timeout->value != 0 || !loaded || *loaded != 0) return;
    Finding finding{.id = "panic-settings.no-reboot",
                    .title = "No crash kernel was loaded, and kernel.panic = 0",
                    .confidence = 0.9,
                    .statement = "After a panic such a machine stands still until somebody resets it."};
    finding.evidence = {timeout->evidence, {"kexec_crash_image = 0", "memory at " + hex(*image)}};
    finding.advice = {"sysctl -w kernel.panic=10  # reboots 10 s after a panic; costs nothing",
                      "systemctl status kdump kdump-tools  # why no crash kernel was loaded"};
    result.findings.push_back(std::move(finding));
}

void run(CheckContext& context, CheckResult& result) {
    explain_stop(context, result);
    explain_reboot(context, result);
}

constexpr std::array<std::string_view, 2> kSymbols{"panic_on_oops", "panic_timeout"};

}  // namespace

extern const Checker plugin_checkers_panic_settings;
const Checker plugin_checkers_panic_settings{
    .id = "panic-settings",
    .question = "settings that made the machine stop",
    .needs = {.symbols = kSymbols},
    .run = run,
};

}  // namespace inquest
