// The kernel jumped to where there is no code: an unset function pointer, unloaded module text, data.
#include <algorithm>

#include "base/text.h"
#include "reason/next_steps.h"
#include "reason/pointer_value.h"
#include "reason/scene.h"
#include "reason/wording.h"

namespace inquest {
namespace {

using namespace reason;

using Type = PointerValue::Type;

std::string called_in(const CrashEvent& event) {
    const Frame* from = caller(event);
    return from ? with_module(*from) : "the kernel";
}

// The processor or the kernel's words say that it was fetching from there; registers alone may be of any
// moment.
bool shown_by_processor(const Scene& scene) {
    if (scene.fault && scene.fault->fetch) return true;
    return scene.event.fault_address && scene.event.ip.address == scene.event.fault_address;
}

void explain_unmapped_text(Scene& scene, Address target) {
    CrashEvent& event = scene.event;
    auto value = read_pointer(target, scene.arch);
    bool module_area =
        value.name == "modules" || (value.type == Type::kernel && scene.arch && scene.arch->name != "x86_64");
    bool missing = !scene.fault || scene.fault->present != true;
    if (missing && module_area && !event.last_unloaded.empty()) {
        conclude(event.verdict,
                 "the kernel ran into " + hex(target) +
                     ", where a module had been: the last one unloaded is " + event.last_unloaded,
                 Cause::stale_module_text, 0.7);
        add_evidence(event.verdict, "last unloaded: " + event.last_unloaded, "log");
        event.verdict.suspect.module = event.last_unloaded;
        event.verdict.next_steps.push_back("do not unload " + event.last_unloaded +
                                           " at run time until its vendor confirms that it removes its hooks "
                                           "first  # costs nothing; if the crashes stop, it was this module");
        return;
    }
    std::string where_to = value.name.empty() ? "" : " (" + value.name + ")";
    std::string what = !scene.fault || !scene.fault->present ? ", where it could not execute"
                       : *scene.fault->present               ? ", a page that holds no code"
                                                             : ", where no code is mapped";
    conclude(event.verdict,
             called_in(event) + " jumped to " + hex(target) + where_to + what +
                 ": a function pointer or a return address is wrong",
             Cause::wild_pointer, 0.6);
    suggest_memory_debugging(event);
}

void explain_target(Scene& scene, Address target) {
    CrashEvent& event = scene.event;
    auto value = read_pointer(target, scene.arch);
    std::string function = called_in(event);
    switch (value.type) {
        case Type::null:
            if (target == 0)
                conclude(event.verdict, function + " called a function pointer that is NULL",
                         Cause::unset_function_pointer, shown_by_processor(scene) ? 0.9 : 0.6);
            else
                conclude(event.verdict,
                         function + " jumped to " + hex(target) +
                             ": a function pointer in a structure at NULL, or a corrupted one",
                         Cause::unknown, 0.6);
            break;
        case Type::error:
            conclude(event.verdict, function + " called the error " + value.name + " as a function",
                     Cause::error_pointer, 0.7);
            break;
        case Type::freed_slab:
        case Type::list_poison:
        case Type::unset_slab:
        case Type::poison:
            conclude(event.verdict,
                     function + " called a function pointer that holds " + value.name +
                         ": its object was no longer valid",
                     value.type == Type::freed_slab ? Cause::use_after_free : Cause::wild_pointer, 0.8);
            suggest_memory_debugging(event);
            break;
        case Type::text:
            conclude(event.verdict,
                     function + " called a function pointer that holds the text " + value.name +
                         ": its object was overwritten",
                     Cause::wild_pointer, 0.75);
            suggest_memory_debugging(event);
            break;
        case Type::user:
            conclude(event.verdict,
                     function + " jumped to " + hex(target) + ", an address of user space" +
                         (scene.fault && scene.fault->present == true
                              ? " (SMEP stopped it): a corrupted function pointer, or an attack"
                              : ": a corrupted function pointer"),
                     Cause::wild_pointer, 0.75);
            break;
        default:
            explain_unmapped_text(scene, target);
    }
}

void explain(Scene& scene) {
    CrashEvent& event = scene.event;
    if (says(event, "Machine check")) {
        quote_headline(event);
        conclude(event.verdict, "the processor reported a machine check; where the kernel was is not known",
                 Cause::hardware, 0.6);
        return;
    }
    // CR2 may be of the attempt to print the code around it; the instruction pointer is where it jumped,
    // unless it names a function: then it is the caller's.
    auto target = event.ip.symbol.empty() ? event.ip.address : std::nullopt;
    if (!target && scene.arch) target = event.reg(scene.arch->ip);
    if (!target) target = event.fault_address;
    if (!target) target = event.ip.address;
    if (!target) {
        conclude(event.verdict, "the kernel jumped to where it cannot execute", Cause::unknown, 0.5);
        return;
    }
    add_evidence(event.verdict, "executed at " + hex16(*target), "instruction pointer");
    if (const Frame* from = caller(event))
        add_evidence(event.verdict, "called by " + with_module(*from), "call trace");
    if (event.code.bytes.empty() && !event.code.text.empty())
        add_evidence(event.verdict, "Code: " + event.code.text, "log");
    explain_target(scene, *target);
}

constexpr Kind kKinds[] = {Kind::bad_instruction_fetch};

}  // namespace

extern const Explainer plugin_explainers_instruction_fetch;
const Explainer plugin_explainers_instruction_fetch{"instruction-fetch", kKinds, explain};

}  // namespace inquest
