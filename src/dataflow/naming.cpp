#include "dataflow/naming.h"

#include <algorithm>
#include <fmt/format.h>

#include "arch/lift.h"
#include "base/text.h"
#include "dataflow/transfer.h"

namespace inquest::dataflow {
namespace {

constexpr int kDeepest = 5;
constexpr std::size_t kLongest = 100, kMostAlternatives = 3;

class Writer {
  public:
    Writer(const FunctionFlow& flow, Environment& environment) : flow_(flow), environment_(environment) {}

    std::string write(ValueId id, int depth = 0) {
        if (depth > kDeepest) return "";
        const Value& value = flow_.values()[id];
        std::string text;
        switch (value.kind) {
            case Value::Kind::entry:
                text = parameter(value.reg);
                break;
            case Value::Kind::constant:
                text = constant(value.number);
                break;
            case Value::Kind::offset:
                text = address_in(value, depth);
                break;
            case Value::Kind::loaded:
                text = loaded(value, depth);
                break;
            case Value::Kind::per_cpu:
                text = per_cpu(value.number);
                break;
            case Value::Kind::result:
                text = result(value.site);
                break;
            case Value::Kind::current:
                text = "current";
                break;
            default:
                break;
        }
        return text.size() > kLongest ? "" : text;
    }

    std::string write(const NamedAccess& access) {
        if (!access.symbol.empty()) {
            std::string text = access.place.per_cpu ? per_cpu(access.place.displacement) : access.symbol;
            return text;
        }
        std::string members;
        for (std::size_t i = 0; i < std::min(access.members.size(), kMostAlternatives); ++i)
            members += (i ? "|" : "") + access.members[i].name;
        const Value& base = flow_.values()[access.base];
        std::string object =
            write(base.kind == Value::Kind::offset && !base.type.is_known() ? base.base : access.base);
        return object.empty() || object.starts_with('&')
                   ? flow_.types().name_of(access.structure) + "." + members
                   : object + "->" + members;
    }

  private:
    std::string parameter(RegisterId reg) const {
        const auto& prototype = flow_.prototype();
        const auto& arguments = environment_.session().arch().convention->arguments;
        auto at = static_cast<std::size_t>(std::ranges::find(arguments, reg) - arguments.begin());
        if (!prototype || at >= prototype->parameters.size()) return "";
        return std::string(prototype->parameters[at].name);
    }

    std::string constant(std::int64_t number) {
        if (number >= 0 && number < 4096) return number ? std::to_string(number) : "NULL";
        const auto& variable = environment_.variable(static_cast<std::uint64_t>(number), false);
        return variable ? "&" + variable->name : "";
    }

    // The running task has two names: current_task, and since 6.2 pcpu_hot.current_task (e57ef2ed97c1).
    std::string per_cpu(std::int64_t place) {
        const auto& variable = environment_.variable(static_cast<std::uint64_t>(place), true);
        if (!variable) return "";
        const bool hot =
            variable->name.starts_with("pcpu_hot") && variable->type &&
            !flow_.members().find(*variable->type, variable->offset, 8, false).empty() &&
            flow_.members().find(*variable->type, variable->offset, 8, false).front().name == "current_task";
        return hot || variable->name == "current_task" || variable->name == "const_current_task"
                   ? "current"
                   : "this_cpu(" + variable->name + ")";
    }

    std::string result(std::uint32_t site) {
        const Lifted& call = flow_.instructions()[site];
        if (!call.target) return "";
        const Callee& callee = environment_.callee(*call.target);
        return callee.name.empty() || callee.through != kNoRegister ? "" : callee.name + "()";
    }

    std::string address_in(const Value& value, int depth) {
        const ValueType type = type_of(flow_.values(), value.base);
        const std::string object = write(value.base, depth + 1);
        if (object.empty() || object.starts_with('&') || !type.is_pointer()) return "";
        const std::int64_t offset = wrapping_sum(type.offset, value.number);
        for (const Member& member : flow_.types().members(type.id))
            if (!member.name.empty() && offset > 0 &&
                member.bit_offset == static_cast<std::uint64_t>(offset) * 8)
                return "&" + object + "->" + std::string(member.name);
        return "";
    }

    std::string loaded(const Value& value, int depth) {
        if (value.base == kUnknownValue) {
            const auto& variable = environment_.variable(static_cast<std::uint64_t>(value.number), false);
            return variable && !value.indexed ? variable->name : "";
        }
        const ValueType type = type_of(flow_.values(), value.base);
        const std::int64_t offset = wrapping_sum(type.offset, value.number);
        if (!type.is_pointer() || offset < 0) return "";
        const Value& base = flow_.values()[value.base];
        const std::string object = write(
            base.kind == Value::Kind::offset && !base.type.is_known() ? base.base : value.base, depth + 1);
        if (object.empty() || object.starts_with('&')) return "";
        const auto& members =
            flow_.members().find(type.id, static_cast<std::uint64_t>(offset), value.size, value.indexed);
        return members.size() == 1 ? object + "->" + members.front().name : "";
    }

    const FunctionFlow& flow_;
    Environment& environment_;
};

}  // namespace

std::string expression(const FunctionFlow& flow, Environment& environment, ValueId value) {
    return Writer(flow, environment).write(value);
}

std::string expression(const FunctionFlow& flow, Environment& environment, const NamedAccess& access) {
    return Writer(flow, environment).write(access);
}

std::string object_type(const FunctionFlow& flow, const NamedAccess& access) {
    return access.structure ? flow.types().name_of(access.structure) : "";
}

}  // namespace inquest::dataflow
