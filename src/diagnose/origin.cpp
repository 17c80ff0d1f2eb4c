#include "diagnose/origin.h"

#include <algorithm>

#include "arch/lift.h"
#include "dataflow/transfer.h"

namespace inquest::diagnose {
namespace {

using namespace dataflow;

constexpr std::size_t kMostSteps = 16;

class Follower {
  public:
    Follower(const FrameValues& frames, Environment& environment)
        : frames_(frames), environment_(environment), convention_(*environment.session().arch().convention) {}

    Origin follow(std::size_t frame, ValueId value) {
        while (steps_.size() < kMostSteps && step(frame, value)) {
        }
        return {std::move(steps_)};
    }

  private:
    OriginStep begin(OriginStep::Kind kind, std::size_t frame, ValueId value) const {
        OriginStep step;
        step.kind = kind;
        step.frame = frame;
        const FunctionFlow& flow = *frames_.frames()[frame].flow;
        const CodeRef place = environment_.code().describe(flow.start(), true);
        step.function = place.symbol;
        step.module = place.module;
        step.value = frames_.find(frame, value);
        return step;
    }

    int argument_number(RegisterId reg) const {
        auto at = std::ranges::find(convention_.arguments, reg);
        return at == convention_.arguments.end() ? 0
                                                 : static_cast<int>(at - convention_.arguments.begin()) + 1;
    }

    // True when there is more to follow: `frame` and `value` are set to it.
    bool step(std::size_t& frame, ValueId& value) {
        const ActiveFrame& active = frames_.frames()[frame];
        if (!active.flow) return false;
        const Value held = active.flow->values()[value];
        switch (held.kind) {
            case Value::Kind::entry:
                return from_caller(frame, value, held);
            case Value::Kind::offset: {
                OriginStep step = begin(OriginStep::Kind::member_of, frame, value);
                step.offset = held.number;
                step.offset_known = true;
                name_member(*active.flow, held.base, held.number, 0, step);
                steps_.push_back(std::move(step));
                value = held.base;
                return true;
            }
            case Value::Kind::loaded:
                loaded(frame, value, held);
                return false;
            case Value::Kind::per_cpu: {
                OriginStep step = begin(OriginStep::Kind::variable, frame, value);
                if (const auto& variable =
                        environment_.variable(static_cast<std::uint64_t>(held.number), true))
                    step.name = variable->name;
                steps_.push_back(std::move(step));
                return false;
            }
            case Value::Kind::result: {
                OriginStep step = begin(OriginStep::Kind::result, frame, value);
                const Lifted& call = active.flow->instructions()[held.site];
                step.ip = call.address;
                if (call.target) step.name = environment_.callee(*call.target).name;
                steps_.push_back(std::move(step));
                return false;
            }
            case Value::Kind::constant:
                steps_.push_back(begin(OriginStep::Kind::constant, frame, value));
                return false;
            case Value::Kind::merged:
                return merged(frame, value, held);
            case Value::Kind::computed: {
                if (held.base != kUnknownValue && !visited(frame, held.base)) {
                    value = held.base;
                    return true;
                }
                OriginStep step = begin(OriginStep::Kind::computed, frame, value);
                step.ip = active.flow->instructions()[held.site].address;
                steps_.push_back(std::move(step));
                return false;
            }
            default:
                return false;
        }
    }

    bool from_caller(std::size_t& frame, ValueId& value, const Value& held) {
        OriginStep step = begin(OriginStep::Kind::argument, frame, value);
        step.number = argument_number(held.reg);
        if (step.number == 0) return false;
        const auto& prototype = frames_.frames()[frame].flow->prototype();
        const auto at = static_cast<std::size_t>(step.number - 1);
        if (prototype && at < prototype->parameters.size()) {
            step.name = prototype->parameters[at].name;
            step.type = frames_.frames()[frame].flow->types().name_of(prototype->parameters[at].type);
        }
        steps_.push_back(std::move(step));
        auto given = frames_.given(frame, held.reg);
        if (!given) return false;
        ++frame;
        value = *given;
        return true;
    }

    // The member by its path where the base has a type.
    void name_member(const FunctionFlow& flow, ValueId base, std::int64_t number, unsigned size,
                     OriginStep& step) {
        const ValueType type = type_of(flow.values(), base);
        const std::int64_t offset = wrapping_sum(type.offset, number);
        if (!type.is_pointer() || offset < 0) return;
        const auto& members =
            flow.members().find(type.id, static_cast<std::uint64_t>(offset), size, step.index.has_value());
        const TypeKind kind = flow.types().type(type.id).kind;
        if (kind != TypeKind::structure && kind != TypeKind::union_type) return;
        step.type = flow.types().name_of(type.id);
        step.structure = type.id;
        step.offset = offset;
        if (members.size() == 1) step.member = members.front().name;
    }

