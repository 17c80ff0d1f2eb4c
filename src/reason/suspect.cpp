#include "reason/suspect.h"

#include "model/symbol.h"

namespace inquest::reason {
namespace {

bool is_foreign(const CrashEvent& event, const std::string& name) {
    if (name.empty()) return false;
    const Module* module = event.module(name);
    // RHEL 6 marks unsupported modules with U, and knows no O.
    return module &&
           (module->out_of_tree() || module->proprietary() || module->flags.find('U') != std::string::npos);
}

}  // namespace

const CodeRef* foreign_code(const CrashEvent& event, bool reliable_only) {
    if (is_foreign(event, event.ip.module)) return &event.ip;
    for (const auto& frame : event.trace)
        if ((frame.reliable || !reliable_only) && is_foreign(event, frame.module)) return &frame;
    return nullptr;
}

std::string describe_flags(const Module& module) {
    std::string text;
    auto add = [&](char flag, std::string_view word) {
        if (module.flags.find(flag) == std::string::npos) return;
        if (!text.empty()) text += ", ";
        text += word;
    };
    add('P', "proprietary");
    add('O', "out of tree");
    add('U', "not supported by the vendor");
    add('F', "loaded by force");
    add('C', "staging driver");
    add('E', "unsigned");
    return text;
}

void name_suspect(CrashEvent& event) {
    Verdict& verdict = event.verdict;
    if (const CodeRef* place = foreign_code(event, true)) {
        verdict.suspect.module = place->module;
        verdict.suspect.function = bare_function(place->symbol);
        bool inside = place == &event.ip;
        verdict.evidence.push_back({(inside ? "the fault is in " : "it was called from ") +
                                        verdict.suspect.function + " of module " + place->module + " (" +
                                        describe_flags(*event.module(place->module)) + ")",
                                    inside ? "instruction pointer" : "call trace"});
        return;
    }
    verdict.suspect.function = event.guilty.function;
    verdict.suspect.module = event.guilty.module;
}

}  // namespace inquest::reason
