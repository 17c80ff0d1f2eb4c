// Data flow through the functions of a kernel, each worked out when it is first asked for and kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string_view>

#include "dataflow/function_flow.h"

namespace inquest::dataflow {

class DataFlow {
  public:
    // Both must outlive it.
    DataFlow(Session& session, CodeMap& code) : environment_(session, code) {}

    // The function that holds the address; for a ".cold" part the function that it was cut from. nullptr when
    // no symbol tells where it begins, its code is not in the dump, the kernel has no types, or nobody wrote
    // the architecture's lifter.
    const FunctionFlow* function(std::uint64_t address);

    [[nodiscard]] Environment& environment() { return environment_; }

  private:
    MemberFinder& finder(const Types& types);

    Environment environment_;
    std::map<std::uint64_t, std::unique_ptr<FunctionFlow>> functions_;  // by start
    std::map<const Types*, MemberFinder> finders_;
};

}  // namespace inquest::dataflow
