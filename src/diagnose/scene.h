// One crash in its memory: what the judges look at.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dataflow/frame_values.h"
#include "dataflow/naming.h"
#include "diagnose/diagnose.h"
#include "diagnose/origin.h"
#include "kernel/identify.h"

namespace inquest {
namespace diagnose {

// The access that faulted, or the call through a pointer that led nowhere.
struct BadAccess {
    std::size_t frame = 0;  // of FrameValues::frames()
    std::uint32_t instruction = 0;
    MemoryPlace place;
    bool jump = false;                                    // the CPU was to execute what the pointer leads to
    dataflow::ValueId pointer = dataflow::kUnknownValue;  // what the base register, or the call's, held
    std::optional<std::uint64_t> pointer_value;
    std::string reg;   // "rdi"; "" where the call takes its target from memory
    std::string type;  // of what the pointer points to, "struct page"; "" unknown
    std::string member;
    std::optional<std::uint64_t> offset;  // of the access in the object
};

struct Scene {
    CrashEvent& event;
    const DiagnosisInput& input;
    dataflow::DataFlow& flows;
    const dataflow::FrameValues& frames;
    Identifier& identifier;
    std::optional<BadAccess> access;
    Origin origin;          // of access->pointer
    std::size_t first = 0;  // of the frames: the first that is not of the dying itself, nor interrupted that
};

}  // namespace diagnose

// One way in which memory shows a cause. One file in judges/ is one of them; they are asked in the order of
// their names' leading numbers, and the first that concludes ends it.
struct Judge {
    std::string_view name;
    // Whether it set the verdict's cause. Must not where the evidence does not show it.
    bool (*judge)(diagnose::Scene& scene);
};
std::span<const Judge* const> all_judges();

namespace diagnose {

// Finds the access and follows its pointer back.
void find_access(Scene& scene);

// Of a jump that led nowhere: the function that made it.
CodeRef jumped_from(const Scene& scene);

// "quay_shift [quay]".
std::string with_module(const std::string& function, const std::string& module);
// What a step says, as a clause: "quay_bill got it from quay_find()".
std::string describe(const OriginStep& step);
// Where a step loaded from: "0xffff...: allocated object of slab cache kmalloc-32"; "" for another step.
std::string place_of(const Scene& scene, const OriginStep& step);
// "the member _refcount (offset 0x34 of struct page)", "the member at offset 0x40"; "" without an offset.
std::string describe_member(const BadAccess& access);

// The symbol of a frame of scene.frames, without what compilers append; "" for none.
std::string function_of(const Scene& scene, std::size_t frame);
// From scene.first on, the innermost of `within` frames that is one of these functions.
std::optional<std::size_t> find_frame(const Scene& scene, std::span<const std::string_view> names,
                                      std::size_t within = 8);
// Blames the function of that frame, or the next one out where there is none.
void suspect_frame(Scene& scene, std::size_t frame);
// "0x10 bytes into it" is left out of what `found` says: the object itself.
std::string object_text(const Identity& found);

// An address of the vmalloc space where nothing is mapped now.
bool is_unmapped_vmalloc(const Scene& scene, std::uint64_t address);

// Functions that do one thing to what they are given, as mutex_lock() and memcpy() do: whoever gave it is to
// be asked.
bool is_primitive(std::string_view name);

// Names whoever the last step of the chain says passed the value.
void suspect_origin(Scene& scene, const Origin& origin);
void conclude(Scene& scene, std::string summary, Cause cause, Confidence confidence);

}  // namespace diagnose
}  // namespace inquest
