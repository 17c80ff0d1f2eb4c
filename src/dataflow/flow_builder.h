// Makes a FunctionFlow: reads the code, parts it into blocks, and lets the states settle.
#pragma once

#include <memory>

#include "dataflow/function_flow.h"
#include "dataflow/transfer.h"

namespace inquest::dataflow {

class FlowBuilder {
  public:
    // nullptr when the code at `start` cannot be read.
    static std::unique_ptr<FunctionFlow> build(std::uint64_t start, const CodeRef& place,
                                               MemberFinder& finder, Environment& environment);

  private:
    FlowBuilder(FunctionFlow& flow, Environment& environment) : flow_(flow), environment_(environment) {}

    bool read(std::uint64_t start, std::uint64_t size);
    void read_cold_part(const CodeRef& place);
    void make_blocks();
    void connect(std::uint32_t block);
    void order_blocks();
    void settle();
    bool pass(Transfer& transfer);
    State state_into(std::uint32_t block, Transfer& transfer);
    [[nodiscard]] State at_entry();
    [[nodiscard]] bool prototype_holds() const;

    FunctionFlow& flow_;
    Environment& environment_;
    std::vector<std::uint32_t> order_;  // of the blocks that are reached
    std::uint64_t steps_ = 0;
};

}  // namespace inquest::dataflow
