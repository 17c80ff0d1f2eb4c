// refcount_t reported what was done to a count: which count of which object.
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

constexpr std::array<std::string_view, 1> kCheck{"refcount_warn_saturate"};

// include/linux/refcount.h: enum refcount_saturation_type (since 5.5, 1eb085d94256).
struct Meaning {
    Cause cause;
    std::string_view text;
};
constexpr std::array<Meaning, 5> kMeanings{{
    {Cause::refcount_leak, "was taken so often that it overflowed: references are not given back"},
    {Cause::refcount_leak, "was taken so often that it overflowed: references are not given back"},
    {Cause::use_after_free, "was taken when it was 0: the object was being freed already"},
    {Cause::refcount_underflow, "was given back once more than it had been taken"},
    {Cause::refcount_leak, "was lowered to 0 by what must never do that"},
}};

bool judge(Scene& scene) {
    auto frame = find_frame(scene, kCheck);
    if (!frame) return false;
    auto count = scene.frames.argument(*frame, 1), type = scene.frames.argument(*frame, 2);
    if (!count || !type || (type->value & UINT32_MAX) >= kMeanings.size()) return false;
    const Meaning& meaning = kMeanings[type->value & UINT32_MAX];
    const Identity found = scene.identifier.identify(count->value);
    std::string who = function_of(scene, *frame + 1);
    conclude(scene,
             fmt::format("the reference count at {} ({}) {}{}", hex(count->value), found.text, meaning.text,
                         who.empty() ? "" : ", by " + who),
             meaning.cause, 0.9);
    Verdict& verdict = scene.event.verdict;
    verdict.object = {.address = count->value, .type = "refcount_t", .cache = found.cache, .state = {}};
    if (found.kind == AddressKind::slab) {
        verdict.object.address = found.object;
        verdict.object.type.clear();
        verdict.object.state = name_of(found.state);
        verdict.member = {.path = {}, .offset = found.offset};
    }
    if (auto value = scene.input.session.read_as<std::int32_t>(count->value))
        verdict.evidence.push_back({fmt::format("the count is {} now", *value), "memory of the dump"});
    suspect_frame(scene, *frame + 1);
    return true;
}

}  // namespace

extern const Judge plugin_judges_03_refcount_check;
const Judge plugin_judges_03_refcount_check{"refcount-check", judge};

}  // namespace inquest
