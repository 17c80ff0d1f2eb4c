#include "diagnose/arguments.h"

#include <algorithm>

#include "dataflow/dwarf_arguments.h"
#include "dataflow/frame_arguments.h"

namespace inquest::diagnose {

void add_arguments(CrashEvent& event, const DiagnosisInput& input, const dataflow::FrameValues& frames,
                   dataflow::DataFlow& flows, Identifier& identifier) {
    for (std::size_t i = 0; i < frames.frames().size(); ++i) {
        auto arguments = dataflow::arguments_of(frames, i, &identifier);
        if (input.lines)
            dataflow::hold_against_dwarf(
                arguments, frames, dataflow::FrameVariables(frames, *input.lines, flows.environment()), i);
        if (arguments.empty()) continue;
        const auto& position = frames.frames()[i].position;
        if (!position) continue;
        if (*position >= input.trace.frames.size()) break;
        const Frame& own = input.trace.frames[*position];
        auto fill = [&](std::vector<Frame>& trace) {
            auto same = [&](const Frame& frame) {
                return !frame.inlined && frame.symbol == own.symbol && frame.offset == own.offset &&
                       frame.arguments.empty();
            };
            if (auto frame = std::ranges::find_if(trace, same); frame != trace.end())
                frame->arguments = arguments;
        };
        fill(event.trace);
        for (Stack& stack : event.stacks)
            if (input.crashed && stack.pid == input.crashed->pid) fill(stack.frames);
    }
}

}  // namespace inquest::diagnose
