#include "dataflow/frame_values.h"

#include <algorithm>

#include "dataflow/transfer.h"

namespace inquest::dataflow {
namespace {

constexpr std::size_t kMostFrames = 64;
constexpr RegisterId kFramePointer = 29;  // arm64's x29
constexpr int kDeepest = 12;
constexpr std::uint8_t kHeld = 95, kConstant = 95, kFromMemory = 60, kUnverifiedCall = 70;

std::uint64_t added(std::uint64_t a, std::int64_t b) { return a + static_cast<std::uint64_t>(b); }

FoundValue plus(FoundValue found, std::int64_t number) {
    found.value = added(found.value, number);
    return found;
}

// The instruction that ends where the address is: the call that returns there.
std::optional<std::uint32_t> call_before(const FunctionFlow& flow, std::uint64_t back) {
    const auto all = flow.instructions();
    for (std::uint32_t i = 0; i < all.size(); ++i)
        if (all[i].address + all[i].length == back && all[i].flow == Flow::call) return i;
    return std::nullopt;
}

RegisterValues pushed_registers(const Session& session, std::uint64_t at) {
    RegisterValues registers{};
    const auto words = session.arch().convention->in_pt_regs;
    for (std::size_t reg = 0; reg < words.size(); ++reg)
        registers[reg] = session.read_pointer(at + std::uint64_t{words[reg]} * 8);
    return registers;
}

}  // namespace

RegisterValues registers_of(const CallingConvention& convention, std::span<const std::uint64_t> pt_regs) {
    RegisterValues registers{};
    for (std::size_t reg = 0; reg < convention.in_pt_regs.size(); ++reg)
        if (convention.in_pt_regs[reg] < pt_regs.size()) registers[reg] = pt_regs[convention.in_pt_regs[reg]];
    return registers;
}

FrameValues::FrameValues(DataFlow& flows, const std::vector<StackFrame>& stack, const RegisterValues& first,
                         std::size_t from)
    : flows_(flows) {
    const Session& session = flows.environment().session();
    for (std::size_t i = from; i < stack.size() && frames_.size() < kMostFrames; ++i) {
        ActiveFrame frame;
        frame.position = i;
        if (frames_.empty()) {
            frame.registers = first;
        } else if (stack[i].registers && stack[i].all_registers) {
            frame.interrupted = true;
            frame.registers = pushed_registers(session, *stack[i].registers);
        } else {
            leave(frames_.back(), frame);
        }
        open(frame, stack[i]);
        frames_.push_back(std::move(frame));
        auto caller = left_out(frames_.back(), i + 1 < stack.size() ? &stack[i + 1] : nullptr);
        if (!caller) continue;
        ActiveFrame between;
        leave(frames_.back(), between);
        open(between, *caller);
        frames_.push_back(std::move(between));
    }
}

// A function that was stopped before it made its frame record, or makes none: its caller is in the link
// register only.
std::optional<StackFrame> FrameValues::left_out(const ActiveFrame& leaf, const StackFrame* next) const {
    const CallingConvention& convention = *flows_.environment().session().arch().convention;
    if (convention.link == kNoRegister || !leaf.exact || !leaf.has_state || !leaf.registers[convention.link])
        return std::nullopt;
    const ValueTable& values = leaf.flow->values();
    const bool untouched = leaf.state.registers[convention.link] == values.find_entry(convention.link) &&
                           leaf.state.registers[kFramePointer] == values.find_entry(kFramePointer);
    if (!untouched || !leaf.entry_sp) return std::nullopt;
    // Signed at the function's entry (paciasp), where the kernel authenticates pointers; all of these bits
    // are set in an address of the kernel.
    const Session& session = flows_.environment().session();
    const std::uint64_t back = *leaf.registers[convention.link] |
                               static_cast<std::uint64_t>(session.info().number("KERNELPACMASK").value_or(0));
    if (!flows_.environment().code().is_text(back - 4) || (next && next->ip == back)) return std::nullopt;
    return StackFrame{back,
                      *leaf.entry_sp,
                      false,
                      "link-register",
                      std::nullopt,
                      false,
                      leaf.registers[kFramePointer].value_or(0)};
}

void FrameValues::open(ActiveFrame& frame, const StackFrame& walked) {
    frame.ip = walked.ip;
    frame.exact = walked.exact;
    const Arch& arch = flows_.environment().session().arch();
    if (!arch.convention) return;
    const bool innermost = frames_.empty() || frame.interrupted;
    const bool by_records = arch.convention->link != kNoRegister;
    std::optional<std::uint64_t>& sp = frame.registers[arch.convention->sp];
    // Of a task that sleeps nothing but the stack is left.
    if (!by_records && (!innermost || !sp)) sp = walked.sp;
    if (by_records && walked.fp) frame.registers[kFramePointer] = walked.fp;
    const std::uint64_t inside = walked.exact ? walked.ip : walked.ip - 1;
    frame.flow = flows_.function(inside);
    if (!frame.flow) return;
    auto at = walked.exact ? frame.flow->index_of(walked.ip) : call_before(*frame.flow, walked.ip);
    auto state = at ? frame.flow->before(*at) : std::nullopt;
    if (!state) {
        // A trap is reported behind its instruction now and then, or where no way is known to lead.
        return;
    }
    frame.instruction = *at;
    frame.state = std::move(*state);
    frame.has_state = true;
    const ValueTable& values = frame.flow->values();
    auto enter_by = [&](RegisterId reg) {
        const Value& place = values[frame.state.registers[reg]];
        if (place.kind == Value::Kind::stack && frame.registers[reg])
            frame.entry_sp = *frame.registers[reg] - static_cast<std::uint64_t>(place.number);
    };
    if (by_records) enter_by(kFramePointer);
    if (!frame.entry_sp) enter_by(arch.convention->sp);
    if (!walked.exact && !frames_.empty() && !frame.interrupted) {
        const auto target = frame.flow->call_target(*at, frame.state);
        const FunctionFlow* inner = frames_.back().flow;
        frame.calls_next = inner && target.callee && target.callee->address == inner->start();
    }
    for (RegisterId reg = 0; reg < arch.convention->names.size(); ++reg)
        if (frame.registers[reg]) hold(frame, frame.state.registers[reg], *frame.registers[reg]);
    read_slots(frame);
}

void FrameValues::hold(ActiveFrame& frame, ValueId id, std::uint64_t number) const {
    if (id == kUnknownValue) return;
    const Value& value = frame.flow->values()[id];
    frame.held.try_emplace(id, number);
    if (value.kind == Value::Kind::offset)
        hold(frame, value.base, number - static_cast<std::uint64_t>(value.number));
}

void FrameValues::read_slots(ActiveFrame& frame) const {
    if (!frame.entry_sp) return;
    const Session& session = flows_.environment().session();
    for (const Slot& slot : frame.state.slots()) {
        if (slot.size != 8) continue;
        if (auto word = session.read_pointer(added(*frame.entry_sp, slot.offset)))
            hold(frame, slot.value, *word);
    }
}

// What the caller's registers were when it called: those that the callee keeps, where they still are.
void FrameValues::leave(const ActiveFrame& inner, ActiveFrame& outer) const {
    const CallingConvention& convention = *flows_.environment().session().arch().convention;
    if (!inner.flow && inner.exact && !flows_.environment().code().is_text(inner.ip)) {
        // A jump to where there is no code changed nothing.
        for (RegisterId reg = 0; reg < convention.names.size(); ++reg)
            if (convention.preserved >> reg & 1) outer.registers[reg] = inner.registers[reg];
    }
    if (!inner.flow || !inner.has_state) return;
    const ValueTable& values = inner.flow->values();
    for (RegisterId reg = 0; reg < convention.names.size(); ++reg) {
        if (!(convention.preserved >> reg & 1) || reg == convention.sp) continue;
        if (auto held = inner.held.find(values.find_entry(reg)); held != inner.held.end())
            outer.registers[reg] = held->second;
    }
}

std::optional<FoundValue> FrameValues::find(std::size_t frame, ValueId value) const {
    return frame < frames_.size() ? find(frame, value, 0) : std::nullopt;
}

// A function that ends in a jump to another hands on what it was called with: the register that it had it in.
std::optional<RegisterId> FrameValues::through_jump(const FunctionFlow& called, const FunctionFlow& runs,
                                                    RegisterId reg) const {
    std::optional<RegisterId> from;
    for (std::uint32_t i = 0; i < called.instructions().size(); ++i) {
        const Lifted& jump = called.instructions()[i];
        if ((jump.flow != Flow::jump && jump.flow != Flow::branch) || jump.target != runs.start()) continue;
        auto state = called.before(i);
        if (!state) continue;
        const Value& value = called.values()[state->registers[reg]];
        if (value.kind != Value::Kind::entry || (from && *from != value.reg)) return std::nullopt;
        from = value.reg;
    }
    return from;
}

std::optional<ValueId> FrameValues::given(std::size_t frame, RegisterId reg) const {
    const std::size_t outer = frame + 1;
    if (outer >= frames_.size() || !frames_[outer].has_state || frames_[outer].interrupted)
        return std::nullopt;
    const ActiveFrame& caller = frames_[outer];
    const FunctionFlow::CallTarget target = caller.flow->call_target(caller.instruction, caller.state);
    if (caller.calls_next || target.indirect) return caller.state.registers[reg];
    // A direct call of something else: what runs was jumped to from there.
    const FunctionFlow* called = target.callee ? flows_.function(target.callee->address) : nullptr;
    if (!called || !frames_[frame].flow) return std::nullopt;
    auto from = through_jump(*called, *frames_[frame].flow, reg);
    return from ? std::optional(caller.state.registers[*from]) : std::nullopt;
}

std::optional<FoundValue> FrameValues::from_caller(std::size_t frame, RegisterId reg, int depth) const {
    auto value = given(frame, reg);
    auto found = value ? find(frame + 1, *value, depth + 1) : std::nullopt;
    if (found && !frames_[frame + 1].calls_next) found->sureness = std::min(found->sureness, kUnverifiedCall);
    return found;
}

std::optional<FoundValue> FrameValues::read(std::size_t frame, const Value& value, int depth) const {
    if (value.indexed || value.size > 8) return std::nullopt;
    auto base = value.base == kUnknownValue ? std::optional(FoundValue{0, Known::constant, kConstant})
                                            : find(frame, value.base, depth + 1);
    if (!base) return std::nullopt;
    std::uint64_t word = 0;
    std::span bytes(reinterpret_cast<std::uint8_t*>(&word), value.size);
    const Session& session = flows_.environment().session();
    if (session.read(added(base->value, value.number), bytes) != ReadOutcome::present) return std::nullopt;
    return FoundValue{word, Known::memory, std::min(base->sureness, kFromMemory)};
}

std::optional<FoundValue> FrameValues::find(std::size_t frame, ValueId id, int depth) const {
    const ActiveFrame& active = frames_[frame];
    if (depth > kDeepest || !active.flow || id == kUnknownValue) return std::nullopt;
    const Value& value = active.flow->values()[id];
    if (value.kind == Value::Kind::constant)
        return FoundValue{static_cast<std::uint64_t>(value.number), Known::constant, kConstant};
    if (auto held = active.held.find(id); held != active.held.end())
        return FoundValue{held->second, Known::held, kHeld};
    switch (value.kind) {
        case Value::Kind::stack:
            if (!active.entry_sp) return std::nullopt;
            return FoundValue{added(*active.entry_sp, value.number), Known::held, kHeld};
        case Value::Kind::offset: {
            auto base = find(frame, value.base, depth + 1);
            return base ? std::optional(plus(*base, value.number)) : std::nullopt;
        }
        case Value::Kind::computed: {
            auto base = value.base == kUnknownValue ? std::nullopt : find(frame, value.base, depth + 1);
            if (base) base->value &= static_cast<std::uint64_t>(value.number);
            return base;
        }
        case Value::Kind::entry:
            return from_caller(frame, value.reg, depth);
        case Value::Kind::loaded:
            return read(frame, value, depth);
        case Value::Kind::merged: {
            std::optional<FoundValue> all;
            for (ValueId input : value.inputs) {
                auto one = find(frame, input, depth + 1);
                if (!one || (all && all->value != one->value)) return std::nullopt;
                all = one;
            }
            return all;
        }
        default:
            return std::nullopt;
    }
}

std::optional<FoundValue> FrameValues::argument(std::size_t frame, std::size_t number) const {
    const CallingConvention& convention = *flows_.environment().session().arch().convention;
    if (frame >= frames_.size() || number == 0 || number > convention.arguments.size()) return std::nullopt;
    const RegisterId reg = convention.arguments[number - 1];
    if (!frames_[frame].has_state) return from_caller(frame, reg, 0);
    return find(frame, frames_[frame].flow->values().find_entry(reg), 0);
}

// What user mode or an interrupt enters the kernel by: nobody called it.
bool FrameValues::is_entry_code(std::uint64_t address) const {
    const SymbolTable& symbols = flows_.environment().session().symbols();
    auto start = symbols.address_of("__entry_text_start"), end = symbols.address_of("__entry_text_end");
    return start && end && address >= *start && address < *end;
}

std::vector<FrameValues::Argument> FrameValues::arguments(std::size_t frame) const {
    std::vector<Argument> found;
    if (frame >= frames_.size() || !frames_[frame].flow) return found;
    const FunctionFlow& flow = *frames_[frame].flow;
    const auto& prototype = flow.prototype();
    const CallingConvention& convention = *flows_.environment().session().arch().convention;
    const std::uint32_t read = prototype || is_entry_code(flow.start()) ? 0 : flow.read_from_entry();
    for (std::size_t i = 0; i < convention.arguments.size(); ++i) {
        const bool declared = prototype && i < prototype->parameters.size();
        if (!declared && !(read >> convention.arguments[i] & 1)) continue;
        const ValueId entry = flow.values().find_entry(convention.arguments[i]);
        found.push_back({i + 1, declared ? prototype->parameters[i].name : std::string_view(),
                         flow.values()[entry].type, argument(frame, i + 1)});
    }
    return found;
}

}  // namespace inquest::dataflow
