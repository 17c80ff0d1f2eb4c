// Code of any bytes as a function of the synthetic kernel: following data through it ends, and what it finds
// holds together.
#include <algorithm>
#include <cstdlib>

#include "dataflow/data_flow.h"
#include "dataflow/naming.h"
#include "kernel/synthetic_test.h"

using namespace inquest;
using namespace inquest::dataflow;

namespace {

constexpr std::size_t kLongest = 4096;
constexpr std::uint64_t kText = synth::Kernel::kFree, kFunction = kText + 0x100,
                        kCallee = kFunction + kLongest, kEnd = kCallee + 0x100;

void require(bool holds) {
    if (!holds) std::abort();
}

// A structure of every kind of member, a function that takes it, and one that it may call.
void add_types(synth::BtfWriter& types) {
    const auto number = types.integer("int", 4), wide = types.integer("long", 8);
    const auto self = types.pointer(types.record("object", 7, 0, 0));
    const auto either = types.union_type("", 8, {{"whole", wide, 0}, {"half", number, 0}});
    const auto call = types.pointer(types.prototype(self, {{"object", self}}));
    const auto object = types.structure("object", 128,
                                        {{"on", number, 0, 3},
                                         {"next", self, 64},
                                         {"", either, 128},
                                         {"call", call, 192},
                                         {"all", types.array(self, 8), 256}});
    const auto pointer = types.pointer(object);
    types.function("fuzzed", number, {{"object", pointer}, {"n", wide}});
    types.function("callee", pointer, {{"out", types.pointer(pointer)}, {"object", pointer}});
}

void ask(DataFlow& flows, const FunctionFlow& flow) {
    const auto count = static_cast<std::uint32_t>(flow.instructions().size());
    for (std::uint32_t i = 0; i < count; i += std::max(count / 16, 1U)) {
        const auto state = flow.before(i);
        if (!state) continue;
        for (ValueId value : state->registers) {
            require(value < flow.values().size());
            (void)expression(flow, flows.environment(), value);
        }
        for (const Slot& slot : state->slots()) require(slot.value < flow.values().size());
        require(flow.always_run_before(flow.block_of(i), i));
        if (flow.instructions()[i].flow == Flow::call) (void)flow.call_target(i, *state);
    }
    for (const NamedAccess& access : flow.accesses()) {
        require(access.instruction < count && access.sureness <= 100);
        require(!access.members.empty() || !access.symbol.empty());
        (void)expression(flow, flows.environment(), access);
        (void)object_type(flow, access);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    synth::Kernel kernel;
    add_types(kernel.types);
    kernel.put(kText, std::vector<std::uint8_t>(kEnd - kText, 0xcc));
    kernel.put(kFunction, {data, std::min(size, kLongest)});
    for (auto [address, name] : {std::pair{kText, "T_sinittext"},
                                 {kFunction, "Tfuzzed"},
                                 {kCallee, "Tcallee"},
                                 {kEnd, "T_einittext"}})
        kernel.add_symbol(address, name);
    auto session = session_of(kernel);
    require(session != nullptr);
    CodeMap code(*session);
    DataFlow flows(*session, code);
    const FunctionFlow* flow = flows.function(kFunction);
    require(flow != nullptr);
    ask(flows, *flow);
    return 0;
}
