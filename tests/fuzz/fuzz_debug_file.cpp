// ELF files of debug information of any content, and the index of their DWARF.
#include <array>
#include <sys/mman.h>
#include <unistd.h>

#include "debuginfo/sources/dwarf_index.h"
#include "debuginfo/sources/elf.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const int memory = memfd_create("debug-file", MFD_CLOEXEC);
    if (memory < 0) return 0;
    if (write(memory, data, size) == static_cast<ssize_t>(size)) {
        if (auto file = ElfFile::open("/proc/self/fd/" + std::to_string(memory))) {
            SymbolTable symbols;
            (*file)->add_symbols(symbols, 0x1000000);
            symbols.seal();
            (void)(*file)->symbol("_stext");
            (void)(*file)->code_sections();
            (void)build_id_of_notes((*file)->section(".notes").bytes);
        }
    }
    close(memory);
    // The same bytes as sections: the first half describes, the second is described.
    const std::span<const std::uint8_t> all(data, size);
    const auto kinds = all.first(size / 2), info = all.subspan(size / 2);
    static constexpr std::array kKinds{TypeKind::structure, TypeKind::variable};
    DwarfIndex index({info, kinds, all, all, all});
    (void)index.find("page", kKinds);
    return 0;
}
