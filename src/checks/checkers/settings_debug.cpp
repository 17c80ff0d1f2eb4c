// Settings that would tell more the next time, where this crash calls for them.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "checks/checker.h"
#include "checks/next_steps.h"

namespace inquest {
namespace {

constexpr std::array kDamage{Kind::slab_corruption, Kind::use_after_free, Kind::double_free,
                             Kind::list_corruption, Kind::out_of_bounds};

std::string command_line_of(Session& session) {
    auto pointer = session.symbols().address_of("saved_command_line");
    auto text = pointer ? session.read_pointer(*pointer) : std::nullopt;
    return text && *text ? session.read_string(*text, 4096) : "";
}

// The value of the last NAME= (or NAME alone) on the kernel's command line.
std::optional<std::string> parameter(std::string_view line, std::string_view name) {
    std::optional<std::string> found;
    for (std::string_view word : split_words(line)) {
        if (word == name) found = "";
        if (word.starts_with(name) && word.size() > name.size() && word[name.size()] == '=')
            found = word.substr(name.size() + 1);
    }
    return found;
}

bool is_damage(const CrashEvent& event) {
    return std::ranges::find(kDamage, event.kind) != kDamage.end() ||
           event.verdict.cause == Cause::use_after_free || event.verdict.cause == Cause::double_free ||
           event.verdict.cause == Cause::list_corruption;
}

void run(CheckContext& context, CheckResult& result) {
    const CrashEvent* event = context.report.primary();
    if (!event || !is_damage(*event)) return;
    const std::string line = command_line_of(context.session);
    if (line.empty()) {
        result.limits.emplace_back("the kernel's command line is not in the dump");
        return;
    }
    auto debug = parameter(line, "slub_debug");
    if (!debug) debug = parameter(line, "slab_debug");  // its name since 6.9
    if (debug) return;
    // One cache alone costs little, all of them a third of the machine's speed; only a plain name goes into a
    // command.
    std::string cache = event->verdict.object.cache;
    if (!is_plain_name(cache)) cache.clear();
    Finding finding{.id = "settings-debug.slub",
                    .title = "memory was damaged and no slab debugging was on",
                    .confidence = 0.85};
    finding.statement =
        "With it the kernel reports a use after free, an overrun or a double free where it happens, with who "
        "allocated and who freed the object, instead of crashing later in somebody else's code.";
    finding.events = {event->id};
    finding.evidence = {{"no slub_debug or slab_debug among the boot parameters", "saved_command_line"}};
    finding.advice = {
        cache.empty()
            ? "slub_debug=FZPU on the kernel's command line  # all caches: slower by a tenth to a half, more "
              "memory; reboot"
            : fmt::format("slub_debug=FZPU,{} on the kernel's command line  # this cache alone: little cost; "
                          "reboot",
                          cache),
        "a kernel with CONFIG_KFENCE: kfence.sample_interval=100  # nearly free, catches a few; on many "
        "machines for weeks"};
    const bool freed =
        event->verdict.cause == Cause::use_after_free || event->verdict.cause == Cause::double_free;
    if (auto step = freed ? trace_frees(context.session, cache) : std::nullopt)
        finding.advice.push_back(*step);
    result.findings.push_back(std::move(finding));
}

constexpr std::array<std::string_view, 1> kSymbols{"saved_command_line"};

}  // namespace

extern const Checker plugin_checkers_settings_debug;
const Checker plugin_checkers_settings_debug{
    .id = "settings-debug",
    .question = "debugging that this crash calls for",
    .needs = {.symbols = kSymbols},
    .run = run,
};

}  // namespace inquest