    void loaded(std::size_t frame, ValueId value, const Value& held) {
        OriginStep step = begin(OriginStep::Kind::loaded, frame, value);
        const FunctionFlow& flow = *frames_.frames()[frame].flow;
        step.ip = flow.instructions()[held.site].address;
        step.offset = held.number;
        step.offset_known = !held.indexed;
        if (held.base == kUnknownValue) {
            step.place = static_cast<std::uint64_t>(held.number);
            if (const auto& variable = environment_.variable(*step.place, false)) {
                step.kind = OriginStep::Kind::variable;
                step.name = variable->name;
            }
            steps_.push_back(std::move(step));
            return;
        }
        if (held.indexed) {
            find_index(frame, held, step);
        }
        ValueId base = held.base;
        std::int64_t number = held.number;
        const Value& below = flow.values()[base];
        step.on_stack = below.kind == Value::Kind::stack;
        if (below.kind == Value::Kind::offset && !below.type.is_known()) {
            number = wrapping_sum(number, below.number);
            base = below.base;
        }
        name_member(flow, held.base, held.number, held.size, step);
        if (step.member.empty() && step.type.empty()) step.offset = number;
        step.object = address(frame, base);
        if (step.object && !held.indexed) step.place = *step.object + static_cast<std::uint64_t>(number);
        step.base = base;
        root(frame, base, step);
        steps_.push_back(std::move(step));
    }

    std::optional<std::uint64_t> address(std::size_t frame, ValueId value) const {
        auto found = frames_.find(frame, value);
        return found ? std::optional(found->value) : std::nullopt;
    }

    // pages[i]: i is what the index register held.
    void find_index(std::size_t frame, const Value& held, OriginStep& step) {
        const ActiveFrame& active = frames_.frames()[frame];
        auto state = active.flow->before(held.site);
        if (!state) return;
        for (const Effect& effect : active.flow->instructions()[held.site].effects()) {
            if (effect.kind != Effect::Kind::load || effect.memory.index == kNoRegister) continue;
            auto index = frames_.find(frame, state->registers[effect.memory.index]);
            auto base = address(frame, held.base);
            if (!index) return;
            step.index = static_cast<std::int64_t>(index->value);
            if (base)
                step.place =
                    *base + static_cast<std::uint64_t>(held.number) + index->value * effect.memory.scale;
        }
    }

    // Whether the object is an argument of the function; of a pointer that goes through an array, which
    // element it stands at.
    void root(std::size_t frame, ValueId base, OriginStep& step) {
        const ActiveFrame& active = frames_.frames()[frame];
        const ValueTable& values = active.flow->values();
        const Value& value = values[base];
        ValueId argument = kUnknownValue;
        if (value.kind == Value::Kind::entry) argument = base;
        if (value.kind == Value::Kind::merged)
            for (ValueId input : value.inputs)
                if (values[input].kind == Value::Kind::entry) argument = input;
        if (argument == kUnknownValue) return;
        step.through_argument = argument_number(values[argument].reg);
        auto start = address(frame, argument);
        constexpr std::uint64_t kMostElements = 1 << 20, kWord = 8;
        if (value.kind == Value::Kind::merged && start && step.place && *step.place >= *start &&
            *step.place - *start < kMostElements * kWord && (*step.place - *start) % kWord == 0)
            step.index = static_cast<std::int64_t>((*step.place - *start) / kWord);
    }

    // Of several ways the one whose value it was, where only one can be.
    bool merged(std::size_t& frame, ValueId& value, const Value& held) {
        auto actual = frames_.find(frame, value);
        std::vector<ValueId> possible;
        const ValueTable& values = frames_.frames()[frame].flow->values();
        for (ValueId input : held.inputs) {
            auto one = frames_.find(frame, input);
            const bool other = actual && one && one->value != actual->value;
            const bool self = values[input].kind == Value::Kind::offset && values[input].base == value;
            if (!other && !self) possible.push_back(input);
        }
        if (possible.size() == 1 && !visited(frame, possible.front())) {
            value = possible.front();
            return true;
        }
        steps_.push_back(begin(OriginStep::Kind::one_of, frame, value));
        return false;
    }

    bool visited(std::size_t frame, ValueId value) {
        for (const auto& [at, seen] : visited_)
            if (at == frame && seen == value) return true;
        visited_.emplace_back(frame, value);
        return false;
    }

    const FrameValues& frames_;
    Environment& environment_;
    const CallingConvention& convention_;
    std::vector<OriginStep> steps_;
    std::vector<std::pair<std::size_t, ValueId>> visited_;
};

}  // namespace

Origin origin_of(const FrameValues& frames, Environment& environment, std::size_t frame, ValueId value) {
    return Follower(frames, environment).follow(frame, value);
}

}  // namespace inquest::diagnose
