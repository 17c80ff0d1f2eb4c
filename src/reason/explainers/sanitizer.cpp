// KASAN, KFENCE, KMSAN, KCSAN, UBSAN: the kernel's own checks say what is wrong with an access.
#include "base/text.h"
#include "model/symbol.h"
#include "reason/next_steps.h"
#include "reason/object_history.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

// Who did it, and for whom where that is another function's doing.
std::string accessor(const CrashEvent& event) {
    const std::string& guilty = event.guilty.function;
    if (guilty.empty() || event.ip.symbol.empty() || where(event) == bare_function(guilty))
        return guilty.empty() ? where(event) : guilty;
    return where(event) + ", on behalf of " + guilty + ",";
}

std::string access_verb(const CrashEvent& event) {
    return event.access == Access::read    ? " read "
           : event.access == Access::write ? " wrote to "
                                           : " accessed ";
}

std::string object_phrase(const CrashEvent& event) {
    const auto& object = event.verdict.object;
    return object.cache.empty() ? "an object" : "an object of cache " + object.cache;
}

void explain_address_sanitizer(CrashEvent& event) {
    quote_fact(event, "region");
    std::string object = object_phrase(event);
    std::string who = accessor(event) + access_verb(event);
    bool outside = says(event, "out-of-bounds") || event.kind == Kind::out_of_bounds;
    std::string past = outside ? object_origin(event) : object_history(event);
    if (says(event, "use-after-free") || event.kind == Kind::use_after_free)
        conclude(event.verdict, who + object + " after it had been freed" + past, Cause::use_after_free,
                 0.95);
    else if (says(event, "double-free") || says(event, "invalid-free") || says(event, "invalid free") ||
             says(event, "double free"))
        conclude(event.verdict, accessor(event) + " freed something that is no allocated object" + past,
                 says(event, "double") ? Cause::double_free : Cause::unknown, 0.9);
    else if (says(event, "null-ptr-deref") || says(event, "nullptr-deref"))
        conclude(event.verdict, accessor(event) + " used a NULL pointer", Cause::unknown, 0.9);
    else if (outside)
        conclude(event.verdict,
                 who + "memory outside of " +
                     (says(event, "stack")    ? "a variable on the stack"
                      : says(event, "global") ? "a global variable"
                                              : object) +
                     past,
                 Cause::unknown, 0.95);
    else if (says(event, "user-memory-access") || says(event, "wild"))
        conclude(event.verdict, who + "an address that belongs to no kernel object", Cause::wild_pointer,
                 0.85);
    else if (says(event, "memory corruption") || says(event, "corrupted memory"))
        conclude(event.verdict,
                 "something had written past the end of " + object + "; KFENCE noticed it when it was freed" +
                     past,
                 Cause::unknown, 0.9);
    else if (says(event, "invalid read") || says(event, "invalid write") || says(event, "invalid access") ||
             says(event, "invalid-access"))
        conclude(event.verdict, who + "memory that does not belong to the pointer it used" + past,
                 Cause::unknown, 0.85);
    else
        conclude(event.verdict, who + "memory that it must not access" + past, Cause::unknown, 0.8);
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    quote_headline(event);
    switch (event.kind) {
        case Kind::kmsan:
            conclude(event.verdict, accessor(event) + " used a value that was never initialised",
                     Cause::unknown, 0.9);
            break;
        case Kind::kcsan:
            conclude(event.verdict,
                     "two tasks accessed the same memory at once without a lock or an atomic operation: " +
                         event.title,
                     Cause::unknown, 0.85);
            break;
        case Kind::ubsan:
            quote_fact(event, "detail");
            conclude(event.verdict,
                     accessor(event) + " did what C leaves undefined (" + std::string(event.fact("type")) +
                         "); the kernel went on",
                     Cause::assertion, 0.85);
            break;
        default:
            explain_address_sanitizer(event);
    }
    suggest_source_line(event);
}

constexpr Kind kKinds[] = {Kind::kasan, Kind::kfence,         Kind::kmsan,        Kind::kcsan,
                           Kind::ubsan, Kind::use_after_free, Kind::out_of_bounds};

}  // namespace

extern const Explainer plugin_explainers_sanitizer;
const Explainer plugin_explainers_sanitizer{"sanitizer", kKinds, explain};

}  // namespace inquest
