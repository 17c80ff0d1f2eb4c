// kallsyms tables of any content, at places that the input says and where their shape is found.
#include <cstring>
#include <vector>

#include "debuginfo/kallsyms.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    constexpr std::uint64_t kBase = 0xffffffff81000000;
    std::uint16_t places[6] = {};
    if (size < sizeof places) return 0;
    std::memcpy(places, data, sizeof places);
    std::span<const unsigned char> image(data + sizeof places, size - sizeof places);
    TargetMemory memory([&](std::uint64_t address, std::span<std::uint8_t> out) {
        std::uint64_t at = address - kBase,
                      end = (image.size() + 4095) / 4096 * 4096;  // zeros up to a page's end
        if (at > end || out.size() > end - at) return false;
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = at + i < image.size() ? image[at + i] : 0;
        return true;
    });
    const KernelImage kernel{kBase, image.size(), kBase + 64};
    auto use = [&](const KallsymsTables& tables) {
        SymbolTable symbols;
        (void)read_kallsyms(memory, tables, kernel, symbols);
        symbols.seal();
        (void)symbols.at(kBase + 100);
        for (std::size_t i = 0; i < std::min<std::size_t>(symbols.size(), 16); ++i)
            (void)symbols.named(symbols[i].name);
    };
    use({kBase + places[0], kBase + places[1], kBase + places[2], kBase + places[3], kBase + places[4],
         kBase + places[5]});
    if (auto found = find_kallsyms(memory, kernel)) use(*found);
    return 0;
}
