#include "dataflow/environment.h"

#include <algorithm>
#include <array>

#include "arch/lift.h"
#include "base/text.h"
#include "kernel/global_types.h"
#include "kernel/source_lines.h"

namespace inquest::dataflow {
namespace {

constexpr std::uint8_t kOwnName = 95, kSharedName = 70;
constexpr std::size_t kMostParameters = 16;

// objtool's list (tools/objtool/noreturns.h) has more; these are the ones that checks and faults end in.
constexpr std::array<std::string_view, 16> kNeverReturn{"__fortify_panic",
                                                        "__module_put_and_kthread_exit",
                                                        "__stack_chk_fail",
                                                        "do_exit",
                                                        "do_group_exit",
                                                        "do_task_dead",
                                                        "fortify_panic",
                                                        "kthread_complete_and_exit",
                                                        "kthread_exit",
                                                        "make_task_dead",
                                                        "panic",
                                                        "rewind_stack_and_make_dead",
                                                        "usercopy_abort",
                                                        "vpanic",
                                                        "nmi_panic_self_stop",
                                                        "__ubsan_handle_builtin_unreachable"};

constexpr std::array<std::string_view, 4> kHooks{"__fentry__", "_mcount", "mcount", "ftrace_caller"};

// "__x86_indirect_thunk_rax", "__x86_indirect_jump_thunk_r11".
RegisterId retpoline(std::string_view name, const CallingConvention* convention) {
    // Since 6.16 __pi___x86_indirect_thunk_rax is an alias, and comes first.
    if (!convention || name.find("__x86_indirect_") == name.npos) return kNoRegister;
    std::string_view reg = name.substr(name.rfind('_') + 1);
    // The table of all thunks begins with that of rax, and lends it its name.
    if (reg == "array") reg = "rax";
    auto found = std::ranges::find(convention->names, reg);
    return found == convention->names.end() ? kNoRegister
                                            : static_cast<RegisterId>(found - convention->names.begin());
}

}  // namespace

const Types* Environment::types_for(std::string_view module) {
    if (module.empty()) return session_.types();
    if (!module_types_) module_types_ = read_module_types(session_);
    for (const ModuleView& loaded : code_.modules().modules) {
        if (loaded.name != module) continue;
        for (const ModuleTypes& own : *module_types_)
            if (loaded.address == own.module) return own.types.get();
        if (const Types* own = debug_types_of(loaded)) return own;
    }
    return session_.types();
}

// Out of the module's debug file, where the user or the distribution has put it.
const Types* Environment::debug_types_of(const ModuleView& module) {
    auto [known, is_new] = debug_types_.try_emplace(module.address);
    if (is_new && session_.debug_files().anywhere()) {
        auto ids = module_build_ids(session_, module);
        const ElfFile* file = ids.empty() ? nullptr : session_.debug_files().module(module.name, ids);
        auto opened = file ? DwarfTypes::open(*file) : fail("");
        if (opened) known->second = std::move(*opened);
    }
    return known->second.get();
}

std::optional<Prototype> Environment::prototype_of(const Types& types, TypeId id) {
    id = types.resolve(id);
    Type type = types.type(id);
    if (type.kind == TypeKind::function) {
        id = type.target;
        type = types.type(id);
    }
    if (type.kind != TypeKind::function_prototype) return std::nullopt;
    Prototype prototype{.types = &types, .result = type.target, .parameters = {}, .sureness = kOwnName};
    for (const Member& parameter : types.members(id)) {
        // Several words in a row, by value, shift what follows: no parameter behind it can be placed.
        const TypeKind kind = types.type(types.resolve(parameter.type)).kind;
        if ((kind == TypeKind::structure || kind == TypeKind::union_type) &&
            types.size_of(parameter.type) > 8)
            break;
        if (prototype.parameters.size() == kMostParameters || parameter.type == 0) break;  // "..."
        prototype.parameters.push_back({parameter.name, parameter.type});
    }
    return prototype;
}

std::optional<Prototype> Environment::find_prototype(std::string_view symbol, std::string_view module) {
    const Types* types = types_for(module);
    if (!types || symbol.empty()) return std::nullopt;
    // gcc's IPA-SRA passes what a pointer led to in place of the pointer, in the same register.
    if (symbol.find(".isra.") != symbol.npos) return std::nullopt;
    const std::string_view bare = symbol.substr(0, symbol.find('.'));
    auto id = types->find(bare, TypeKind::function);
    if (!id) return std::nullopt;
    auto prototype = prototype_of(*types, *id);
    if (!prototype) return std::nullopt;
    const std::size_t named = session_.symbols().named(symbol).size();
    const bool own = module.empty() ? named == 1 : named == 0;
    if (!own || bare != symbol) prototype->sureness = kSharedName;
    return prototype;
}

// Where a few instructions that only jump lead: static calls (include/linux/static_call.h), and what arm64's
// modules reach far functions by (arch/arm64/include/asm/module.h: struct plt_entry).
std::uint64_t Environment::end_of_trampoline(std::uint64_t address) const {
    constexpr std::size_t kMostInstructions = 4;
    const Arch& arch = session_.arch();
    std::array<std::uint8_t, kMostInstructions * 8> code{};
    if (!arch.lift || session_.read(address, code) != ReadOutcome::present) return address;
    std::array<std::optional<std::int64_t>, kMostRegisters> known{};
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < kMostInstructions && at < code.size(); ++i) {
        Lifted lifted;
        if (!arch.lift(std::span(code).subspan(at), address + at, lifted) || lifted.length == 0) break;
        at += lifted.length;
        if (lifted.flow == Flow::jump) {
            if (lifted.target) return *lifted.target;
            const RegisterId through = lifted.target_register;
            return through < known.size() && known[through] ? static_cast<std::uint64_t>(*known[through])
                                                            : address;
        }
        if (lifted.flow != Flow::next) break;
        for (const Effect& effect : lifted.effects()) {
            if (effect.target >= known.size()) return address;
            auto& target = known[effect.target];
            if (effect.kind == Effect::Kind::constant) {
                target = effect.value;
            } else if (effect.kind == Effect::Kind::add && effect.source == kNoRegister && target) {
                target = static_cast<std::int64_t>(static_cast<std::uint64_t>(*target) +
                                                   static_cast<std::uint64_t>(effect.value));
            } else if (effect.kind == Effect::Kind::address && effect.memory.base < known.size() &&
                       effect.memory.index == kNoRegister && known[effect.memory.base]) {
                target = static_cast<std::int64_t>(static_cast<std::uint64_t>(*known[effect.memory.base]) +
                                                   static_cast<std::uint64_t>(effect.memory.displacement));
            } else {
                return address;
            }
        }
    }
    return address;
}

