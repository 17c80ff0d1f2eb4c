// Any text as one physical line: its parts lie in it, in order, and never overlap.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "crashlog/clean.h"
#include "crashlog/paste.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text;
    clean({reinterpret_cast<const char*>(data), size}, text);
    PasteSplitter splitter;
    splitter.begin(text);
    Line part;
    const char* reached = text.data();
    const char* end = text.data() + text.size();
    while (splitter.next(part)) {
        if (part.text.empty()) continue;
        if (part.text.data() < reached || part.text.data() + part.text.size() > end) std::abort();
        reached = part.text.data() + part.text.size();
    }
    return 0;
}
