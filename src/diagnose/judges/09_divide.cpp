// Division by zero: where the divisor came from.
#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "diagnose/scene.h"

namespace inquest {
namespace {

using namespace diagnose;

bool judge(Scene& scene) {
    const auto& frames = scene.frames.frames();
    if (scene.event.kind != Kind::divide_error || frames.empty() || !frames.front().has_state) return false;
    const dataflow::ActiveFrame& frame = frames.front();
    const Lifted& divide = frame.flow->instructions()[frame.instruction];
    std::array<std::uint8_t, 16> code{};
    const auto bytes = std::span(code).first(std::min<std::size_t>(divide.length, code.size()));
    if (scene.input.session.read(divide.address, bytes) != ReadOutcome::present) return false;
    auto decoded = scene.input.session.arch().disassemble(bytes, divide.address);
    if (!decoded || !decoded->is_divide || decoded->memory) return false;
    // The divisor is read beside the dividend's rax and rdx.
    const auto& names = scene.input.session.arch().convention->names;
    for (const std::string& reg : decoded->reads) {
        auto id = std::ranges::find(names, reg);
        if (id == names.end() || reg == "rax" || reg == "rdx") continue;
        scene.origin = origin_of(scene.frames, scene.flows.environment(), 0,
                                 frame.state.registers[static_cast<std::size_t>(id - names.begin())]);
        break;
    }
    const OriginStep* last = scene.origin.last();
    if (!last) return false;
    Verdict& verdict = scene.event.verdict;
    conclude(scene, fmt::format("{} divided by zero: {}", function_of(scene, 0), describe(*last)),
             Cause::divide_by_zero, 0.95);
    if (last->kind == OriginStep::Kind::loaded) {
        verdict.object.address = last->object;
        verdict.object.type = last->type;
        verdict.member.path = last->member;
        if (last->offset_known && last->offset >= 0)
            verdict.member.offset = static_cast<std::uint64_t>(last->offset);
    }
    suspect_origin(scene, scene.origin);
    return true;
}

}  // namespace

extern const Judge plugin_judges_09_divide;
const Judge plugin_judges_09_divide{"divide", judge};

}  // namespace inquest
