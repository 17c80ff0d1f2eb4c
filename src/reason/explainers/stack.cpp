// The kernel stack ran over, or may have: guard pages, double faults.
#include <algorithm>

#include "base/text.h"
#include "model/symbol.h"
#include "reason/next_steps.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

constexpr std::ptrdiff_t kRecursion = 5;
constexpr std::uint64_t kNearStack = 0x2000;

// The function that the trace comes back to most often, often enough to tell recursion from repetition.
std::string recursing_function(const CrashEvent& event) {
    const Frame* most = nullptr;
    std::ptrdiff_t times = kRecursion - 1;
    auto same = [](const Frame& frame) {
        return [&frame](const Frame& other) { return other.reliable && other.symbol == frame.symbol; };
    };
    for (const auto& frame : event.trace) {
        if (frame.symbol.empty() || !frame.reliable) continue;
        if (auto count = std::ranges::count_if(event.trace, same(frame)); count > times) {
            times = count;
            most = &frame;
        }
    }
    return most ? bare_function(most->symbol) : std::string();
}

enum class Place { unknown, below, above };

// Where the fault lies as seen from the stack pointer: a stack that overflows is left at its lower end.
Place place_of_fault(const Scene& scene) {
    if (!scene.arch) return Place::unknown;
    auto sp = scene.event.reg(scene.arch->sp);
    auto address = scene.event.fault_address ? scene.event.fault_address : scene.event.reg("cr2");
    if (!sp || !address || *address >= *sp + kNearStack || *sp >= *address + kNearStack)
        return Place::unknown;
    return *address >> 12 > *sp >> 12 ? Place::above : Place::below;
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    std::string recursion = recursing_function(event);
    if (says(event, "corrupted stack end")) {
        conclude(event.verdict,
                 "the end of a task's stack was overwritten, noticed when it was switched away: its stack "
                 "overflowed before, where is not shown",
                 Cause::stack_overflow, 0.8);
        return;
    }
    bool said = event.kind == Kind::stack_overflow || says(event, "stack guard page") ||
                says(event, "stack overflow");
    Place place = place_of_fault(scene);
    if (place == Place::above) {
        add_evidence(event.verdict, "the fault address lies in the page above the stack pointer's",
                     "registers");
        conclude(event.verdict,
                 where(event) +
                     " ran past the upper end of the stack: a variable on it was overrun, the stack itself "
                     "did not overflow",
                 Cause::unknown, 0.7);
        suggest_source_line(event);
        return;
    }
    bool shown = place == Place::below;
    if (shown) add_evidence(event.verdict, "the fault address lies at the stack pointer", "registers");
    if (!recursion.empty())
        add_evidence(event.verdict, recursion + " stands in the trace again and again", "call trace");
    std::string how = recursion.empty() ? "" : ": the calls lead back to " + recursion + " again and again";
    if (said)
        conclude(event.verdict, "the kernel stack overflowed in " + where(event) + how, Cause::stack_overflow,
                 0.9);
    else if (shown || !recursion.empty())
        conclude(
            event.verdict,
            "a fault while handling a fault in " + where(event) + ", most likely the stack overflowed" + how,
            Cause::stack_overflow, 0.7);
    else
        conclude(event.verdict,
                 "a fault happened while the processor was entering the handler of another in " +
                     where(event) + ": the stack or the tables that it needs were not usable",
                 Cause::unknown, 0.5);
    suggest_source_line(event);
}

constexpr Kind kKinds[] = {Kind::stack_overflow, Kind::double_fault};

}  // namespace

extern const Explainer plugin_explainers_stack;
const Explainer plugin_explainers_stack{"stack", kKinds, explain};

}  // namespace inquest
