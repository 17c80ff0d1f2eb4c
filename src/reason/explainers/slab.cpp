// What the allocators report themselves: overwritten objects, caches destroyed in use, pages in a bad state.
#include "base/text.h"
#include "reason/next_steps.h"
#include "reason/object_history.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

std::string culprit(const CrashEvent& event) {
    return event.guilty.function.empty() ? where(event) : event.guilty.function;
}

void explain_corruption(CrashEvent& event) {
    auto cache = event.verdict.object.cache;
    std::string of_cache = cache.empty() ? "" : " of cache " + cache;
    std::string past = object_history(event);
    if (says(event, "kasan: bad access"))
        conclude(event.verdict, "KASAN found a bad access to an object" + of_cache + past, Cause::unknown,
                 0.85);
    else if (says(event, "Wrong slab cache"))
        conclude(event.verdict,
                 culprit(event) + " freed an object" + of_cache + " to cache " +
                     std::string(event.fact("freed-to")),
                 Cause::unknown, 0.85);
    else if (says(event, "Poison overwritten"))
        conclude(event.verdict, "an object" + of_cache + " was written to after it had been freed" + past,
                 Cause::use_after_free, 0.9);
    else if (says(event, "Redzone overwritten") || says(event, "Right Redzone") ||
             says(event, "Left Redzone") || says(event, "Padding overwritten"))
        conclude(event.verdict, "something wrote past the end of an object" + of_cache + past, Cause::unknown,
                 0.85);
    else if (says(event, "already free") || says(event, "Double free"))
        conclude(event.verdict,
                 "an object" + of_cache + " was freed twice, the second time by " + culprit(event),
                 Cause::double_free, 0.9);
    else
        conclude(event.verdict,
                 "the allocator found its memory" + of_cache + " damaged; who did it is not shown",
                 Cause::unknown, 0.6);
    suggest_memory_debugging(event);
}

void explain_objects_remaining(CrashEvent& event) {
    conclude(event.verdict,
             culprit(event) + " destroyed a slab cache while objects were still allocated from it",
             Cause::memory_leak, 0.7);
    event.verdict.next_steps.push_back(
        "see who destroys the cache (call trace) and which objects it forgets; a leak, or a destruction that "
        "comes too early  # costs nothing");
}

void explain_bad_page(CrashEvent& event) {
    if (says(event, "Bad page map") || says(event, "Bad rss-counter")) {
        quote_fact(event, "reason");
        quote_fact(event, "page");
        conclude(event.verdict,
                 "a page table does not fit the pages that it maps: an entry was overwritten, or pages were "
                 "counted wrongly",
                 Cause::unknown, 0.6);
        return suggest_memory_test(event);
    }
    conclude(event.verdict,
             "a page was freed or allocated in a state in which it cannot be (" + culprit(event) +
                 " noticed it): it is still in use, was freed twice, or its struct page was overwritten",
             Cause::unknown, 0.6);
    quote_fact(event, "reason");
    quote_fact(event, "page");
    suggest_memory_debugging(event);
    suggest_memory_test(event);
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    switch (event.kind) {
        case Kind::slab_corruption:
            return explain_corruption(event);
        case Kind::objects_remaining:
            return explain_objects_remaining(event);
        case Kind::bad_page_state:
            return explain_bad_page(event);
        case Kind::double_free:
            conclude(event.verdict, culprit(event) + " freed memory that was already free",
                     Cause::double_free, 0.85);
            return suggest_memory_debugging(event);
        default:
            conclude(event.verdict, "memory was allocated and never freed, and nothing points to it any more",
                     Cause::memory_leak, 0.8);
            event.verdict.next_steps.push_back(
                "cat /sys/kernel/debug/kmemleak  # the allocating stacks; a report that goes away on the "
                "next scan was a false alarm");
    }
}

constexpr Kind kKinds[] = {Kind::slab_corruption, Kind::objects_remaining, Kind::bad_page_state,
                           Kind::double_free, Kind::memory_leak};

}  // namespace

extern const Explainer plugin_explainers_slab;
const Explainer plugin_explainers_slab{"slab", kKinds, explain};

}  // namespace inquest
