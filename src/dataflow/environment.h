// What is known of the functions and variables that a function refers to.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "arch/lift.h"
#include "debuginfo/types.h"
#include "kernel/code_map.h"
#include "kernel/session.h"
#include "kernel/subsystems/module_types.h"

namespace inquest::dataflow {

struct Parameter {
    std::string_view name;  // "" unknown
    TypeId type;
};

// A function's type. Ids are of `types`, which need not be those of the function that calls it.
struct Prototype {
    const Types* types = nullptr;
    TypeId result = 0;
    std::vector<Parameter> parameters;
    // Percent: 95 where the name is the function's alone; less where the compiler changed the function
    // (.constprop, .isra) or several share the name, so that its use of registers must bear it out.
    std::uint8_t sureness = 0;
};

struct Callee {
    std::uint64_t address = 0;
    std::string name, module;  // with the compiler's suffixes; "" where no symbol is
    std::optional<Prototype> prototype;
    bool returns = true;
    bool keeps_registers = false;      // a tracer's hook
    RegisterId through = kNoRegister;  // a retpoline: the true target is in this register
};

struct Variable {
    std::string name;                  // with "+0x10" behind it where the address is within
    std::optional<TypeId> type;        // of the whole, in the kernel's types; nullopt where nothing tells
    std::optional<TypeId> pointer_to;  // where it is a pointer whose own type BTF does not have: its target
    std::uint64_t offset = 0;          // into it
};

// Functions and variables, kept by address. What it refers to must outlive it.
class Environment {
  public:
    Environment(Session& session, CodeMap& code) : session_(session), code_(code) {}

    const Callee& callee(std::uint64_t address);

    // The variable at an address; of the CPU's own area by its place in there, as instructions have it.
    const std::optional<Variable>& variable(std::uint64_t address, bool per_cpu);

    // Where a static key's branch at that address leads when it is on (struct jump_entry, relative
    // since 4.19: 50ff18ab497a); nullopt for any other instruction. The kernel's own only.
    std::optional<std::uint64_t> static_branch(std::uint64_t address);

    [[nodiscard]] CodeMap& code() { return code_; }
    [[nodiscard]] Session& session() { return session_; }

    // The types that a function of the module (of the kernel: "") is described by; nullptr for none. A
    // module's own ones include the kernel's, by the same ids, but where they come from its debug file.
    const Types* types_for(std::string_view module);

    // Of a function type or a prototype.
    static std::optional<Prototype> prototype_of(const Types& types, TypeId id);

  private:
    std::optional<Prototype> find_prototype(std::string_view symbol, std::string_view module);

    Session& session_;
    CodeMap& code_;
    void read_static_branches();
    [[nodiscard]] std::uint64_t end_of_trampoline(std::uint64_t address) const;
    std::optional<Variable> find_variable(std::uint64_t address, bool per_cpu);

    std::unordered_map<std::uint64_t, Callee> known_;
    std::unordered_map<std::uint64_t, std::optional<Variable>> variables_, per_cpu_;
    const Types* debug_types_of(const ModuleView& module);

    std::optional<std::vector<ModuleTypes>> module_types_;
    std::map<std::uint64_t, std::unique_ptr<DwarfTypes>> debug_types_;  // by address of the module
    std::optional<std::unordered_map<std::uint64_t, std::uint64_t>> static_branches_;
};

}  // namespace inquest::dataflow
