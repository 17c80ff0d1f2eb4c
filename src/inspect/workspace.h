// A session and what several inspection commands need of it, made when it is first asked for.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dataflow/data_flow.h"
#include "inspect/expression.h"
#include "inspect/types.h"
#include "inspect/value.h"
#include "kernel/code_map.h"
#include "kernel/identify.h"
#include "kernel/session.h"
#include "kernel/source_lines.h"
#include "kernel/subsystems/module_types.h"
#include "kernel/subsystems/task.h"
#include "source/source_trees.h"

namespace inquest {

class Workspace {
  public:
    // `stopped` tells long commands that the user wants them to end.
    explicit Workspace(
        Session& session, std::function<bool()> stopped = [] { return false; });

    Session& session() { return session_; }
    CodeMap& code();
    SourceLines& lines();
    dataflow::DataFlow& flow();
    // The source trees that the user named; none unless use_sources() was called.
    SourceTrees& sources() { return sources_; }
    void use_sources(SourceTrees trees) { sources_ = std::move(trees); }
    Identifier& identifier();
    const TaskList& tasks();
    const ValueSource& values() const { return values_; }
    [[nodiscard]] bool stopped() const { return stopped_(); }

    // Every symbol of that name, the kernel's first, then the modules', then generated code's.
    std::vector<Symbol> symbols_named(std::string_view name);

    // "vfs_read+0x1c", "lab_conn_put+0x5 [lab_null]"; "" when the address belongs to no symbol.
    std::string symbol_text(std::uint64_t address);

    // The only symbol of that name; the error says what to do when there are several.
    Result<Symbol> symbol_named(std::string_view name);

    // An address as a person types it: 0xffff..., ffff..., a symbol, symbol+0x1c.
    Result<std::uint64_t> address_of(std::string_view text);

    // The same, for per-CPU variables with the CPUs behind a colon ("runqueues:1", ":0-3,5", ":a"): an
    // address per CPU.
    struct CpuAddress {
        std::optional<unsigned> cpu;
        std::uint64_t address;
    };
    Result<std::vector<CpuAddress>> addresses_of(std::string_view text);
    // "0-3,5", "a" for all, "" for the one that crashed.
    Result<std::vector<unsigned>> cpus_of(std::string_view list);

    // A type of the kernel or of a module, as parse_type reads it.
    Result<TypeRef> type_named(std::string_view text);
    std::optional<TypeRef> find_type(std::string_view name, std::optional<TypeKind> kind);

    // The type of a global or per-CPU variable; nullopt when nobody knows it.
    std::optional<TypeRef> type_of_symbol(std::string_view name);

    // What an expression is looked up in; per-CPU variables are those of `cpu`.
    ExpressionScope scope(std::optional<unsigned> cpu = std::nullopt);

    // Whether the symbol is a per-CPU variable, which has an address per CPU.
    bool is_per_cpu(const Symbol& symbol);
    // What is added to a per-CPU variable's symbol, by CPU number.
    const std::vector<std::uint64_t>& cpu_offsets();

  private:
    Session& session_;
    std::function<bool()> stopped_;
    ValueSource values_;
    std::optional<CodeMap> code_;
    std::optional<SourceLines> lines_;
    SourceTrees sources_;
    std::optional<dataflow::DataFlow> flow_;
    std::optional<TaskList> tasks_;
    std::optional<Identifier> identifier_;
    std::optional<std::vector<ModuleTypes>> module_types_;
    std::optional<std::vector<std::uint64_t>> cpu_offsets_;
};

// Parts "runqueues:0-2" at the colon; the second is nullopt when there is none.
std::pair<std::string_view, std::optional<std::string_view>> split_cpus(std::string_view text);

}  // namespace inquest
