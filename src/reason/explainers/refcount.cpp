// refcount_t noticed that a count of references went wrong.
#include "base/text.h"
#include "reason/next_steps.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    std::string function = event.guilty.function.empty() ? where(event) : event.guilty.function;
    if (says(event, "underflow"))
        conclude(event.verdict,
                 function +
                     " dropped a reference that was not there: the object was released once too often, and "
                     "may be freed while in use",
                 Cause::refcount_underflow, 0.9);
    else if (says(event, "decrement hit 0"))
        conclude(event.verdict,
                 function +
                     " dropped the last reference where others were expected to remain: released too often, "
                     "and leaked from here on",
                 Cause::refcount_underflow, 0.7);
    else if (says(event, "saturated") || says(event, "leaking memory"))
        conclude(event.verdict,
                 function +
                     " found a reference count out of range and froze it: references are leaked, or the "
                     "object was overwritten",
                 Cause::refcount_leak, 0.7);
    else if (says(event, "addition on 0") || says(event, "increment on 0"))
        conclude(event.verdict,
                 function +
                     " took a reference to an object that nobody held any more: it is freed, or about to be",
                 Cause::use_after_free, 0.8);
    else
        conclude(event.verdict, "a reference count went wrong in " + function, Cause::unknown, 0.5);
    suggest_memory_debugging(event);
}

constexpr Kind kKinds[] = {Kind::refcount};

}  // namespace

extern const Explainer plugin_explainers_refcount;
const Explainer plugin_explainers_refcount{"refcount", kKinds, explain};

}  // namespace inquest
