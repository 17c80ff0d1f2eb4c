// What data flow tells of a function's instructions, for `dis -t`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "inspect/workspace.h"

namespace inquest {

struct TypedOperand {
    std::string expression;  // "nd->link_inode->i_op"
    std::string member;      // whole path in the object; alternatives parted by '|'
    std::string type;        // "struct inode"
    std::string base;        // the register; "" for a variable
    std::int64_t offset = 0;
    double confidence = 0;
};

struct TypedCode {
    std::map<std::uint64_t, std::vector<TypedOperand>> operands;  // by address of the instruction
};

// Of the function that holds the address; empty where nothing can be told.
TypedCode typed_code(Workspace& workspace, std::uint64_t address);

// Instructions [first, second) of the function that were surely run before the one at `address` was, its own
// last. Code that every way from the entry to there goes through.
std::vector<std::pair<std::uint64_t, std::uint64_t>> surely_run_before(Workspace& workspace,
                                                                       std::uint64_t address);

Json operands_json(const std::vector<TypedOperand>& operands);

}  // namespace inquest
