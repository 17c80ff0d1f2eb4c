#include "debuginfo/sources/dwarf_locals.h"

#include <algorithm>
#include <dwarf.h>

#include "debuginfo/sources/dwarf_units.h"

namespace inquest {
namespace {

constexpr std::size_t kMostVariables = 512, kMostChildren = 1 << 16, kMostOps = 256, kMostArguments = 32;
constexpr std::size_t kMostBytes = 256;
constexpr int kDeepest = 4, kDeepestType = 16;

// Calls `take(die)` for each entry right below.
template <typename Take>
void each_child(Dwarf_Die& parent, const Take& take) {
    Dwarf_Die die;
    if (dwarf_child(&parent, &die) != 0) return;
    for (std::size_t i = 0; i < kMostChildren; ++i) {
        take(die);
        if (dwarf_siblingof(&die, &die) != 0) return;
    }
}

DwarfExpression copy(Dwarf_Attribute& attribute, Dwarf_Op* ops, std::size_t count, int depth) {
    DwarfExpression expression;
    // What is too long or nested is kept as an operation that nobody models.
    if (count > kMostOps || depth > kDeepest) return {DwarfOp{.code = DW_OP_lo_user}};
    for (std::size_t i = 0; i < count; ++i) {
        DwarfOp op{.code = ops[i].atom, .number = ops[i].number, .number2 = ops[i].number2};
        Dwarf_Attribute block;
        Dwarf_Block content{};
        Dwarf_Op* inner = nullptr;
        std::size_t length = 0;
        if (op.code == DW_OP_entry_value || op.code == DW_OP_GNU_entry_value) {
            if (dwarf_getlocation_attr(&attribute, &ops[i], &block) == 0 &&
                dwarf_getlocation(&block, &inner, &length) == 0)
                op.nested = copy(block, inner, length, depth + 1);
        } else if (op.code == DW_OP_implicit_value) {
            if (dwarf_getlocation_implicit_value(&attribute, &ops[i], &content) == 0)
                op.bytes.assign(content.data,
                                content.data + std::min<std::size_t>(content.length, kMostBytes));
        }
        expression.push_back(std::move(op));
    }
    return expression;
}

// A location expression, or the entry of a location list that holds at the address.
DwarfExpression expression_at(Dwarf_Die& die, unsigned name, Dwarf_Addr address) {
    Dwarf_Attribute attribute;
    Dwarf_Op* ops = nullptr;
    std::size_t count = 0;
    if (!dwarf_attr_integrate(&die, name, &attribute)) return {};
    if (dwarf_getlocation_addr(&attribute, address, &ops, &count, 1) < 1) return {};
    return copy(attribute, ops, count, 0);
}

std::optional<Dwarf_Die> type_of(Dwarf_Die& die) {
    Dwarf_Attribute attribute;
    Dwarf_Die type;
    if (!dwarf_attr_integrate(&die, DW_AT_type, &attribute) || !dwarf_formref_die(&attribute, &type))
        return std::nullopt;
    return type;
}

std::string type_name(std::optional<Dwarf_Die> type, int depth = 0) {
    if (!type) return "void";
    if (depth > kDeepestType) return "";
    const std::string name = dwarf_name(*type);
    auto target = [&] { return type_name(type_of(*type), depth + 1); };
    switch (dwarf_tag(&*type)) {
        case DW_TAG_const_type:
        case DW_TAG_volatile_type:
        case DW_TAG_restrict_type:
        case DW_TAG_atomic_type:
            return target();
        case DW_TAG_pointer_type: {
            const std::string of = target();
            return of + (of.ends_with('*') ? "*" : " *");
        }
        case DW_TAG_array_type: {
            std::string dimensions;
            each_child(*type, [&](Dwarf_Die& die) {
                if (dwarf_tag(&die) != DW_TAG_subrange_type) return;
                auto count = dwarf_number(die, DW_AT_count);
                if (auto last = dwarf_number(die, DW_AT_upper_bound); !count && last) count = *last + 1;
                dimensions += "[" + (count ? std::to_string(*count) : "") + "]";
            });
            return target() + dimensions;
        }
        case DW_TAG_structure_type:
            return name.empty() ? "struct {...}" : "struct " + name;
        case DW_TAG_union_type:
            return name.empty() ? "union {...}" : "union " + name;
        case DW_TAG_enumeration_type:
            return name.empty() ? "enum {...}" : "enum " + name;
        case DW_TAG_subroutine_type:
            return target() + " ()()";
        default:
            return name;
    }
}

std::uint64_t size_of(std::optional<Dwarf_Die> type) {
    Dwarf_Die peeled;
    Dwarf_Word size = 0;
    if (!type || dwarf_peel_type(&*type, &peeled) != 0 || dwarf_aggregate_size(&peeled, &size) != 0) return 0;
    return size;
}

LocalVariable variable_of(Dwarf_Die& die, Dwarf_Addr address) {
    LocalVariable variable;
    variable.name = dwarf_name(die);
    variable.parameter = dwarf_tag(&die) == DW_TAG_formal_parameter;
    auto type = type_of(die);
    variable.type = type_name(type);
    variable.size = size_of(type);
    variable.location = expression_at(die, DW_AT_location, address);
    Dwarf_Attribute constant;
    if (dwarf_attr_integrate(&die, DW_AT_const_value, &constant)) {
        Dwarf_Sword number = 0;
        if (dwarf_formsdata(&constant, &number) == 0) variable.constant = static_cast<std::uint64_t>(number);
    }
    return variable;
}

// The entries of a scope; parameters are counted, those without a name too.
void add_variables(FunctionLocals& function, Dwarf_Die& scope, Dwarf_Addr address) {
    unsigned number = 0;
    each_child(scope, [&](Dwarf_Die& die) {
        const int tag = dwarf_tag(&die);
        if (tag != DW_TAG_formal_parameter && tag != DW_TAG_variable) return;
        if (tag == DW_TAG_formal_parameter) ++number;
        if (function.variables.size() >= kMostVariables) return;
        LocalVariable variable = variable_of(die, address);
        if (variable.name.empty()) return;
        if (variable.parameter) variable.number = number;
        function.variables.push_back(std::move(variable));
    });
}

// Before DWARF 5 calls were GNU's extension.
bool is_call(Dwarf_Die& die, Dwarf_Addr back) {
    if (dwarf_tag(&die) == DW_TAG_call_site || dwarf_tag(&die) == DW_TAG_GNU_call_site) {
        Dwarf_Attribute attribute;
        Dwarf_Addr address = 0;
        for (unsigned name : {unsigned{DW_AT_call_return_pc}, unsigned{DW_AT_low_pc}})
            if (dwarf_attr(&die, name, &attribute) && dwarf_formaddr(&attribute, &address) == 0)
                return address == back;
    }
    return false;
}

void add_arguments(std::vector<CallArgument>& arguments, Dwarf_Die& call, Dwarf_Addr back) {
    each_child(call, [&](Dwarf_Die& die) {
        const int tag = dwarf_tag(&die);
        if (tag != DW_TAG_call_site_parameter && tag != DW_TAG_GNU_call_site_parameter) return;
        const DwarfExpression place = expression_at(die, DW_AT_location, back);
        if (place.size() != 1 || arguments.size() >= kMostArguments) return;
        const DwarfOp& op = place.front();
        CallArgument argument;
        if (op.code >= DW_OP_reg0 && op.code <= DW_OP_reg31)
            argument.reg = op.code - DW_OP_reg0;
        else if (op.code == DW_OP_regx)
            argument.reg = op.number;
        else
            return;
        argument.value = expression_at(die, DW_AT_call_value, back);
        if (argument.value.empty()) argument.value = expression_at(die, DW_AT_GNU_call_site_value, back);
        if (!argument.value.empty()) arguments.push_back(std::move(argument));
    });
}

}  // namespace

std::vector<FunctionLocals> DwarfLocals::at(std::uint64_t address) {
    std::vector<FunctionLocals> functions;
    auto unit = units_->at(address);
    if (!unit) return functions;
    auto scopes = scopes_at(*unit, address);
    std::vector<Dwarf_Die> blocks;  // of the next function, inner ones first
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
        blocks.push_back(*scope);
        const int tag = dwarf_tag(&*scope);
        if (tag == DW_TAG_lexical_block) continue;
        FunctionLocals function;
        function.function = dwarf_name(*scope);
        function.inlined = tag == DW_TAG_inlined_subroutine;
        for (auto block = blocks.rbegin(); block != blocks.rend(); ++block)
            add_variables(function, *block, address);
        blocks.clear();
        if (!function.inlined) function.frame_base = expression_at(*scope, DW_AT_frame_base, address);
        functions.push_back(std::move(function));
        if (!functions.back().inlined) break;
    }
    return functions;
}

std::vector<CallArgument> DwarfLocals::call_before(std::uint64_t back) {
    std::vector<CallArgument> arguments;
    auto unit = units_->at(back - 1);
    if (!unit) return arguments;
    // The call is noted in the innermost scope that it stands in, or further out.
    auto scopes = scopes_at(*unit, back - 1);
    for (auto scope = scopes.rbegin(); scope != scopes.rend() && arguments.empty(); ++scope)
        each_child(*scope, [&](Dwarf_Die& die) {
            if (arguments.empty() && is_call(die, back)) add_arguments(arguments, die, back);
        });
    return arguments;
}

}  // namespace inquest
