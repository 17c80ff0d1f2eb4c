// Looking further into a dump: what `inquest exec VMCORE COMMAND` and the shell run. One file in inspections/
// is one command; where crash has a command of that name, its habits hold.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "kernel/code_map.h"
#include "kernel/session.h"
#include "kernel/subsystems/task.h"

namespace inquest {

// A session and what several commands need of it, made when it is first asked for.
class Workspace {
  public:
    explicit Workspace(Session& session) : session_(session) {}

    Session& session() { return session_; }
    CodeMap& code();
    const TaskList& tasks();

    // Every symbol of that name, the kernel's first, then the modules'.
    std::vector<Symbol> symbols_named(std::string_view name);

    // An address as a person types it: 0xffff..., ffff..., a symbol, symbol+0x1c.
    Result<std::uint64_t> address_of(std::string_view text);

  private:
    Session& session_;
    std::optional<CodeMap> code_;
    std::optional<TaskList> tasks_;
};

// What a command found. `text` is for people, `json` for programs; `problems` is what could not be read, said
// on stderr: an answer is never silently partial.
struct InspectionAnswer {
    std::string text;
    Json json;
    std::vector<std::string> problems;
};

struct Inspection {
    std::string_view name;         // "bt"
    std::string_view usage;        // "[-a] [PID | TASK]..."
    std::string_view summary;      // one line
    std::string_view description;  // the rest of the help
    Result<InspectionAnswer> (*run)(Workspace& workspace, std::span<const std::string> arguments);
};

// Every command, in the order of their names.
std::span<const Inspection* const> all_inspections();
const Inspection* inspection_named(std::string_view name);

}  // namespace inquest
