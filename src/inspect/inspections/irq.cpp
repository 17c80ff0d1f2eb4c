#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/interrupt.h"

namespace inquest {
namespace {

std::string line_of(Workspace& workspace, const InterruptView& interrupt) {
    std::string text = fmt::format("{:>4}  {:016x} ", interrupt.irq, interrupt.address);
    for (std::uint32_t count : interrupt.counts) text += fmt::format(" {:>10}", count);
    text += fmt::format("  {:10} {:>7}", interrupt.chip, interrupt.hardware_irq);
    for (std::size_t i = 0; i < interrupt.actions.size(); ++i) {
        const InterruptAction& action = interrupt.actions[i];
        text += fmt::format("{} {} ({})", i ? "," : " ", escape_for_terminal(action.name),
                            workspace.symbol_text(action.handler));
    }
    if (interrupt.depth && !interrupt.actions.empty()) text += "  DISABLED";
    return text + "\n";
}

Json json_of(Workspace& workspace, const InterruptView& interrupt) {
    Json one;
    one.set("irq", interrupt.irq);
    one.set("address", hex(interrupt.address));
    one.set("chip", interrupt.chip);
    one.set("hardware_irq", interrupt.hardware_irq);
    one.set("disabled", interrupt.depth > 0);
    one.set("unhandled", interrupt.unhandled);
    Json::Array counts, actions;
    for (std::uint32_t count : interrupt.counts) counts.emplace_back(count);
    for (const InterruptAction& action : interrupt.actions) {
        Json handler;
        handler.set("name", action.name);
        handler.set("handler", workspace.symbol_text(action.handler));
        handler.set("thread", action.thread ? Json(workspace.symbol_text(action.thread)) : Json());
        actions.push_back(std::move(handler));
    }
    one.set("counts", std::move(counts));
    one.set("actions", std::move(actions));
    return one;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("irq", "a", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    Objects objects(workspace.session());
    auto all = interrupts(objects);
    if (all.empty())
        return cannot_tell(
            "the kernel's symbols do not tell where its interrupts are (sparse_irqs, irq_desc_tree)");
    InspectionAnswer answer;
    answer.text = fmt::format("{:>4}  {:16} ", "IRQ", "DESCRIPTOR");
    for (std::size_t i = 0; i < all.front().counts.size(); ++i)
        answer.text += fmt::format(" {:>10}", fmt::format("CPU{}", i));
    answer.text += "  CHIP          HWIRQ  HANDLERS\n";
    Json::Array list;
    for (const InterruptView& interrupt : all) {
        auto is_named = [&](const std::string& word) { return parse_dec(word) == interrupt.irq; };
        if (!options->words().empty() && !std::ranges::any_of(options->words(), is_named)) continue;
        if (options->words().empty() && !options->has('a') && interrupt.actions.empty()) continue;
        answer.text += line_of(workspace, interrupt);
        list.push_back(json_of(workspace, interrupt));
    }
    if (list.empty()) return fail("there is no such interrupt; irq -a lists all");
    answer.json.set("interrupts", std::move(list));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_irq;
const Inspection plugin_inspections_irq{
    "irq", "[-a | IRQ...]", "interrupt lines with their counts and handlers",
    "The numbered lines of /proc/interrupts, by CPU that was online, with the functions that handle them.\n"
    "  -a  also those that nobody handles\n",
    run};

}  // namespace inquest
