// Any bytes as a log: every line of it lies in memory, numbers never fall, and there are no more lines than
// bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crashlog/source.h"

using namespace inquest;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

unsigned touch(std::string_view text) {
    unsigned sum = 0;
    for (unsigned char c : text) sum += c;
    return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto source = open_text({reinterpret_cast<const char*>(data), size});
    const Line* before = nullptr;
    std::size_t lines = 0;
    std::uint64_t number = 0;
    volatile unsigned sum = 0;
    while (const Line* line = source->next()) {
        require(line->number >= number && ++lines <= size + 1);
        number = line->number;
        sum = sum + touch(line->text) + touch(line->host) + touch(line->envelope) + touch(source->before(64));
        if (before != nullptr) sum = sum + touch(before->text) + touch(before->host);
        before = line;
    }
    require(source->lines() >= number);
    return 0;
}
