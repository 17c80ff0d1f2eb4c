// A crash written down as its kernel would have printed it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kernel/code_map.h"
#include "kernel/crash_site.h"
#include "model/event.h"

namespace inquest {

// What the memory of a dump tells of a crash.
struct MemoryOops {
    const Arch* arch = nullptr;
    Kernel kernel;                  // its taint as it was before the crash
    std::uint64_t oops_number = 0;  // 0 unknown
    std::string hardware;
    Task task;
    std::optional<unsigned> cpu;
    std::optional<CrashSite> site;   // no exception: the kernel called panic() by itself
    bool in_text = true;             // the CPU stood in the kernel's or a module's code
    std::vector<std::uint8_t> code;  // the bytes around the fault, empty when they are not in the dump
    std::size_t code_mark = 0;       // where in them the instruction begins
    std::string panic;               // its words; "" unknown, or no panic
    std::vector<Frame> frames;       // from the fault, or from panic(), on
    const ModuleList* modules = nullptr;
    // Whether memory lies at an address: of an instruction's two operands it tells which one faulted. May be
    // empty.
    std::function<bool(std::uint64_t)> readable = {};
};

// The event that the log half makes of that text: kind, title, culprit and signature are those of a crash
// that was logged. It names no lines of the log, for there are none. nullopt when the memory shows no more
// than that the machine stopped.
std::optional<CrashEvent> event_of(const MemoryOops& oops);

// The text itself.
std::string oops_text(const MemoryOops& oops);

}  // namespace inquest
