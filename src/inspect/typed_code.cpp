#include "inspect/typed_code.h"

#include "arch/lift.h"
#include "base/text.h"
#include "dataflow/naming.h"

namespace inquest {

using dataflow::FunctionFlow;
using dataflow::NamedAccess;

TypedCode typed_code(Workspace& workspace, std::uint64_t address) {
    TypedCode code;
    const FunctionFlow* flow = workspace.flow().function(address);
    if (!flow) return code;
    dataflow::Environment& environment = workspace.flow().environment();
    const auto& names = workspace.session().arch().convention->names;
    for (const NamedAccess& access : flow->accesses()) {
        TypedOperand operand;
        operand.expression = expression(*flow, environment, access);
        operand.type = object_type(*flow, access);
        for (const dataflow::MemberAt& member : access.members)
            operand.member += (operand.member.empty() ? "" : "|") + member.path;
        if (access.place.base != kNoRegister) operand.base = names[access.place.base];
        operand.offset = access.offset;
        operand.confidence = access.sureness / 100.0;
        code.operands[flow->instructions()[access.instruction].address].push_back(std::move(operand));
    }
    return code;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> surely_run_before(Workspace& workspace,
                                                                       std::uint64_t address) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> run;
    const FunctionFlow* flow = workspace.flow().function(address);
    auto at = flow ? flow->index_of(address) : std::nullopt;
    if (!at) return run;
    const auto blocks = flow->blocks();
    for (std::uint32_t i = 0; i < blocks.size(); ++i) {
        if (!flow->always_run_before(i, *at)) continue;
        const bool own = i == flow->block_of(*at);
        const Lifted& last = flow->instructions()[own ? *at : blocks[i].last - 1];
        run.emplace_back(flow->instructions()[blocks[i].first].address,
                         own ? last.address : last.address + last.length);
    }
    return run;
}

Json operands_json(const std::vector<TypedOperand>& operands) {
    Json::Array list;
    for (const TypedOperand& operand : operands) {
        Json json;
        json.set("member", operand.member.empty() ? Json() : Json(operand.member));
        json.set("type", operand.type.empty() ? Json() : Json(operand.type));
        json.set("confidence", operand.confidence);
        json.set("base", operand.base.empty() ? Json() : Json(operand.base));
        json.set("offset",
                 operand.offset < 0 ? Json() : Json(hex(static_cast<std::uint64_t>(operand.offset))));
        json.set("expression", operand.expression.empty() ? Json() : Json(operand.expression));
        list.push_back(std::move(json));
    }
    return Json(std::move(list));
}

}  // namespace inquest
