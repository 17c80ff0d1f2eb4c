// CONFIG_DEBUG_LIST: the neighbours of a list entry do not point back at it.
#include "base/text.h"
#include "reason/next_steps.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

std::string operation(const CrashEvent& event) {
    return says(event, "list_add") ? "adding to" : says(event, "list_del") ? "removing from" : "changing";
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    std::string function = event.guilty.function.empty() ? where(event) : event.guilty.function;
    if (event.fact("complaint") != event.headline) quote_fact(event, "complaint");
    if (says(event, "LIST_POISON"))
        conclude(event.verdict, function + " removed a list entry that had already been removed",
                 Cause::list_corruption, 0.9);
    else if (says(event, "6b6b6b6b"))
        conclude(
            event.verdict,
            function +
                " found freed memory (0x6b) in a list entry: an object was freed while still on the list",
            Cause::use_after_free, 0.85);
    else if (says(event, "double add"))
        conclude(event.verdict, function + " added an entry to a list that it was already on",
                 Cause::list_corruption, 0.9);
    else
        conclude(event.verdict,
                 "the list is broken: " + operation(event) + " it, " + function +
                     " found neighbours that do not point at each other",
                 Cause::list_corruption, 0.9);
    suggest_memory_debugging(event);
}

constexpr Kind kKinds[] = {Kind::list_corruption};

}  // namespace

extern const Explainer plugin_explainers_list_corruption;
const Explainer plugin_explainers_list_corruption{"list-corruption", kKinds, explain};

}  // namespace inquest
