// Any bytes as an export of the journal and as one of its JSON objects.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crashlog/journal.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto entry = read_json_entry(text); entry && entry->message.size() > size) std::abort();
    JournalExport journal;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
        if (journal.take(line) && journal.entry().message.size() > size) std::abort();
    }
    return 0;
}
