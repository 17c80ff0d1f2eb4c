#include "dataflow/frame_arguments.h"

namespace inquest::dataflow {
namespace {

constexpr std::uint64_t kLowestKernelAddress = std::uint64_t{1} << 48;

std::string_view name_of(Known how) {
    switch (how) {
        case Known::held:
            return "stack";
        case Known::constant:
            return "code";
        case Known::memory:
            return "memory";
    }
    return "";
}

}  // namespace

std::vector<FrameArgument> arguments_of(const FrameValues& frames, std::size_t frame,
                                        Identifier* identifier) {
    std::vector<FrameArgument> found;
    const FunctionFlow* flow = frames.frames()[frame].flow;
    for (const FrameValues::Argument& known : frames.arguments(frame)) {
        FrameArgument argument{.number = static_cast<int>(known.number), .name = std::string(known.name)};
        std::uint64_t size = 0;
        if (flow->prototype()) {
            const TypeId type = flow->prototype()->parameters[known.number - 1].type;
            argument.type = flow->types().name_of(type);
            size = flow->types().size_of(type);
        }
        if (const auto& value = known.value) {
            argument.value = value->value;
            // What holds only 4 bytes has anything above.
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

}  // namespace inquest::dataflow
