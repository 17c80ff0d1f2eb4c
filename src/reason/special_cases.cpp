#include "reason/special_cases.h"

#include <algorithm>

#include "base/text.h"
#include "model/symbol.h"
#include "reason/errno_names.h"
#include "reason/next_steps.h"
#include "reason/pointer_fault.h"

namespace inquest::reason {
namespace {

bool is_memory_fault(Kind kind) {
    return kind == Kind::null_pointer_dereference || kind == Kind::bad_page_fault ||
           kind == Kind::general_protection_fault;
}

bool frees_objects(std::string_view function) {
    return function == "kmem_cache_free" || function == "kfree" || function == "cache_from_obj";
}

// Where the pointer to its kmem_cache lies in a struct page (0x30 until 4.17, 0x18 since) or a struct slab
// (0x08 since 6.2), on 64-bit machines.
bool is_slab_cache_offset(std::int64_t offset) { return offset == 0x30 || offset == 0x18 || offset == 0x08; }

// Freeing looks up the cache in the object's page. NULL there means that the page is none of the slab
// allocator's, which has several reasons: freed twice with the page gone back meanwhile, a wrong pointer, an
// overwritten page.
void weigh_slab_page(const Scene& scene, const PointerFault& fault) {
    CrashEvent& event = scene.event;
    if (!frees_objects(bare_function(event.ip.symbol)) || !fault.base || *fault.base != 0) return;
    bool from_page = fault.origin.type == Origin::Type::loaded && fault.origin.through_argument == 0 &&
                     is_slab_cache_offset(fault.origin.memory.displacement);
    if (!from_page || !fault.agreed) return;
    conclude(
        event.verdict,
        where(event) +
            " was to free an object whose page names no slab cache (NULL): the page does not, or no longer, "
            "belong to the slab allocator",
        Cause::not_a_slab_page, 0.7);
    add_evidence(
        event.verdict,
        "the NULL pointer came from " + fault.origin.memory.text + ", where a page keeps its slab cache",
        "instruction");
    event.verdict.next_steps.push_back(
        "the log does not show why: freed twice, freed through a wrong pointer, or the page's description "
        "was overwritten; "
        "with a vmcore look at the page (flags, mapping) and at the object's neighbours  # costs nothing");
    suggest_memory_debugging(event);
}

// KASAN looks up its shadow before the access itself: a fault in its own functions is about the address that
// was to be checked.
void weigh_shadow(const Scene& scene, const PointerFault& fault) {
    constexpr std::uint64_t kFirst = 0xffffec0000000000, kLast = 0xfffffbffffffffff;
    constexpr std::uint64_t kOffset = 0xdffffc0000000000;
    CrashEvent& event = scene.event;
    std::string function = bare_function(event.ip.symbol);
    bool checks = function.find("kasan") != function.npos || function == "bytes_is_nonzero" ||
                  function.starts_with("memory_is_") || function.starts_with("check_memory_region");
    if (!checks || !fault.address || *fault.address < kFirst || *fault.address > kLast) return;
    std::uint64_t real = (*fault.address - kOffset) << 3;
    add_evidence(event.verdict, hex(*fault.address) + " is KASAN's shadow of " + hex(real), "fault address");
    conclude(
        event.verdict,
        "an access to " + hex(real) + ", for which KASAN has no shadow: no memory that the kernel has mapped",
        Cause::wild_pointer, 0.6);
}

// An error code in the register of results, beside a NULL pointer: perhaps the function took a path for
// errors.
void hint_at_error(const Scene& scene, const PointerFault& fault) {
    static constexpr std::string_view kResults[] = {"rax", "eax", "x0", "r0"};
    CrashEvent& event = scene.event;
    if (!fault.base || *fault.base != 0) return;
    for (auto reg : kResults) {
        auto value = event.reg(reg);
        if (!value || reg == fault.base_register) continue;
        std::int64_t error = static_cast<std::int64_t>(*value);
        if (*value >> 32 == 0) error = static_cast<std::int32_t>(*value);
        // -1 is every mask's value, and no name means no error.
        if (error >= -1 || errno_name(-error).empty()) continue;
        add_evidence(event.verdict,
                     std::string(reg) + " = " + hex(*value) + " is " + error_text(error) +
                         ", perhaps what a call before returned: an error path that did not expect NULL",
                     "register " + std::string(reg));
        return;
    }
}

}  // namespace

void weigh_special_cases(Scene& scene) {
    if (!is_memory_fault(scene.event.kind)) return;
    auto fault = read_pointer_fault(scene);
    if (!fault) return;
    weigh_slab_page(scene, *fault);
    weigh_shadow(scene, *fault);
    hint_at_error(scene, *fault);
}

}  // namespace inquest::reason
