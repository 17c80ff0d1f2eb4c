#include "kernel_file.h"

#include <algorithm>
#include <dwarf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace referee {

std::expected<std::unique_ptr<KernelFile>, std::string> KernelFile::open(const char* path) {
    std::unique_ptr<KernelFile> file(new KernelFile);
    elf_version(EV_CURRENT);
    file->file_ = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file->file_ < 0) return std::unexpected(fmt::format("{} cannot be opened", path));
    file->elf_ = elf_begin(file->file_, ELF_C_READ_MMAP, nullptr);
    if (!file->elf_ || elf_kind(file->elf_) != ELF_K_ELF)
        return std::unexpected(fmt::format("{} is not an ELF file", path));
    if (!file->find_sections()) return std::unexpected(fmt::format("{} has no .text or no symbols", path));
    file->dwarf_ = dwarf_begin_elf(file->elf_, DWARF_C_READ, nullptr);
    if (!file->dwarf_) return std::unexpected(fmt::format("{} has no DWARF: {}", path, dwarf_errmsg(-1)));
    return file;
}

KernelFile::~KernelFile() {
    if (dwarf_) dwarf_end(dwarf_);
    if (elf_) elf_end(elf_);
    if (file_ >= 0) ::close(file_);
}

bool KernelFile::find_sections() {
    GElf_Ehdr file_header;
    std::size_t names = 0;
    if (!gelf_getehdr(elf_, &file_header) || elf_getshdrstrndx(elf_, &names) != 0) return false;
    machine_ = file_header.e_machine;
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section));) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header)) return false;
        const char* name = elf_strptr(elf_, names, header.sh_name);
        if (header.sh_type == SHT_SYMTAB) add_symbols(section, header);
        if (!name || std::string_view(name) != ".text") continue;
        const Elf_Data* data = elf_rawdata(section, nullptr);
        if (!data || !data->d_buf) return false;
        text_ = {header.sh_addr, header.sh_addr + data->d_size};
        text_bytes_ = {static_cast<const std::uint8_t*>(data->d_buf), data->d_size};
    }
    return !text_bytes_.empty() && !symbols_.empty();
}

void KernelFile::add_symbols(Elf_Scn* section, const GElf_Shdr& header) {
    Elf_Data* data = elf_getdata(section, nullptr);
    if (!data || header.sh_entsize == 0) return;
    for (int i = 0; i < static_cast<int>(header.sh_size / header.sh_entsize); ++i) {
        GElf_Sym symbol;
        if (!gelf_getsym(data, i, &symbol) || symbol.st_shndx == SHN_UNDEF) continue;
        unsigned type = GELF_ST_TYPE(symbol.st_info);
        if (type != STT_FUNC && type != STT_OBJECT && type != STT_NOTYPE) continue;
        const char* text = elf_strptr(elf_, header.sh_link, symbol.st_name);
        std::string_view name = text ? text : "";
        // arm64's $x and $d tell code from data.
        if (name.empty() || name.starts_with('$') || name.starts_with(".L")) continue;
        ++names_[name];
        auto [place, added] = symbols_.emplace(symbol.st_value, name);
        if (!added && type == STT_FUNC) place->second = name;
    }
}

std::vector<Function> KernelFile::functions() const {
    std::vector<Function> found;
    each_top_level([&](Dwarf_Die& die) {
        if (dwarf_tag(&die) != DW_TAG_subprogram) return;
        Function function{die, {}};
        Dwarf_Addr base = 0, start = 0, end = 0;
        for (std::ptrdiff_t next = 0; (next = dwarf_ranges(&die, next, &base, &start, &end)) > 0;)
            if (start < end && start >= text_.start && end <= text_.end)
                function.ranges.push_back({start, end});
        if (function.ranges.empty()) return;
        Dwarf_Addr entry = 0;
        if (dwarf_entrypc(&die, &entry) == 0)
            std::ranges::stable_partition(function.ranges, [&](auto& range) { return range.start == entry; });
        // Before the entry of DWARF stand arm64's two instructions for ftrace, behind the symbol.
        if (auto before = symbols_.upper_bound(function.ranges.front().start); before != symbols_.begin())
            if (--before; function.ranges.front().start - before->first == 8 && machine_ == EM_AARCH64)
                function.ranges.front().start = before->first;
        // What another definition replaced (__weak) is still there, but nothing names it.
        if (!symbol_at(function.ranges.front().start).empty()) found.push_back(std::move(function));
    });
    auto entry = [](const Function& function) { return function.ranges.front().start; };
    std::ranges::sort(found, {}, entry);
    auto rest = std::ranges::unique(found, {}, entry);
    found.erase(rest.begin(), rest.end());
    return found;
}

void KernelFile::each_top_level(const std::function<void(Dwarf_Die&)>& visit) const {
    Dwarf_Off offset = 0, next = 0;
    std::size_t header = 0;
    for (; dwarf_nextcu(dwarf_, offset, &next, &header, nullptr, nullptr, nullptr) == 0; offset = next) {
        Dwarf_Die unit, child;
        // A function in assembler has no variables.
        if (!dwarf_offdie(dwarf_, offset + header, &unit) || dwarf_srclang(&unit) == DW_LANG_Mips_Assembler ||
            dwarf_child(&unit, &child) != 0)
            continue;
        do visit(child);
        while (dwarf_siblingof(&child, &child) == 0);
    }
}

std::span<const std::uint8_t> KernelFile::code(AddressRange range) const {
    if (range.start < text_.start || range.end > text_.end || range.start >= range.end) return {};
    return text_bytes_.subspan(range.start - text_.start, range.end - range.start);
}

std::string_view KernelFile::symbol_at(std::uint64_t address) const {
    auto found = symbols_.find(address);
    return found == symbols_.end() ? "" : found->second;
}

bool KernelFile::is_ambiguous(std::string_view name) const {
    auto found = names_.find(name);
    return found != names_.end() && found->second > 1;
}

}  // namespace referee
