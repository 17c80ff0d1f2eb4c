#include "reason/explain.h"

#include <algorithm>

#include "base/text.h"
#include "reason/machine_code.h"
#include "reason/pointer_fault.h"
#include "reason/pointer_value.h"
#include "reason/scene.h"
#include "reason/special_cases.h"
#include "reason/suspect.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

// More than this is not claimed of an event that is cut or mixed with another.
constexpr Confidence kMostWhenCorrupted = 0.6;

const Explainer* explainer_for(Kind kind) {
    for (const Explainer* explainer : all_explainers())
        if (std::ranges::find(explainer->kinds, kind) != explainer->kinds.end()) return explainer;
    return nullptr;
}

// The processor says that it was fetching an instruction, the headline only that an address was not usable.
// Where the headline is lost the instruction tells which fault it can have been.
void refine_kind(const Scene& scene) {
    Kind& kind = scene.event.kind;
    const auto& fault_address = scene.event.fault_address;
    bool data = scene.fault && (scene.fault->access == Access::read || scene.fault->access == Access::write);
    // An instruction pointer without a name alone is no jump to nowhere.
    if (kind == Kind::bad_instruction_fetch && data && fault_address &&
        fault_address != scene.event.ip.address)
        kind = *fault_address < 0x1000 ? Kind::null_pointer_dereference : Kind::bad_page_fault;
    if (kind != Kind::null_pointer_dereference && kind != Kind::bad_page_fault) return;
    if (scene.fault && scene.fault->fetch) {
        kind = Kind::bad_instruction_fetch;
    } else if (scene.instruction && address_is_doubtful(scene.event)) {
        const auto& address = scene.event.instruction.effective_address;
        if (scene.instruction->text.starts_with("ud2"))
            kind = Kind::invalid_opcode;
        else if (scene.instruction->is_divide && !scene.instruction->memory)
            kind = Kind::divide_error;
        else if (address && is_non_canonical(*address, scene.arch))
            kind = Kind::general_protection_fault;
    }
}

// A kind of report that has no name here: in the kernel's own words.
std::string describe_other(const CrashEvent& event) {
    if (event.corrupted) return "a part of a report";
    auto used = event.fact("function");
    if (!used.empty() && event.headline.find("in preemptible [") != std::string::npos)
        return (event.guilty.function.empty() ? "the kernel" : event.guilty.function) + " called " +
               std::string(used) + "() while it could be moved to another CPU at any time";
    auto oops = event.fact("oops");
    if (!oops.empty()) return "the kernel died of \"" + std::string(oops) + "\" in " + where(event);
    return "the kernel reported \"" + event.headline + "\"";
}

// What remains to be said of an event that nothing explains.
void describe_plainly(CrashEvent& event) {
    Verdict& verdict = event.verdict;
    if (!verdict.summary.empty()) return;
    std::string what = replace_all(std::string(name_of(event.kind)), "-", " ");
    if (event.kind == Kind::other) what = describe_other(event);
    std::string function =
        event.ip.symbol.empty() && !event.guilty.function.empty() ? event.guilty.function : where(event);
    verdict.summary = event.kind == Kind::other && !event.corrupted ? what : what + " in " + function;
    verdict.cause = Cause::unknown;
    verdict.confidence = 0.5;
    if (verdict.evidence.empty()) quote_headline(event);
}

}  // namespace

void explain(CrashEvent& event) {
    // The object is what sanitizers printed about it; everything else is ours.
    Verdict verdict;
    verdict.object = std::move(event.verdict.object);
    event.verdict = std::move(verdict);
    Scene scene{.event = event, .arch = arch_of(event)};
    if (scene.arch) scene.fault = decode_fault(event, *scene.arch);
    if (scene.fault && scene.fault->access != Access::unknown) event.access = scene.fault->access;
    read_machine_code(scene);
    describe_instruction(scene);
    refine_kind(scene);
    if (const Explainer* explainer = explainer_for(event.kind)) explainer->explain(scene);
    describe_plainly(event);
    weigh_special_cases(scene);
    name_suspect(event);
    if (event.corrupted) event.verdict.confidence = std::min(event.verdict.confidence, kMostWhenCorrupted);
}

void examine(Report& report) {
    for (const Examiner* examiner : all_examiners()) examiner->examine(report);
}

}  // namespace inquest
