#include "dump/memory.h"

namespace inquest {

std::string_view name_of(ReadOutcome outcome) {
    switch (outcome) {
        case ReadOutcome::present:
            return "present";
        case ReadOutcome::filtered:
            return "filtered";
        case ReadOutcome::unmapped:
            return "unmapped";
        case ReadOutcome::torn:
            break;
    }
    return "torn";
}

Result<std::unique_ptr<Dump>> open_dump(const std::string& path) {
    auto image = Image::open(path);
    if (!image) return std::unexpected(std::move(image.error()));
    for (const Format* format : all_formats()) {
        if (!format->sniff(*image)) continue;
        auto dump = format->open(std::move(*image));
        return dump ? std::move(dump) : fail_in(path, dump);
    }
    return fail(path +
                " is no kernel dump that can be read (ELF core or kdump-compressed, plain or flattened)");
}

}  // namespace inquest
