#include "diagnose/condition.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "arch/lift.h"
#include "base/text.h"
#include "dataflow/transfer.h"

namespace inquest::diagnose {
namespace {

using namespace dataflow;

constexpr std::uint32_t kNobody = UINT32_MAX;

// The blocks of the shortest way from the block back to itself; empty for none.
std::vector<std::uint32_t> innermost_loop(const FunctionFlow& flow, std::uint32_t block) {
    const auto blocks = flow.blocks();
    std::vector<std::uint32_t> from(blocks.size(), kNobody), open{block};
    for (std::size_t next = 0; next < open.size(); ++next) {
        for (std::uint32_t to : blocks[open[next]].successors) {
            if (to == block) {
                std::vector<std::uint32_t> loop;
                for (std::uint32_t at = open[next]; at != block; at = from[at]) loop.push_back(at);
                loop.push_back(block);
                return loop;
            }
            if (from[to] != kNobody) continue;
            from[to] = open[next];
            open.push_back(to);
        }
    }
    return {};
}

// Whether what is read there becomes, round the loop, what it is read from: a list's link.
bool comes_back(const ValueTable& values, const ConditionRead& read, std::size_t most) {
    auto root = [&](ValueId id) { return values[id].kind == Value::Kind::offset ? values[id].base : id; };
    std::vector<ValueId> open{root(read.base)};
    std::set<ValueId> seen;
    while (!open.empty() && seen.size() < most) {
        const ValueId id = open.back();
        open.pop_back();
        if (!seen.insert(id).second) continue;
        const Value& value = values[id];
        if (value.kind == Value::Kind::loaded && value.site == read.instruction) return true;
        if (value.kind == Value::Kind::merged)
            for (ValueId input : value.inputs) open.push_back(root(input));
    }
    return false;
}

// The object's type and the member, where the code's types tell.
void name_member(const FunctionFlow& flow, ValueId base, std::int64_t offset, unsigned size,
                 Verdict& verdict) {
    const ValueType type = type_of(flow.values(), base);
    const std::int64_t inside = wrapping_sum(type.is_pointer() ? type.offset : 0, offset);
    if (!type.is_pointer() || inside < 0) return;
    const TypeKind kind = flow.types().type(type.id).kind;
    if (kind != TypeKind::structure && kind != TypeKind::union_type) return;
    verdict.object.type = flow.types().name_of(type.id);
    verdict.member.offset = static_cast<std::uint64_t>(inside);
    const auto& members = flow.members().find(type.id, static_cast<std::uint64_t>(inside), size, false);
    if (!members.empty()) verdict.member.path = members.front().name;
}

}  // namespace

std::vector<ConditionRead> reads_in(const FunctionFlow& flow, std::uint32_t first, std::uint32_t last) {
    std::vector<ConditionRead> found;
    for (std::uint32_t i = first; i < last; ++i) {
        auto state = flow.before(i);
        if (!state) break;
        for (const Effect& effect : flow.instructions()[i].effects()) {
            const bool reads = effect.kind == Effect::Kind::load || effect.kind == Effect::Kind::touch;
            if (!reads || effect.memory.index != kNoRegister || effect.memory.per_cpu) continue;
            ConditionRead read{i, effect.memory, kUnknownValue};
            if (effect.memory.base != kNoRegister) {
                read.base = state->registers[effect.memory.base];
                if (flow.values()[read.base].kind == Value::Kind::stack || read.base == kUnknownValue)
                    continue;
            }
            found.push_back(read);
        }
    }
    return found;
}

std::optional<ConditionRead> read_of_loop(const FunctionFlow& flow, std::uint32_t instruction) {
    std::vector<ConditionRead> found;
    for (std::uint32_t block : innermost_loop(flow, flow.block_of(instruction))) {
        for (const ConditionRead& read :
             reads_in(flow, flow.blocks()[block].first, flow.blocks()[block].last)) {
            const bool again = std::ranges::any_of(found, [&](const ConditionRead& other) {
                return other.base == read.base && other.place.displacement == read.place.displacement;
            });
            if (!again) found.push_back(read);
        }
    }
    if (found.size() == 1) return found.front();
    const auto next = std::ranges::find_if(found, [&](const ConditionRead& read) {
        return comes_back(flow.values(), read, flow.instructions().size());
    });
    return next == found.end() ? std::nullopt : std::optional(*next);
}

void blame_read(Scene& scene, const FrameValues& frames, std::size_t frame, const ConditionRead& read,
                std::string_view what) {
    if (read.base == kUnknownValue) return;
    const FunctionFlow& flow = *frames.frames()[frame].flow;
    Verdict& verdict = scene.event.verdict;
    // A structure within another: the outer one is the object where the code came to it from there.
    const Value& below = flow.values()[read.base];
    const bool within = below.kind == Value::Kind::offset && below.number > 0;
    const ValueId base = within ? below.base : read.base;
    const std::int64_t offset = wrapping_sum(read.place.displacement, within ? below.number : 0);
    if (offset < 0) return;
    verdict.member = {.path = {}, .offset = static_cast<std::uint64_t>(offset)};
    verdict.object = {};
    name_member(flow, base, offset, read.place.size, verdict);
    auto object = frames.find(frame, base);
    if (!object) return;
    const Identity found = scene.identifier.identify(object->value);
    verdict.object.address = object->value;
    verdict.object.cache = found.cache;
    if (verdict.object.type.empty() && found.kind == AddressKind::slab && found.offset) {
        verdict.object.address = found.object;
        *verdict.member.offset += found.offset;
    }
    std::string holds;
    std::uint64_t word = 0;
    const std::span bytes(reinterpret_cast<std::uint8_t*>(&word),
                          std::min<std::size_t>(read.place.size, sizeof word));
    if (!bytes.empty() && scene.input.session.read(object->value + static_cast<std::uint64_t>(offset),
                                                   bytes) == ReadOutcome::present)
        holds = fmt::format(", which holds {} now", hex(word));
    verdict.evidence.push_back(
        {fmt::format("{} offset {} of {} ({}){}", what, hex(static_cast<std::uint64_t>(offset)),
                     hex(object->value), found.text, holds),
         "the code, and memory of the dump"});
}

}  // namespace inquest::diagnose
