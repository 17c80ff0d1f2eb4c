#include "judgement.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ranges>

#include "origins.h"
#include "variables.h"

namespace referee {
namespace {

std::string quoted(std::string_view text) {
    std::string written = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') written += '\\';
        if (static_cast<unsigned char>(c) >= ' ') written += c;
    }
    return written + '"';
}

struct Truth {
    Pointee pointee;
    std::int64_t shift;
    std::string variable;
    std::vector<std::string> members;
};

class Judge {
  public:
    explicit Judge(const Function& function) : holdings_(holdings_of(function)) {}

    std::vector<Truth> truths_of(const Instruction& instruction) const {
        std::vector<Truth> truths;
        const Memory& memory = *instruction.memory;
        for (const Holding& holding : holdings_) {
            if (holding.register_number != memory.register_number || instruction.address < holding.start ||
                instruction.address >= holding.end)
                continue;
            Truth truth{holding.pointee, holding.shift, holding.variable, {}};
            const Access access{memory.displacement - holding.shift, std::max(memory.size, 1U)};
            if (truth.pointee.is_structure) truth.members = members_at(truth.pointee.type, access);
            auto same = [&](const Truth& other) {
                return other.pointee.name == truth.pointee.name && other.members == truth.members &&
                       other.shift == truth.shift;
            };
            if (std::ranges::none_of(truths, same)) truths.push_back(std::move(truth));
        }
        return truths;
    }

    // "struct dentry d_inode": what an instruction loads, where one variable tells.
    std::string name_of_load(const Instruction& instruction) const {
        if (!instruction.memory || !instruction.memory->nameable) return {};
        for (const Truth& truth : truths_of(instruction))
            if (truth.pointee.is_structure && !truth.members.empty())
                return truth.pointee.name + " " + truth.members.front();
        return {};
    }

  private:
    std::vector<Holding> holdings_;
};

std::string json_of(const Truth& truth) {
    return fmt::format(R"({{"type":{},"structure":{},"shift":{},"members":[{}],"variable":{}}})",
                       quoted(truth.pointee.name), truth.pointee.is_structure, truth.shift,
                       fmt::join(truth.members | std::views::transform(quoted), ","), quoted(truth.variable));
}

std::string json_of(const Instruction& instruction, const std::vector<Truth>& truths,
                    std::string_view origin) {
    const Memory& memory = *instruction.memory;
    std::vector<std::string> written;
    for (const Truth& truth : truths) written.push_back(json_of(truth));
    return fmt::format(
        R"({{"address":"{:#x}","text":{},"base":{},"displacement":{},"size":{},"indexed":{},"accessed":{},)"
        R"("truths":[{}],"origin":{}}})",
        instruction.address, quoted(instruction.text), quoted(memory.base), memory.displacement, memory.size,
        memory.indexed, memory.accessed, fmt::join(written, ","), quoted(origin));
}

}  // namespace

std::string judgement_json(const KernelFile& kernel, Machine& machine, const Function& function) {
    const auto code = machine.decode(kernel, function);
    const Judge judge(function);
    const Origins origins(kernel, machine, code,
                          [&](const Instruction& instruction) { return judge.name_of_load(instruction); });
    std::vector<std::string> operands, parts;
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (!code[i].memory || !code[i].memory->nameable) continue;
        auto truths = judge.truths_of(code[i]);
        std::string origin = truths.empty() ? "" : origins.of(i, code[i].memory->register_number);
        operands.push_back(json_of(code[i], truths, origin));
    }
    for (const AddressRange& range : function.ranges)
        parts.push_back(fmt::format(R"({{"symbol":{},"ambiguous":{},"start":"{:#x}","end":"{:#x}"}})",
                                    quoted(kernel.symbol_at(range.start)),
                                    kernel.is_ambiguous(kernel.symbol_at(range.start)), range.start,
                                    range.end));
    return fmt::format(R"({{"function":{},"parts":[{}],"operands":[{}]}})",
                       quoted(kernel.symbol_at(function.ranges.front().start)), fmt::join(parts, ","),
                       fmt::join(operands, ","));
}

}  // namespace referee
