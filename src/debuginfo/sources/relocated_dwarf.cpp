#include "debuginfo/sources/relocated_dwarf.h"

#include <unistd.h>

namespace inquest {
namespace {

// libdwfl lays a relocatable file's sections out from here and applies its relocations to that. It is to find
// nothing by itself: its own ways ask the debuginfod servers of the environment.
constexpr Dwarf_Addr kFirstSection = 0x100000;

int find_no_file(Dwfl_Module*, void**, const char*, Dwarf_Addr, char**, Elf**) { return -1; }
int find_no_debug_file(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*, GElf_Word,
                       char**) {
    return -1;
}
int no_section_address(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, GElf_Word,
                       const GElf_Shdr*, Dwarf_Addr* address) {
    *address = 0;
    return 0;
}
constexpr Dwfl_Callbacks kCallbacks{find_no_file, find_no_debug_file, no_section_address, nullptr};

}  // namespace

Result<RelocatedDwarf> RelocatedDwarf::open(const ElfFile& file) {
    RelocatedDwarf opened;
    opened.dwfl_ = dwfl_begin(&kCallbacks);
    int descriptor = ::dup(file.descriptor());
    Dwfl_Module* module =
        opened.dwfl_ && descriptor >= 0
            ? dwfl_report_elf(opened.dwfl_, "module", file.path().c_str(), descriptor, kFirstSection, false)
            : nullptr;
    if (!module && descriptor >= 0) ::close(descriptor);
    Dwarf_Addr bias = 0;
    if (module && dwfl_report_end(opened.dwfl_, nullptr, nullptr) == 0) {
        opened.dwarf_ = dwfl_module_getdwarf(module, &bias);
        opened.laid_out_ = dwfl_module_getelf(module, &bias);
    }
    if (!opened.dwarf_ || !opened.laid_out_) {
        const char* text = dwfl_errmsg(-1);
        return fail(file.path() + ": " + (text ? text : "damaged"));
    }
    return opened;
}

std::span<const std::uint8_t> RelocatedDwarf::section(std::string_view name) const {
    Elf* elf = dwarf_getelf(dwarf_);
    std::size_t names = 0;
    if (!elf || elf_getshdrstrndx(elf, &names) != 0) return {};
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        const char* own = gelf_getshdr(section, &header) ? elf_strptr(elf, names, header.sh_name) : nullptr;
        if (!own || name != own || (header.sh_flags & SHF_COMPRESSED)) continue;
        const Elf_Data* data = elf_getdata(section, nullptr);
        if (!data || !data->d_buf) return {};
        return {static_cast<const std::uint8_t*>(data->d_buf), data->d_size};
    }
    return {};
}

}  // namespace inquest
