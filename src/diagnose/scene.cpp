#include "diagnose/scene.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/text.h"
#include "kernel/structure.h"
#include "model/symbol.h"
#include "reason/pointer_value.h"

namespace inquest::diagnose {
namespace {

std::string offset_words(std::int64_t offset) {
    return offset < 0 ? "-" + hex(0 - static_cast<std::uint64_t>(offset))
                      : hex(static_cast<std::uint64_t>(offset));
}

std::string what_lies_at(const Scene& scene, std::uint64_t address) {
    const Identity found = scene.identifier.identify(address);
    if (found.kind == AddressKind::nothing || found.kind == AddressKind::user) return "";
    return found.text;
}

std::string of_argument(const OriginStep& step) {
    if (!step.through_argument) return "";
    return fmt::format(" of its argument {}", step.through_argument);
}

std::string describe_load(const OriginStep& step) {
    std::string from;
    if (step.on_stack) {
        from = "a local variable";
    } else if (step.index) {
        from = fmt::format("element {}{}", *step.index, of_argument(step));
    } else if (!step.member.empty()) {
        from = fmt::format("member {} ({} of {}){}", step.member, offset_words(step.offset), step.type,
                           of_argument(step));
    } else if (step.offset_known) {
        from = fmt::format("offset {}{}", offset_words(step.offset), of_argument(step));
    } else {
        from = "memory";
    }
    return fmt::format("{} loaded it from {}", with_module(step.function, step.module), from);
}

}  // namespace

std::string with_module(const std::string& function, const std::string& module) {
    const std::string name = function.empty() ? "the kernel" : bare_function(function);
    return module.empty() ? name : name + " [" + module + "]";
}

std::string place_of(const Scene& scene, const OriginStep& step) {
    const auto& place = step.place ? step.place : step.object;
    if (step.kind != OriginStep::Kind::loaded || !place || step.on_stack) return "";
    const std::string lies = what_lies_at(scene, *place);
    return hex(*place) + (lies.empty() ? "" : ": " + lies);
}

std::string describe(const OriginStep& step) {
    const std::string who = with_module(step.function, step.module);
    switch (step.kind) {
        case OriginStep::Kind::argument: {
            std::string text = fmt::format("it is argument {} of {}", step.number, who);
            if (!step.type.empty()) {
                text += " (" + step.type;
                if (!step.name.empty()) text += (step.type.ends_with('*') ? "" : " ") + step.name;
                text += ")";
            }
            return text;
        }
        case OriginStep::Kind::member_of:
            return fmt::format(
                "{} made it of another address: {}{}", who, offset_words(step.offset),
                step.offset < 0 ? " before it (container_of)" : " behind it, where a member lies");
        case OriginStep::Kind::loaded:
            return describe_load(step);
        case OriginStep::Kind::variable:
            return fmt::format("{} read it from the variable {}", who,
                               step.name.empty() ? "there" : step.name);
        case OriginStep::Kind::result:
            return step.name.empty() ? fmt::format("{} got it from a function that it called", who)
                                     : fmt::format("{} got it from {}()", who, bare_function(step.name));
        case OriginStep::Kind::constant:
            return fmt::format("{} has it as a constant", who);
        case OriginStep::Kind::one_of:
            return fmt::format("{} has it from one of several places, by the way that it took", who);
        case OriginStep::Kind::computed:
            return fmt::format("{} computed it", who);
        case OriginStep::Kind::unknown:
            break;
    }
    return fmt::format("where {} has it from is not known", who);
}

std::string describe_member(const BadAccess& access) {
    if (!access.offset) return "";
    if (access.member.empty() || access.type.empty()) return "the member at offset " + hex(*access.offset);
    return fmt::format("{} (offset {} of {})", access.member, hex(*access.offset), access.type);
}

std::string function_of(const Scene& scene, std::size_t frame) {
    if (frame >= scene.frames.frames().size()) return "";
    const dataflow::ActiveFrame& active = scene.frames.frames()[frame];
    return bare_function(scene.input.code.describe(active.ip, active.exact).symbol);
}

std::optional<std::size_t> find_frame(const Scene& scene, std::span<const std::string_view> names,
                                      std::size_t within) {
    for (std::size_t i = scene.first; i < std::min(scene.first + within, scene.frames.frames().size()); ++i)
        if (std::ranges::find(names, function_of(scene, i)) != names.end()) return i;
    return std::nullopt;
}

void suspect_frame(Scene& scene, std::size_t frame) {
    for (; frame < scene.frames.frames().size(); ++frame) {
        const dataflow::ActiveFrame& active = scene.frames.frames()[frame];
        const CodeRef place = scene.input.code.describe(active.ip, active.exact);
        if (place.symbol.empty()) continue;
        scene.event.verdict.suspect = {place.module, bare_function(place.symbol)};
        return;
    }
}

std::string object_text(const Identity& found) {
    const auto comma = found.text.find(", 0x");
    return found.kind == AddressKind::slab ? found.text.substr(0, comma) : found.text;
}

bool is_unmapped_vmalloc(const Scene& scene, std::uint64_t address) {
    // arch/x86/include/asm/pgtable_64_types.h: VMALLOC_SIZE_TB_L4, the smaller one.
    constexpr std::uint64_t kSmallestArea = std::uint64_t{32} << 40;
    Session& session = scene.input.session;
    std::optional<std::uint64_t> start, end;
    if (session.arch().name == "x86_64") {
        start = read_global(session, "vmalloc_base");
        if (start) end = *start + kSmallestArea;
    } else if (auto from = session.info().number("VMALLOC_START"), to = session.info().number("VMALLOC_END");
               from && to) {
        // arm64 since 6.0 (2369f171d5c5)
        start = static_cast<std::uint64_t>(*from);
        end = static_cast<std::uint64_t>(*to);
    }
    return start && end && address >= *start && address < *end &&
           scene.identifier.identify(address).kind == AddressKind::nothing;
}

bool is_primitive(std::string_view name) {
    if (name.starts_with("__pi_")) name.remove_prefix(5);  // arm64: what early code may call
    constexpr std::array<std::string_view, 22> kPrefixes{
        "mutex_", "__mutex_", "_raw_spin_", "do_raw_spin_", "queued_spin_", "native_queued_spin_",
        "down_",  "up_",      "rwsem_",     "complete",     "__wake_up",    "wake_up_",
        "list_",  "__list_",  "refcount_",  "kobject_put",  "kobject_get",  "mem",
        "__mem",  "str",      "_copy_",     "rep_"};
    return name == "up" || name == "down" || name == "kfree" || name == "try_to_wake_up" ||
           std::ranges::any_of(kPrefixes, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

void suspect_origin(Scene& scene, const Origin& origin) {
    const OriginStep* last = origin.last();
    if (!last) return;
    const bool followed = last->kind == OriginStep::Kind::loaded ||
                          last->kind == OriginStep::Kind::variable ||
                          last->kind == OriginStep::Kind::result || last->kind == OriginStep::Kind::constant;
    if (followed && !last->on_stack) {
        std::size_t at = last->frame;
        while (at + 1 < scene.frames.frames().size() && is_primitive(function_of(scene, at)) &&
               !scene.frames.frames()[at + 1].interrupted)
            ++at;
        if (at != last->frame) return suspect_frame(scene, at);
        scene.event.verdict.suspect = {last->module, bare_function(last->function)};
        return;
    }
    // Where the trail ends it is whoever called the function that used the value.
    const auto& frames = scene.frames.frames();
    auto used = std::ranges::find_if(
        origin.steps, [](const OriginStep& step) { return step.kind != OriginStep::Kind::member_of; });
    const OriginStep& first = used == origin.steps.end() ? origin.steps.front() : *used;
    std::size_t outer = first.kind == OriginStep::Kind::argument ? first.frame + 1 : first.frame;
    while (outer + 1 < frames.size() && is_primitive(function_of(scene, outer)) &&
           !frames[outer + 1].interrupted)
        ++outer;
    if (outer < frames.size() && !(outer > first.frame && frames[outer].interrupted))
        suspect_frame(scene, outer);
}

void conclude(Scene& scene, std::string summary, Cause cause, Confidence confidence) {
    Verdict& verdict = scene.event.verdict;
    verdict.summary = std::move(summary);
    verdict.cause = cause;
    verdict.confidence = confidence;
    if (!scene.access) return;
    if (!scene.access->type.empty()) verdict.object.type = scene.access->type;
    if (scene.access->offset) verdict.member.offset = scene.access->offset;
    if (!scene.access->member.empty()) verdict.member.path = scene.access->member;
}

}  // namespace inquest::diagnose
