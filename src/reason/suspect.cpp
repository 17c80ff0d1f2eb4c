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
    bool named = !verdict.suspect.module.empty() || !verdict.suspect.function.empty();
    if (const CodeRef* place = foreign_code(event, true)) {
        std::string function = bare_function(place->symbol);
        if (!named) verdict.suspect = {place->module, function};
        bool inside = place == &event.ip;
        verdict.evidence.push_back({(inside ? "the fault is in " : "it was called from ") + function +
                                        " of module " + place->module + " (" +
                                        describe_flags(*event.module(place->module)) + ")",
                                    inside ? "instruction pointer" : "call trace"});
        return;
    }
    if (!named) verdict.suspect = {event.guilty.module, event.guilty.function};
}

}  // namespace inquest::reason
