// What the processor said about a fault: the error code of an oops in words.
#pragma once

#include <optional>
#include <string>

#include "arch/arch.h"
#include "model/event.h"

namespace inquest::reason {

struct FaultCode {
    Access access = Access::unknown;
    std::optional<bool> present;  // the page was mapped: protection, not a missing page
    bool user_mode = false;       // it happened in user mode
    bool fetch = false;           // of an instruction
    bool external = false;        // the bus or the memory reported it
    bool tag_check = false;       // arm64 memory tagging
    std::string text;  // "write to a page that is not present", "data abort: translation fault, level 1"
};

// nullopt when the event has no code, or none that the architecture explains.
std::optional<FaultCode> decode_fault(const CrashEvent& event, const Arch& arch);

}  // namespace inquest::reason
