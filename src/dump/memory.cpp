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

Result<std::unique_ptr<Dump>> open_dump(Image image) {
    for (const Format* format : all_formats())
        if (format->sniff(image)) return format->open(std::move(image));
    return fail("this is no kernel dump that can be read (ELF core or kdump-compressed, plain or flattened)");
}

}  // namespace inquest
