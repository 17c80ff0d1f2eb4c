// VMCOREINFO of any text.
#include <string_view>

#include "base/text.h"
#include "dump/vmcoreinfo.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    auto info = Vmcoreinfo::parse(text);
    for (std::string_view line : split_lines(text)) {
        auto open = line.find('('), close = line.find(')');
        if (open == line.npos || close == line.npos || close < open) continue;
        auto name = line.substr(open + 1, close - open - 1);
        (void)info.symbol(name);
        (void)info.offset(name);
        (void)info.size(name);
        (void)info.length(name);
        (void)info.number(name);
    }
    (void)info.value("OSRELEASE");
    return 0;
}
