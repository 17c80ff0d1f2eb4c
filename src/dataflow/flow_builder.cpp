#include "dataflow/flow_builder.h"

#include <algorithm>

namespace inquest::dataflow {
namespace {

constexpr std::uint64_t kLargestFunction = 1 << 17;  // bytes; the largest of 6.1 have 40,000
constexpr int kPatientPasses = 12, kMostPasses = 120;
constexpr std::uint64_t kMostSteps = 4'000'000;  // instructions gone through, and slots met
constexpr int kMostRounds = 3;                   // of taking types from what values were used as

}  // namespace

bool FlowBuilder::read(std::uint64_t start, std::uint64_t size) {
    const Session& session = environment_.session();
    const auto lift = session.arch().lift;
    size = std::min(size, kLargestFunction);
    std::vector<std::uint8_t> code(size);
    if (size == 0 || session.read(start, code) != ReadOutcome::present) return false;
    const std::size_t unit = session.arch().name == "arm64" ? 4 : 1;
    for (std::uint64_t at = 0; at < size;) {
        Lifted lifted;
        if (!lift(std::span(code).subspan(at), start + at, lifted) || lifted.length == 0) {
            lifted = {};
            lifted.address = start + at;
            lifted.length = static_cast<std::uint8_t>(unit);
            lifted.flow = Flow::stop;  // nobody knows what it does
        }
        at += lifted.length;
        flow_.index_.emplace_back(lifted.address, static_cast<std::uint32_t>(flow_.instructions_.size()));
        flow_.instructions_.push_back(lifted);
    }
    std::ranges::sort(flow_.index_);
    return true;
}

// gcc moves what rarely runs into "name.cold", which the function jumps to and which jumps back.
void FlowBuilder::read_cold_part(const CodeRef& place) {
    for (std::size_t i = 0; i < flow_.instructions_.size(); ++i) {
        const Lifted& jump = flow_.instructions_[i];
        if ((jump.flow != Flow::jump && jump.flow != Flow::branch) || !jump.target) continue;
        if (flow_.index_of(*jump.target)) continue;
        const CodeRef target = environment_.code().describe(*jump.target, true);
        if (!target.symbol.starts_with(place.symbol + ".cold")) continue;
        read(*jump.target - target.offset.value_or(0), target.size.value_or(0));
        return;
    }
}

void FlowBuilder::make_blocks() {
    const auto& all = flow_.instructions_;
    std::vector<bool> leads(all.size() + 1);
    leads[0] = true;
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        if (all[i].target && all[i].flow != Flow::call)
            if (auto target = flow_.index_of(*all[i].target)) leads[*target] = true;
        // Off or on, both ways are the function's.
        auto other = environment_.static_branch(all[i].address);
        if (other)
            if (auto target = flow_.index_of(*other)) leads[*target] = true;
        const bool ends = other || (all[i].flow != Flow::next && all[i].flow != Flow::call);
        const bool gap = i + 1 < all.size() && all[i].address + all[i].length != all[i + 1].address;
        const bool no_return =
            all[i].flow == Flow::call && all[i].target && !environment_.callee(*all[i].target).returns;
        if (ends || gap || no_return) leads[i + 1] = true;
    }
    for (std::uint32_t i = 0; i < all.size(); ++i) {
        if (leads[i]) flow_.blocks_.push_back({.first = i, .last = i + 1});
        flow_.blocks_.back().last = i + 1;
    }
    for (std::uint32_t i = 0; i < flow_.blocks_.size(); ++i) connect(i);
    order_blocks();
}

// A block behind those that lead to it, but for the way back of a loop: what a pass finds it finds of the
// whole function (reverse postorder).
void FlowBuilder::order_blocks() {
    std::vector<bool> seen(flow_.blocks_.size());
    std::vector<std::pair<std::uint32_t, std::size_t>> open;  // a block, and how many successors were visited
    if (!flow_.blocks_.empty()) open.emplace_back(0, 0), seen[0] = true;
    while (!open.empty()) {
        auto& [block, next] = open.back();
        const auto& successors = flow_.blocks_[block].successors;
        if (next == successors.size()) {
            order_.push_back(block);
            open.pop_back();
            continue;
        }
        const std::uint32_t to = successors[next++];
        if (!seen[to]) open.emplace_back(to, 0), seen[to] = true;
    }
    std::ranges::reverse(order_);
}

void FlowBuilder::connect(std::uint32_t block) {
    const Lifted& last = flow_.instructions_[flow_.blocks_[block].last - 1];
    auto to = [&](std::optional<std::uint32_t> instruction) {
        if (!instruction) return;
        auto found = std::ranges::upper_bound(flow_.blocks_, *instruction, {}, &Block::first);
        const auto target = static_cast<std::uint32_t>(found - flow_.blocks_.begin() - 1);
        flow_.blocks_[block].successors.push_back(target);
        flow_.blocks_[target].predecessors.push_back(block);
    };
    const bool no_return =
        last.flow == Flow::call && last.target && !environment_.callee(*last.target).returns;
    const auto other = environment_.static_branch(last.address);
    if (other) to(flow_.index_of(*other));
    const bool goes_on =
        other || last.flow == Flow::next || last.flow == Flow::branch || last.flow == Flow::call;
    if (goes_on && !no_return) to(flow_.index_of(last.address + last.length));
    if ((last.flow == Flow::branch || last.flow == Flow::jump) && last.target && last.target != other)
        to(flow_.index_of(*last.target));
}

