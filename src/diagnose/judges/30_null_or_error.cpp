// NULL or an error code was used as a pointer: which member, and who handed it over.
#include <fmt/format.h>

#include "base/text.h"
#include "diagnose/scene.h"
#include "model/symbol.h"
#include "reason/pointer_value.h"

namespace inquest {
namespace {

using namespace diagnose;
using Type = reason::PointerValue::Type;

// "argument 1 (page) of __free_pages", "a pointer".
std::string used_as(const Scene& scene) {
    for (const OriginStep& step : scene.origin.steps) {
        if (step.kind == OriginStep::Kind::member_of) continue;
        if (step.kind != OriginStep::Kind::argument) break;
        return fmt::format("argument {}{}{} of {}", step.number, step.type.empty() ? "" : " (" + step.type,
                           step.type.empty() ? "" : (step.type.ends_with('*') ? "" : " ") + step.name + ")",
                           with_module(step.function, step.module));
    }
    return "";
}

// Without the steps that only add a member's offset: the value that is wrong itself.
std::optional<std::uint64_t> wrong_value(const Scene& scene) {
    std::optional<std::uint64_t> value = scene.access->pointer_value;
    for (const OriginStep& step : scene.origin.steps)
        if (step.kind == OriginStep::Kind::member_of && value)
            *value -= static_cast<std::uint64_t>(step.offset);
    return value;
}

// The member that the value was read from, where the access itself has none that tells: in a string, or in
// what a function of the library was given.
void take_source(Scene& scene, const OriginStep& last) {
    if (last.kind != OriginStep::Kind::loaded || last.on_stack || !last.offset_known || last.offset < 0)
        return;
    Verdict& verdict = scene.event.verdict;
    verdict.object.address = last.object;
    verdict.object.type = last.type;
    verdict.member = {.path = last.member, .offset = static_cast<std::uint64_t>(last.offset)};
    if (!last.object) return;
    const Identity found = scene.identifier.identify(*last.object);
    verdict.object.cache = found.cache;
    if (found.kind == AddressKind::slab) verdict.object.state = name_of(found.state);
}

// pos->link.next - offsetof(link): the walk of a list whose entry has the link where the next one has it.
bool is_list_walk(const Origin& origin) {
    if (origin.steps.size() < 2) return false;
    const OriginStep& last = origin.steps.back();
    const OriginStep& before = origin.steps[origin.steps.size() - 2];
    return last.kind == OriginStep::Kind::loaded && last.offset_known && !last.on_stack &&
           before.kind == OriginStep::Kind::member_of && before.offset < 0 && last.offset == -before.offset;
}

bool judge(Scene& scene) {
    if (!scene.access || scene.access->jump || scene.origin.steps.empty()) return false;
    const BadAccess& access = *scene.access;
    auto wrong = wrong_value(scene);
    if (!wrong) return false;
    const auto value = reason::read_pointer(*wrong, &scene.input.session.arch());
    const bool null = *wrong == 0, error = value.type == Type::error;
    if (!null && !error) return false;
    const OriginStep& last = *scene.origin.last();
    const std::string user = with_module(scene.event.ip.symbol, scene.event.ip.module);
    const std::string argument = used_as(scene);
    std::string name = null ? "NULL" : value.name;
    // What was used itself may be the address of a member there.
    if (access.pointer_value != wrong)
        name = fmt::format("{}, a place in a structure at {}", hex(access.pointer_value.value_or(0)), name);
    std::string summary = argument.empty() ? fmt::format("{} used {} as a pointer", user, name)
                                           : fmt::format("{} is {}", argument, name);
    summary += ": " + describe(last);
    if (const std::string member = describe_member(access); !member.empty())
        summary += fmt::format("; {} accessed {}", bare_function(scene.event.ip.symbol), member);
    const bool followed = last.kind != OriginStep::Kind::computed && last.kind != OriginStep::Kind::one_of &&
                          last.kind != OriginStep::Kind::unknown;
    const Confidence sure = !followed ? 0.7 : null ? 0.88 : 0.9;
    conclude(scene, summary, null ? Cause::null_argument : Cause::error_pointer, sure);
    // An address in a structure at NULL: that structure is the object.
    for (const OriginStep& step : scene.origin.steps) {
        if (step.kind != OriginStep::Kind::member_of || !step.structure || step.offset < 0 || !access.offset)
            continue;
        const std::uint64_t offset = static_cast<std::uint64_t>(step.offset) + *access.offset;
        const auto& members = scene.frames.frames()[step.frame].flow->members().find(
            step.structure, offset, access.place.size, false);
        scene.event.verdict.object.type = step.type;
        scene.event.verdict.member = {.path = members.empty() ? "" : members.front().name, .offset = offset};
    }
    if (access.type.empty() && (!access.offset || is_primitive(function_of(scene, access.frame))))
        take_source(scene, last);
    if (null && last.type.empty() && is_list_walk(scene.origin)) {
        take_source(scene, last);
        Verdict& verdict = scene.event.verdict;
        if (last.object) verdict.object.address = *last.object + static_cast<std::uint64_t>(last.offset);
        verdict.object.type = "struct list_head";
        verdict.member = {.path = "next", .offset = 0};
    }
    suspect_origin(scene, scene.origin);
    return true;
}

}  // namespace

extern const Judge plugin_judges_30_null_or_error;
const Judge plugin_judges_30_null_or_error{"null-or-error", judge};

}  // namespace inquest
