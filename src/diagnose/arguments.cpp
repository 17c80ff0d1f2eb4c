#include "diagnose/arguments.h"

#include <algorithm>

namespace inquest::diagnose {
namespace {

constexpr std::uint64_t kLowestKernelAddress = std::uint64_t{1} << 48;

std::string_view name_of(dataflow::Known how) {
    switch (how) {
        case dataflow::Known::held:
            return "stack";
        case dataflow::Known::constant:
            return "code";
        case dataflow::Known::memory:
            return "memory";
    }
    return "";
}

}  // namespace

std::vector<FrameArgument> arguments_of(const dataflow::FrameValues& frames, std::size_t frame,
                                        Identifier* identifier) {
    std::vector<FrameArgument> found;
    const dataflow::FunctionFlow* flow = frames.frames()[frame].flow;
    const auto arguments = frames.arguments(frame);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        FrameArgument argument{.number = static_cast<int>(i) + 1, .name = std::string(arguments[i].name)};
        argument.type = flow->types().name_of(flow->prototype()->parameters[i].type);
        if (const auto& value = arguments[i].value) {
            argument.value = value->value;
            // What holds only 4 bytes has anything above.
            const std::uint64_t size = flow->types().size_of(flow->prototype()->parameters[i].type);
            if (size > 0 && size < 8) *argument.value &= (std::uint64_t{1} << size * 8) - 1;
            argument.confidence = value->sureness / 100.0;
            argument.from = name_of(value->how);
            if (identifier && *argument.value >= kLowestKernelAddress) {
                const Identity what = identifier->identify(*argument.value);
                if (what.kind != AddressKind::nothing && what.kind != AddressKind::user)
                    argument.identity = what.text;
            }
        }
        found.push_back(std::move(argument));
    }
    return found;
}

void add_arguments(CrashEvent& event, const DiagnosisInput& input, const dataflow::FrameValues& frames,
                   Identifier& identifier) {
    for (std::size_t i = 0; i < frames.frames().size(); ++i) {
        const auto arguments = arguments_of(frames, i, &identifier);
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
