#include "crashlog/conclusions.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "crashlog/arch_hints.h"

namespace inquest {
namespace {

bool is_lockup(Kind kind) {
    return kind == Kind::soft_lockup || kind == Kind::hard_lockup || kind == Kind::rcu_stall;
}

}  // namespace

const Arch* arch_of(const CrashEvent& event, const Arch* printed) {
    if (const Arch* arch = arch_of_release(event.kernel.release)) return arch;
    if (printed) return printed;
    auto hinted = [](const std::vector<Frame>& trace) -> std::string_view {
        for (const Frame& frame : trace) {
            if (!frame.reliable || frame.symbol.empty()) continue;
            if (auto arch = arch_of_frame(frame); !arch.empty()) return arch;
        }
        return {};
    };
    auto arch = hinted(event.trace);
    for (const Stack& stack : event.stacks)
        if (arch.empty()) arch = hinted(stack.frames);
    if (arch.empty()) arch = arch_of_frame(event.ip);
    if (arch.empty()) arch = arch_of_headline(event.headline);
    return arch.empty() ? nullptr : arch_named(arch);
}

void find_place(CrashEvent& event) {
    if (event.ip.symbol.empty() && event.ip.address) {
        auto same = [&](const Frame& frame) {
            return frame.address == event.ip.address && !frame.symbol.empty();
        };
        auto frame = std::ranges::find_if(event.trace, same);
        if (frame != event.trace.end()) event.ip = *frame;
    }
    if (event.ip.empty() && is_lockup(event.kind)) {
        auto frame = std::ranges::find(event.trace, "exception", &Frame::context);
        if (frame != event.trace.end()) event.ip = *frame;
    }
}

}  // namespace inquest