State FlowBuilder::at_entry() {
    State state;
    ValueTable& values = flow_.values_;
    const CallingConvention& convention = flow_.convention_;
    for (RegisterId reg = 0; reg < convention.names.size(); ++reg) {
        state.registers[reg] = reg == convention.sp ? values.stack(0) : values.entry(reg);
        Value& value = values.at(state.registers[reg]);
        if (value.type.kind == ValueType::Kind::none) value.type.kind = ValueType::Kind::unknown;
    }
    if (!flow_.prototype_) return state;
    const auto& parameters = flow_.prototype_->parameters;
    for (std::size_t i = 0; i < parameters.size() && i < convention.arguments.size(); ++i)
        values.at(values.entry(convention.arguments[i])).type =
            value_of_type(flow_.types(), parameters[i].type, flow_.prototype_->sureness);
    return state;
}

State FlowBuilder::state_into(std::uint32_t block, Transfer& transfer) {
    std::vector<const State*> ways;
    for (std::uint32_t from : flow_.blocks_[block].predecessors)
        if (flow_.blocks_[from].reached) ways.push_back(&flow_.blocks_[from].out);
    State entry;
    if (block == 0) {
        entry = at_entry();
        ways.push_back(&entry);
    }
    if (ways.size() == 1) return *ways.front();
    State met;
    std::vector<ValueId> inputs(ways.size());
    for (RegisterId reg = 0; reg < flow_.convention_.names.size(); ++reg) {
        for (std::size_t i = 0; i < ways.size(); ++i) inputs[i] = ways[i]->registers[reg];
        met.registers[reg] = transfer.meet(block, reg, 0, inputs);
    }
    for (const Slot& slot : ways.front()->slots()) {
        for (std::size_t i = 0; i < ways.size(); ++i) inputs[i] = ways[i]->slot(slot.offset, slot.size);
        met.store(slot.offset, slot.size, transfer.meet(block, kNoRegister, slot.offset, inputs));
    }
    return met;
}

// True when something changed.
bool FlowBuilder::pass(Transfer& transfer) {
    bool changed = false;
    for (std::uint32_t i : order_) {
        Block& block = flow_.blocks_[i];
        const bool reached = i == 0 || std::ranges::any_of(block.predecessors, [&](std::uint32_t from) {
                                 return flow_.blocks_[from].reached;
                             });
        if (!reached) continue;
        State state = state_into(i, transfer);
        if (!block.reached || !(state == block.in)) {
            changed = true;
            block.in = state;
        }
        block.reached = true;
        steps_ += (block.last - block.first) + block.predecessors.size() * (1 + state.slots().size());
        if (steps_ > kMostSteps) return true;
        for (std::uint32_t at = block.first; at < block.last; ++at) transfer.run(at, state);
        block.out = std::move(state);
    }
    return transfer.take_changed() || changed;
}

void FlowBuilder::settle() {
    Transfer transfer(flow_, flow_.values_, environment_, flow_.convention_);
    int passes = 0;
    for (int round = 0; round <= kMostRounds; ++round) {
        while (pass(transfer)) {
            if (passes == kPatientPasses) transfer.hurry();
            if (++passes == kMostPasses || steps_ > kMostSteps) {
                // What has not settled is not known.
                for (Block& block : flow_.blocks_) block.reached = false;
                return;
            }
        }
        if (round == kMostRounds || !transfer.apply_uses()) return;
    }
}

// Whether what the function does with its arguments fits the types that its name promises.
bool FlowBuilder::prototype_holds() const {
    constexpr std::uint8_t kSure = 90;
    if (!flow_.prototype_ || flow_.prototype_->sureness >= kSure) return true;
    bool any = false;
    for (const Block& block : flow_.blocks_) {
        if (!block.reached) continue;
        State state = block.in;
        Transfer transfer(flow_, flow_.values_, environment_, flow_.convention_);
        for (std::uint32_t at = block.first; at < block.last; ++at) {
            for (const Effect& effect : flow_.instructions_[at].effects()) {
                const MemoryPlace& place = effect.memory;
                if (place.base == kNoRegister || place.base == flow_.convention_.sp || place.per_cpu)
                    continue;
                if (effect.kind != Effect::Kind::load && effect.kind != Effect::Kind::store &&
                    effect.kind != Effect::Kind::touch)
                    continue;
                ValueId base = state.registers[place.base];
                if (flow_.values_[base].kind == Value::Kind::offset) base = flow_.values_[base].base;
                if (flow_.values_[base].kind != Value::Kind::entry) continue;
                const ValueType type = type_of(flow_.values_, state.registers[place.base]);
                if (!type.is_pointer() || place.index != kNoRegister) continue;
                const std::int64_t offset = wrapping_sum(type.offset, place.displacement);
                const auto& members =
                    flow_.finder_.find(type.id, static_cast<std::uint64_t>(offset), place.size, false);
                if (offset < 0 || members.empty()) return false;
                any = true;
            }
            transfer.run(at, state);
        }
    }
    return any;
}

std::unique_ptr<FunctionFlow> FlowBuilder::build(std::uint64_t start, const CodeRef& place,
                                                 MemberFinder& finder, Environment& environment) {
    const CallingConvention& convention = *environment.session().arch().convention;
    for (bool with_prototype : {true, false}) {
        std::unique_ptr<FunctionFlow> flow(new FunctionFlow(finder, environment, convention));
        FlowBuilder builder(*flow, environment);
        flow->start_ = start;
        if (with_prototype) flow->prototype_ = environment.callee(start).prototype;
        if (!builder.read(start, place.size.value_or(0))) return nullptr;
        builder.read_cold_part(place);
        builder.make_blocks();
        builder.settle();
        if (builder.prototype_holds()) return flow;
    }
    return nullptr;
}

}  // namespace inquest::dataflow
