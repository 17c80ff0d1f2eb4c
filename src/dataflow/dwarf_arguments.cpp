#include "dataflow/dwarf_arguments.h"

#include <algorithm>
#include <dwarf.h>

namespace inquest::dataflow {
namespace {

constexpr Confidence kBothAgree = 0.99, kContradicted = 0.5, kNotedAtCall = 0.95, kHeldNow = 0.75;

std::uint64_t cut(std::uint64_t value, std::uint64_t size) {
    return size > 0 && size < 8 ? value & ((std::uint64_t{1} << size * 8) - 1) : value;
}

// The argument that a parameter is; where DWARF alone knows of it, a new one. nullptr for one that has no
// register of its own.
FrameArgument* argument_of(std::vector<FrameArgument>& arguments, const LocalVariable& parameter,
                           bool changed, std::size_t registers) {
    auto found = std::ranges::find(arguments, parameter.name, &FrameArgument::name);
    if (found != arguments.end()) return &*found;
    // What the compiler changed may have its parameters in other registers.
    const int number = static_cast<int>(parameter.number);
    if (changed || parameter.number == 0 || parameter.number > registers) return nullptr;
    found = std::ranges::find(arguments, number, &FrameArgument::number);
    if (found == arguments.end())
        found = arguments.insert(std::ranges::upper_bound(arguments, number, {}, &FrameArgument::number),
                                 FrameArgument{.number = number});
    else if (!found->name.empty())
        return nullptr;
    found->name = parameter.name;
    found->type = parameter.type;
    return &*found;
}

// Whether the code has put something else to where the parameter is now, as far as data flow can see.
bool given_another(const ActiveFrame& frame, const CallingConvention& convention, const VariableValue& value,
                   RegisterId reg) {
    if (!frame.has_state) return false;
    ValueId there = kUnknownValue;
    const DwarfExpression& location = value.variable.location;
    if (value.address) {
        if (!frame.entry_sp) return false;
        const auto offset = static_cast<std::int64_t>(*value.address - *frame.entry_sp);
        there = frame.state.slot(offset, static_cast<unsigned>(value.variable.size));
    } else if (location.size() == 1 && location.front().code >= DW_OP_reg0 &&
               location.front().code <= DW_OP_reg31) {
        const RegisterId holder = register_of_dwarf(convention, location.front().code - DW_OP_reg0);
        if (holder != kNoRegister) there = frame.state.registers[holder];
    } else {
        return false;
    }
    return there != kUnknownValue && there != frame.flow->values().find_entry(reg);
}

}  // namespace

void hold_against_dwarf(std::vector<FrameArgument>& arguments, const FrameValues& frames,
                        const FrameVariables& variables, std::size_t frame) {
    const auto functions = variables.of(frame);
    const ActiveFrame& active = frames.frames()[frame];
    if (functions.empty() || functions.back().inlined || !active.flow) return;
    Environment& environment = variables.environment();
    const CallingConvention& convention = *environment.session().arch().convention;
    const bool changed =
        environment.code().describe(active.flow->start(), true).symbol.find('.') != std::string::npos;
    for (const VariableValue& value : functions.back().variables) {
        const LocalVariable& parameter = value.variable;
        if (!parameter.parameter || parameter.size == 0 || parameter.size > 8) continue;
        FrameArgument* argument = argument_of(arguments, parameter, changed, convention.arguments.size());
        if (!argument) continue;
        const RegisterId reg = convention.arguments[static_cast<std::size_t>(argument->number) - 1];
        auto noted = changed ? std::nullopt : variables.handed_over(frame, reg);
        auto now = value.by_data_flow ? std::nullopt : value.number;
        if (noted) noted = cut(*noted, parameter.size);
        if (!argument->value) {
            argument->value = noted ? noted : value.number;
            if (!argument->value) continue;
            argument->confidence = noted ? kNotedAtCall : kHeldNow;
            argument->from = "dwarf";
            continue;
        }
        const std::uint64_t ours = cut(*argument->value, parameter.size);
        if (noted == ours || (!noted && now == ours)) {
            argument->confidence = kBothAgree;
        } else if (noted || (now && !given_another(active, convention, value, reg))) {
            argument->dwarf = noted ? noted : now;
            argument->confidence = std::min(argument->confidence, kContradicted);
        }
    }
    std::erase_if(arguments, [](const FrameArgument& argument) {
        return !argument.value && argument.type.empty() && argument.name.empty();
    });
}

}  // namespace inquest::dataflow
