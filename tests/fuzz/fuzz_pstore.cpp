// Any bytes as records of pstore, joined and compressed: what comes out is no larger than what was given.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "crashlog/pstore.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> records;
    for (std::size_t at = 0; at < text.size(); at += size / 3 + 1)
        records.emplace_back(text.substr(at, size / 3 + 1));
    if (join_pstore_texts(records).size() > 2 * size + 3) std::abort();
    static constexpr std::size_t kLimit = 1 << 20;
    if (auto inflated = inflate_record(text, kLimit); inflated && inflated->size() > 2 * kLimit) std::abort();
    return 0;
}
