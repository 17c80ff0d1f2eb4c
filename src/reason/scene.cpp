#include "reason/scene.h"

#include "base/text.h"
#include "model/symbol.h"

namespace inquest::reason {

const Arch* arch_of(const CrashEvent& event) {
    if (!event.kernel.arch.empty())
        if (const Arch* arch = arch_named(event.kernel.arch)) return arch;
    if (const Arch* arch = arch_of_release(event.kernel.release)) return arch;
    // Only names that no other architecture has.
    for (const auto& reg : event.registers) {
        if (reg.name == "rdi" || reg.name == "rip") return arch_named("x86_64");
        if (reg.name == "edi" || reg.name == "eip") return arch_named("i386");
        if (reg.name == "pstate") return arch_named("arm64");
    }
    return nullptr;
}

std::string where(const CrashEvent& event) {
    return event.ip.symbol.empty() ? "the kernel" : bare_function(event.ip.symbol);
}

std::string with_module(const CodeRef& place) {
    std::string text = bare_function(place.symbol);
    if (!place.module.empty()) text += " [" + place.module + "]";
    return text;
}

const Frame* caller(const CrashEvent& event) {
    // After a jump to nowhere the first frame is who jumped.
    bool skipped_self = event.ip.symbol.empty() || event.kind == Kind::bad_instruction_fetch;
    for (const auto& frame : event.trace) {
        if (!frame.reliable || frame.inlined || frame.symbol.empty()) continue;
        // arm64 and others print the faulting function as the first frame, x86 does not.
        if (skipped_self || frame.symbol != event.ip.symbol) return &frame;
        skipped_self = true;
    }
    return nullptr;
}

void add_evidence(Verdict& verdict, std::string text, std::string source) {
    verdict.evidence.push_back({std::move(text), std::move(source)});
}

std::string log_line(std::uint64_t line) { return line ? "log line " + std::to_string(line) : "log"; }

void conclude(Verdict& verdict, std::string summary, Cause cause, Confidence confidence) {
    verdict.summary = std::move(summary);
    verdict.cause = cause;
    verdict.confidence = confidence;
}

}  // namespace inquest::reason
