#include <set>

#include "base/text.h"
#include "unwind/unwind.h"

namespace inquest {
namespace {
constexpr std::size_t kMostFrames = 512;
}

StackTrace unwind_arm64(const UnwindContext& context, const UnwindStart& start, std::uint64_t pac_mask) {
    StackTrace trace;
    std::set<std::uint64_t> seen;
    // Kernel addresses have all those bits set; a signature stands in their place.
    auto strip = [&](std::uint64_t address) { return address | pac_mask; };
    StackFrame frame{strip(start.ip), start.sp, start.exact, "registers", std::nullopt, false};
    for (std::uint64_t record = start.bp; trace.frames.size() < kMostFrames;) {
        trace.frames.push_back(frame);
        if (record == 0) {
            trace.complete = true;
            return trace;
        }
        auto next = context.memory.get<std::uint64_t>(record),
             ip = context.memory.get<std::uint64_t>(record + 8);
        if (!next || !ip) {
            trace.lost = "the frame record at " + hex(record) + " is not in the dump";
            return trace;
        }
        if (!seen.insert(record).second) {
            trace.lost = "the frame records run in a circle at " + hex(record);
            return trace;
        }
        // Since 5.11 (6106e1112cc6) the first record of a stack is all zeros; before, user space's x29 stood
        // there.
        if (*ip == 0 || !context.is_text(strip(*ip) - 4)) {
            trace.complete = *ip == 0;
            if (!trace.complete) trace.lost = hex(*ip) + " is no kernel text";
            return trace;
        }
        frame = {strip(*ip), record + 16, false, "frame-record", std::nullopt, false};
        record = *next;
    }
    trace.lost = "more than " + std::to_string(kMostFrames) + " frames";
    return trace;
}

}  // namespace inquest
