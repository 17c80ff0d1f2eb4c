// Where a value came from, followed back through the functions of a call trace.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataflow/frame_values.h"

namespace inquest::diagnose {

// One step back. Steps lead from where the value was used to where it came from.
struct OriginStep {
    enum class Kind : std::uint8_t {
        argument,   // the function was called with it
        member_of,  // it is the address of a member of a structure, `offset` bytes into it
        loaded,     // read from memory
        variable,   // read from a global or per-CPU variable
        result,     // a function that was called returned it
        constant,   // the code has it as a number
        one_of,     // one of several, by the way that was taken
        computed,   // worked out in a way that is not followed
        unknown,
    };
    Kind kind = Kind::unknown;
    std::size_t frame = 0;  // of FrameValues::frames()
    std::string function, module;
    std::uint64_t ip = 0;  // of the instruction that loaded, called or computed; 0 unknown

    int number = 0;           // argument: which, from 1; result: 0
    std::string name;         // argument: of the parameter; result: of the callee; variable: its own
    std::string type;         // of the value: "struct page *"; loaded: of the object: "struct ceph_req"
    TypeId structure = 0;     // loaded, member_of: of the object, where it is known
    std::string member;       // loaded, member_of: its path; "" unknown
    std::int64_t offset = 0;  // loaded, member_of: into the object
    bool offset_known = false;
    std::optional<std::uint64_t> object;  // loaded: the object's address (where the base pointed)
    std::optional<std::uint64_t> place;   // loaded: the address that was read
    std::optional<std::int64_t> index;    // loaded: the element of an array
    std::optional<dataflow::FoundValue> value;
    dataflow::ValueId base = dataflow::kUnknownValue;  // loaded: the base, a value of the frame
    int through_argument = 0;  // loaded: the base is this argument of the function, from 1
    bool on_stack = false;     // loaded: from a local variable
};

struct Origin {
    std::vector<OriginStep> steps;
    [[nodiscard]] const OriginStep* last() const { return steps.empty() ? nullptr : &steps.back(); }
};

// Of a value of that frame.
Origin origin_of(const dataflow::FrameValues& frames, dataflow::Environment& environment, std::size_t frame,
                 dataflow::ValueId value);

}  // namespace inquest::diagnose
