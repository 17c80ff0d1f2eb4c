// What the code looked at before it decided: the members that a check's condition or a loop reads.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "diagnose/scene.h"

namespace inquest::diagnose {

// A read of an object's member, or of a variable.
struct ConditionRead {
    std::uint32_t instruction = 0;
    MemoryPlace place;
    dataflow::ValueId base = dataflow::kUnknownValue;  // kUnknownValue: a variable's
};

// Those in [first, last) that read neither the stack nor an element of an array, in the order of the code.
std::vector<ConditionRead> reads_in(const dataflow::FunctionFlow& flow, std::uint32_t first,
                                    std::uint32_t last);

// What keeps the innermost loop that the instruction is in going: its only read, or the one that fetches the
// next element; nullopt where it is in none, or nothing tells which.
std::optional<ConditionRead> read_of_loop(const dataflow::FunctionFlow& flow, std::uint32_t instruction);

// Makes it the verdict's object and member. `frames` may be of another task than the one that died; `what`
// begins the sentence of the evidence: "the condition read".
void blame_read(Scene& scene, const dataflow::FrameValues& frames, std::size_t frame,
                const ConditionRead& read, std::string_view what);

}  // namespace inquest::diagnose
