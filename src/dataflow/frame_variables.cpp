#include "dataflow/frame_variables.h"

#include <algorithm>
#include <array>

namespace inquest::dataflow {
namespace {

constexpr int kMostCalls = 8;  // out of which a value may come

// System V ABI for x86-64, figure 3.36.
constexpr std::array<std::string_view, 16> kX86{"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp",
                                                "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

}  // namespace

RegisterId register_of_dwarf(const CallingConvention& convention, std::uint64_t number) {
    if (convention.names.empty() || number >= kMostRegisters) return kNoRegister;
    // arm64's names are in DWARF's order.
    if (convention.names.front() == "x0")
        return number < convention.names.size() ? static_cast<RegisterId>(number) : kNoRegister;
    if (number >= kX86.size()) return kNoRegister;
    const auto name = std::ranges::find(convention.names, kX86[number]);
    return name == convention.names.end() ? kNoRegister
                                          : static_cast<RegisterId>(name - convention.names.begin());
}

struct FrameVariables::Reading {
    bool data_flow = false;     // may be asked
    bool by_data_flow = false;  // was asked, and knew
    int calls = 0;
};

std::optional<std::uint64_t> FrameVariables::noted_at_call(std::size_t frame, RegisterId reg,
                                                           Reading& reading) const {
    const std::size_t outer = frame + 1;
    if (outer >= frames_.frames().size() || reading.calls >= kMostCalls) return std::nullopt;
    const ActiveFrame& caller = frames_.frames()[outer];
    if (!caller.flow || !caller.has_state || caller.exact || caller.interrupted) return std::nullopt;
    const CallingConvention& convention = *environment_.session().arch().convention;
    // A direct call of something else: what runs was jumped to from there, with arguments of its own.
    if (!caller.calls_next && !caller.flow->call_target(caller.instruction, caller.state).indirect)
        return std::nullopt;
    if (convention.preserved >> reg & 1) return caller.registers[reg];
    for (const CallArgument& argument : lines_.call_before(caller.ip)) {
        if (register_of_dwarf(convention, argument.reg) != reg) continue;
        ++reading.calls;
        const auto& functions = lines_.locals_at(caller.ip - 1);
        DwarfContext there = context(outer, reading);
        if (!functions.empty()) there.frame_base = functions.back().frame_base;
        auto found = inquest::value_of(argument.value, there);
        --reading.calls;
        return found;
    }
    return std::nullopt;
}

DwarfContext FrameVariables::context(std::size_t frame, Reading& reading) const {
    const Session& session = environment_.session();
    const CallingConvention& convention = *session.arch().convention;
    const ActiveFrame& active = frames_.frames()[frame];
    auto by_data_flow = [this, frame, &reading](ValueId value) -> std::optional<std::uint64_t> {
        auto found = reading.data_flow ? frames_.find(frame, value) : std::nullopt;
        if (!found) return std::nullopt;
        reading.by_data_flow = true;
        return found->value;
    };
    DwarfContext context;
    context.reg = [&convention, &active, by_data_flow](std::uint64_t number) -> std::optional<std::uint64_t> {
        const RegisterId reg = register_of_dwarf(convention, number);
        if (reg == kNoRegister) return std::nullopt;
        if (active.registers[reg]) return active.registers[reg];
        return active.has_state ? by_data_flow(active.state.registers[reg]) : std::nullopt;
    };
    context.entry_reg = [this, &convention, &active, &reading, frame,
                         by_data_flow](std::uint64_t number) -> std::optional<std::uint64_t> {
        const RegisterId reg = register_of_dwarf(convention, number);
        if (reg == kNoRegister) return std::nullopt;
        if (auto noted = noted_at_call(frame, reg, reading)) return noted;
        return active.has_state ? by_data_flow(active.flow->values().find_entry(reg)) : std::nullopt;
    };
    context.read = [&session](std::uint64_t address, unsigned size) -> std::optional<std::uint64_t> {
        std::uint64_t word = 0;
        if (size > sizeof word) return std::nullopt;
        std::span bytes(reinterpret_cast<std::uint8_t*>(&word), size);
        return session.read(address, bytes) == ReadOutcome::present ? std::optional(word) : std::nullopt;
    };
    context.loaded = [this, &active](std::uint64_t linked) {
        return lines_.loaded(active.exact ? active.ip : active.ip - 1, linked);
    };
    if (active.entry_sp)
        context.cfa = *active.entry_sp + static_cast<std::uint64_t>(convention.pushed_by_call);
    return context;
}

VariableValue FrameVariables::value_of(std::size_t frame, LocalVariable variable,
                                       std::span<const DwarfOp> frame_base) const {
    VariableValue value{.variable = std::move(variable)};
    const LocalVariable& own = value.variable;
    if (own.constant) {
        value.number = own.constant;
        if (own.size > 0 && own.size < 8) *value.number &= (std::uint64_t{1} << own.size * 8) - 1;
        return value;
    }
    // First without data flow: what can be known without it does not depend on it.
    for (bool data_flow : {false, true}) {
        Reading reading{.data_flow = data_flow};
        DwarfContext here = context(frame, reading);
        here.frame_base = frame_base;
        const auto pieces = evaluate(own.location, here);
        value.number = number_of(pieces, own.size, here);
        if (pieces.size() == 1 && pieces.front().kind == DwarfPiece::Kind::memory)
            value.address = pieces.front().number;
        value.by_data_flow = reading.by_data_flow;
        if (value.number || value.address) break;
    }
    return value;
}

std::vector<FunctionVariables> FrameVariables::of(std::size_t frame) const {
    std::vector<FunctionVariables> found;
    if (frame >= frames_.frames().size() || !environment_.session().arch().convention) return found;
    const ActiveFrame& active = frames_.frames()[frame];
    const auto& functions = lines_.locals_at(active.exact ? active.ip : active.ip - 1);
    if (functions.empty()) return found;
    for (const FunctionLocals& function : functions) {
        FunctionVariables one{function.function, function.inlined, {}};
        for (const LocalVariable& variable : function.variables)
            one.variables.push_back(value_of(frame, variable, functions.back().frame_base));
        found.push_back(std::move(one));
    }
    return found;
}

std::optional<std::uint64_t> FrameVariables::handed_over(std::size_t frame, RegisterId reg) const {
    Reading reading;
    return environment_.session().arch().convention ? noted_at_call(frame, reg, reading) : std::nullopt;
}

}  // namespace inquest::dataflow
