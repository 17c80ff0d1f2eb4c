#include "origins.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace referee {
namespace {

using Flow = Instruction::Flow;
using Effect = Instruction::Effect;

constexpr std::size_t kMostStates = 20000;  // instructions looked at for one register

std::string kind_of(const std::string& origin) { return origin.substr(0, origin.find(':')); }

}  // namespace

Origins::Origins(const KernelFile& kernel, const Machine& machine, const std::vector<Instruction>& code,
                 std::function<std::string(const Instruction&)> name_load)
    : kernel_(kernel),
      machine_(machine),
      code_(code),
      name_load_(std::move(name_load)),
      jumps_to_(code.size()) {
    std::vector<std::pair<std::uint64_t, std::size_t>> places;
    for (std::size_t i = 0; i < code.size(); ++i) places.emplace_back(code[i].address, i);
    std::ranges::sort(places);
    for (std::size_t i = 0; i < code.size(); ++i) {
        if (!code[i].target || (code[i].flow != Flow::jump && code[i].flow != Flow::branch)) continue;
        auto place = std::ranges::lower_bound(places, std::pair(code[i].target, std::size_t{0}));
        if (place != places.end() && place->first == code[i].target) jumps_to_[place->second].push_back(i);
    }
}

std::vector<std::size_t> Origins::before(std::size_t index) const {
    std::vector<std::size_t> found = jumps_to_[index];
    if (index == 0) return found;
    const Instruction& previous = code_[index - 1];
    if (previous.address + previous.length != code_[index].address) return found;
    // WARN() comes back from its trap; what BUG() does not reach, something jumps to.
    const bool comes_back = previous.mnemonic == "ud2" || previous.mnemonic == "brk";
    if ((previous.flow != Flow::jump && previous.flow != Flow::end) || (comes_back && found.empty()))
        found.push_back(index - 1);
    return found;
}

std::string Origins::written_by(const Instruction& instruction, unsigned register_number) const {
    auto named = [](std::string kind, std::string_view detail) {
        return detail.empty() ? kind : kind + ": " + std::string(detail);
    };
    switch (instruction.effect) {
        case Effect::load:
            return named("load", name_load_(instruction));
        case Effect::stack_load:
            return "stack";
        case Effect::per_cpu:
            return named("per-cpu", kernel_.symbol_at(static_cast<std::uint64_t>(instruction.constant)));
        case Effect::global:
            return named("global", kernel_.symbol_at(static_cast<std::uint64_t>(instruction.constant)));
        case Effect::address:
            return instruction.constant < 0 ? "container_of" : "member address";
        case Effect::constant:
            return "constant";
        default:
            return named(
                register_number == 0 && instruction.mnemonic.contains("xchg") ? "exchange" : "computed",
                instruction.mnemonic);
    }
}

std::string Origins::of(std::size_t index, unsigned register_number) const {
    std::set<std::pair<std::size_t, unsigned>> seen;
    std::vector<std::pair<std::size_t, unsigned>> open{{index, register_number}};
    std::set<std::string> found;
    while (!open.empty()) {
        auto [at, reg] = open.back();
        open.pop_back();
        if (!seen.emplace(at, reg).second) continue;
        if (seen.size() > kMostStates) return "unknown: too far";
        if (at == 0) found.insert("argument: " + machine_.register_name(reg));
        auto earlier = before(at);
        if (earlier.empty() && at != 0)
            found.insert("unknown: no jump leads there (static key, table, exception)");
        for (std::size_t i : earlier) {
            const Instruction& instruction = code_[i];
            // ftrace's hook saves every register.
            if (instruction.flow == Flow::call && kernel_.symbol_at(instruction.target) != "__fentry__") {
                if (reg == machine_.result_register()) {
                    std::string_view callee = kernel_.symbol_at(instruction.target);
                    found.insert("call: " + (callee.empty() ? instruction.text : std::string(callee)));
                } else if (!machine_.survives_calls(reg)) {
                    found.insert("unknown: behind a call");
                } else {
                    open.emplace_back(i, reg);
                }
                continue;
            }
            if (std::ranges::find(instruction.written, reg) == instruction.written.end()) {
                open.emplace_back(i, reg);
            } else if (instruction.effect == Effect::move || instruction.effect == Effect::maybe_move) {
                open.emplace_back(i, instruction.source);
                if (instruction.effect == Effect::maybe_move) open.emplace_back(i, reg);
            } else {
                found.insert(written_by(instruction, reg));
            }
        }
    }
    if (found.empty()) return "unknown";
    if (found.size() == 1) return *found.begin();
    std::set<std::string> kinds;
    for (const std::string& origin : found) kinds.insert(kind_of(origin));
    return fmt::format("join: {}", fmt::join(kinds, "+"));
}

}  // namespace referee
