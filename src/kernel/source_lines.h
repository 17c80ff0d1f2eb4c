// Source lines and inlined functions of code in a dump, where debug files that match it are at hand.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "debuginfo/sources/dwarf_lines.h"
#include "debuginfo/sources/dwarf_locals.h"
#include "kernel/backtrace.h"
#include "kernel/code_map.h"
#include "kernel/session.h"

namespace inquest {

class SourceLines {
  public:
    // Opens nothing yet. Both must outlive it.
    SourceLines(Session& session, CodeMap& code) : session_(session), code_(code) {}

    // The functions at an instruction, innermost first, as DwarfLines::at; empty when no debug file tells.
    std::vector<SourcePlace> at(std::uint64_t address);

    // The variables of those functions; empty when no debug file tells.
    const std::vector<FunctionLocals>& locals_at(std::uint64_t address);
    // What the call that returns to that address handed over in registers.
    const std::vector<CallArgument>& call_before(std::uint64_t back);
    // Where the variable is that the debug file of the code at `code` has at an address.
    std::optional<std::uint64_t> loaded(std::uint64_t code, std::uint64_t linked);

    // Gives every frame its file and line, and puts the functions that were inlined there in front of it.
    void add_to(Backtrace& trace);

    // The same for frames that a log printed, which name places by symbol and offset. `exact` is the frame
    // that holds the instruction itself; every other holds a return address.
    void add_to(std::vector<Frame>& frames, const CodeRef& exact);

  private:
    // A module's file, and where each of its sections lies in the dump.
    struct ModuleLines {
        std::unique_ptr<DwarfLines> lines;
        struct Section {
            std::uint64_t start, size;  // in the dump
            std::uint64_t linked;       // where DwarfLines has it
        };
        std::vector<Section> sections;
    };
    // A debug file's readers, and the address that they know the code by; no `lines`: there is no file.
    struct Place {
        DwarfLines* lines = nullptr;
        std::uint64_t linked = 0;
        bool in_kernel = false;
    };
    Place place_of(std::uint64_t address);
    DwarfLines* kernel_lines();
    ModuleLines& lines_of(const ModuleView& module);
    std::optional<std::uint64_t> address_of(const CodeRef& place);

    Session& session_;
    CodeMap& code_;
    bool kernel_tried_ = false;
    std::unique_ptr<DwarfLines> kernel_;
    std::uint64_t bias_ = 0;
    std::map<std::uint64_t, ModuleLines> modules_;                 // by address of struct module
    std::map<std::uint64_t, std::vector<FunctionLocals>> locals_;  // by address
    std::map<std::uint64_t, std::vector<CallArgument>> calls_;
};

// The build-ids in a module's memory: of its own notes, which the kernel keeps for /sys/module/NAME/notes.
std::vector<std::string> module_build_ids(const Session& session, const ModuleView& module);

}  // namespace inquest