const Callee& Environment::callee(std::uint64_t address) {
    auto [known, is_new] = known_.try_emplace(address);
    Callee& callee = known->second;
    if (!is_new) return callee;
    CodeRef place = code_.describe(address, true);
    if (place.offset.value_or(1) != 0 || place.symbol.starts_with("__SCT__"))
        if (const std::uint64_t target = end_of_trampoline(address); target != address) {
            address = target;
            place = code_.describe(address, true);
        }
    callee.address = address;
    callee.name = place.symbol;
    callee.module = place.module;
    if (place.offset.value_or(1) != 0) return callee;  // into the middle of something
    callee.through = retpoline(callee.name, session_.arch().convention);
    callee.returns = std::ranges::find(kNeverReturn, callee.name) == kNeverReturn.end();
    callee.keeps_registers = std::ranges::find(kHooks, callee.name) != kHooks.end();
    callee.prototype = find_prototype(callee.name, callee.module);
    return callee;
}

void Environment::read_static_branches() {
    constexpr std::uint64_t kLargestTable = 16 << 20, kEntry = 16;
    static_branches_.emplace();
    auto start = session_.symbols().address_of("__start___jump_table"),
         stop = session_.symbols().address_of("__stop___jump_table");
    if (!start || !stop || *stop < *start || *stop - *start > kLargestTable) return;
    std::vector<std::uint8_t> table(*stop - *start);
    if (session_.read(*start, table) != ReadOutcome::present) return;
    for (std::uint64_t at = 0; at + kEntry <= table.size(); at += kEntry) {
        const auto code = peek<std::int32_t>(table, at), target = peek<std::int32_t>(table, at + 4);
        static_branches_->emplace(*start + at + static_cast<std::uint64_t>(std::int64_t{*code}),
                                  *start + at + 4 + static_cast<std::uint64_t>(std::int64_t{*target}));
    }
}

std::optional<std::uint64_t> Environment::static_branch(std::uint64_t address) {
    if (!static_branches_) read_static_branches();
    auto found = static_branches_->find(address);
    return found == static_branches_->end() ? std::nullopt : std::optional(found->second);
}

std::optional<Variable> Environment::find_variable(std::uint64_t address, bool per_cpu) {
    const SymbolTable& symbols = session_.symbols();
    auto symbol = per_cpu ? symbols.at(address) : code_.symbol_at(address);
    if (!symbol || address - symbol->address >= std::max<std::uint64_t>(symbol->size, 1)) return std::nullopt;
    if (per_cpu) {
        auto start = symbols.address_of("__per_cpu_start"), end = symbols.address_of("__per_cpu_end");
        if (!start || !end || symbol->address < *start || symbol->address >= *end) return std::nullopt;
    } else if (code_.is_text(address)) {
        return std::nullopt;
    }
    Variable variable{.name = std::string(symbol->name), .type = {}, .offset = address - symbol->address};
    if (variable.offset) variable.name += "+" + hex(variable.offset);
    const Types* types = session_.types();
    if (!types || !symbol->module.empty()) return variable;
    if (auto described = types->find(symbol->name, TypeKind::variable)) {
        variable.type = types->type(*described).target;
    } else if (auto known = global_type(symbol->name); known && known->starts_with("struct ")) {
        // "struct x" and "struct x *" are all that data flow takes of the table.
        const std::string_view text = known->substr(7);
        if (text.find(' ') == text.npos)
            variable.type = types->find_struct(text);
        else if (text.ends_with(" *"))
            variable.pointer_to = types->find_struct(text.substr(0, text.size() - 2));
    }
    // What does not fit in front of the next symbol is another variable's type.
    if (variable.type && symbol->size && types->size_of(*variable.type) > symbol->size) variable.type.reset();
    return variable;
}

const std::optional<Variable>& Environment::variable(std::uint64_t address, bool per_cpu) {
    auto& table = per_cpu ? per_cpu_ : variables_;
    auto [known, is_new] = table.try_emplace(address);
    if (is_new) known->second = find_variable(address, per_cpu);
    return known->second;
}

}  // namespace inquest::dataflow
