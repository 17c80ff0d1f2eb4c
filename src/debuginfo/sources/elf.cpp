#include "debuginfo/sources/elf.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input.h"
#include "debuginfo/target.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMostUnpacked = std::uint64_t{8} << 30;

std::string reason() {
    const char* text = elf_errmsg(-1);
    return text ? text : "damaged";
}

// Unpacks into a file that nobody else sees and that goes with its descriptor.
Result<int> unpack(const std::string& path) {
    auto raw = open_raw(path);
    auto stream = raw ? decode(std::move(*raw)) : std::move(raw);
    if (!stream) return std::unexpected(std::move(stream.error()));
    const char* folder = std::getenv("TMPDIR");
    std::string name = std::string(folder && *folder ? folder : "/tmp") + "/inquest-XXXXXX";
    int descriptor = mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) return fail("no temporary file can be made in " + name.substr(0, name.rfind('/')));
    ::unlink(name.c_str());
    std::vector<char> block(1 << 20);
    std::uint64_t total = 0;
    for (;;) {
        auto size = (*stream)->read(block);
        std::string trouble;
        if (!size) {
            trouble = size.error().message();
        } else if (*size == 0) {
            return descriptor;
        } else if ((total += *size) > kMostUnpacked) {
            trouble = "it unpacks to more than 8 GB";
        } else if (::write(descriptor, block.data(), *size) != static_cast<ssize_t>(*size)) {
            trouble = "the temporary file cannot be written: " + std::string(std::strerror(errno));
        }
        if (trouble.empty()) continue;
        ::close(descriptor);
        return fail(trouble);
    }
}

// nm's letter, small for local symbols.
char letter(const GElf_Sym& symbol, const GElf_Shdr& section) {
    const bool local = GELF_ST_BIND(symbol.st_info) == STB_LOCAL;
    char type = symbol.st_shndx == SHN_ABS                 ? 'A'
                : GELF_ST_BIND(symbol.st_info) == STB_WEAK ? 'W'
                : section.sh_flags & SHF_EXECINSTR         ? 'T'
                : section.sh_type == SHT_NOBITS            ? 'B'
                : section.sh_flags & SHF_WRITE             ? 'D'
                                                           : 'R';
    return local ? static_cast<char>(type - 'A' + 'a') : type;
}

// Calls `take(symbol, name, section header)` for each symbol until it gives false.
template <typename Take>
void each_symbol(Elf* elf, const Take& take) {
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section));) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || !header.sh_entsize) continue;
        Elf_Data* data = elf_getdata(section, nullptr);
        if (!data) continue;
        const std::size_t count = data->d_size / header.sh_entsize;
        for (std::size_t i = 1; i < count; ++i) {
            GElf_Sym symbol;
            if (!gelf_getsym(data, static_cast<int>(i), &symbol)) break;
            const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
            GElf_Shdr home{};
            if (symbol.st_shndx != SHN_UNDEF && symbol.st_shndx < SHN_LORESERVE)
                if (Elf_Scn* in = elf_getscn(elf, symbol.st_shndx)) gelf_getshdr(in, &home);
            if (name && *name && !take(symbol, std::string_view(name), home)) return;
        }
    }
}

}  // namespace

std::string build_id_of_notes(std::span<const std::uint8_t> notes) {
    constexpr std::uint64_t kHeader = 12, kLongest = 64;
    auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
    for (std::uint64_t at = 0; at + kHeader <= notes.size();) {
        const std::uint64_t name_size = *peek<std::uint32_t>(notes, at),
                            size = *peek<std::uint32_t>(notes, at + 4);
        const std::uint64_t name = at + kHeader, bytes = name + padded(name_size);
        if (bytes + size > notes.size()) break;
        if (*peek<std::uint32_t>(notes, at + 8) == NT_GNU_BUILD_ID && name_size == 4 && size <= kLongest &&
            std::memcmp(&notes[name], "GNU", 4) == 0) {
            std::string id;
            for (std::uint8_t byte : notes.subspan(bytes, size)) {
                id += "0123456789abcdef"[byte >> 4];
                id += "0123456789abcdef"[byte & 15];
            }
            return id;
        }
        at = bytes + padded(size);
    }
    return "";
}

Result<std::unique_ptr<ElfFile>> ElfFile::open(const std::string& path) {
    elf_version(EV_CURRENT);
    int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return fail(path + ": " + std::strerror(errno));
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return fail(path + ": not a file");
    }
    std::array<char, SELFMAG> magic{};
    if (::pread(descriptor, magic.data(), magic.size(), 0) == static_cast<ssize_t>(magic.size()) &&
        std::string_view(magic.data(), magic.size()) != ELFMAG) {
        ::close(descriptor);
        auto unpacked = unpack(path);
        if (!unpacked) return fail_in(path, unpacked);
        descriptor = *unpacked;
    }
    Elf* elf = elf_begin(descriptor, ELF_C_READ_MMAP, nullptr);
    std::unique_ptr<ElfFile> file(new ElfFile(path, descriptor, elf));
    if (!elf || elf_kind(elf) != ELF_K_ELF) return fail(path + ": not an ELF file");
    if (auto read = file->read_header(); !read) return fail_in(path, read);
    return file;
}

Result<void> ElfFile::read_header() {
    GElf_Ehdr header;
    if (!gelf_getehdr(elf_, &header)) return fail(reason());
    if (gelf_getclass(elf_) != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
        return fail("not a 64-bit little-endian file");
    relocatable_ = header.e_type == ET_REL;
    if (header.e_type == ET_CORE) return fail("a core dump, not a file of debug information");
    for (Elf_Scn* section = nullptr; build_id_.empty() && (section = elf_nextscn(elf_, section));) {
        GElf_Shdr shdr;
        if (!gelf_getshdr(section, &shdr) || shdr.sh_type != SHT_NOTE) continue;
        if (Elf_Data* data = elf_rawdata(section, nullptr); data && data->d_buf)
            build_id_ = build_id_of_notes({static_cast<const std::uint8_t*>(data->d_buf), data->d_size});
    }
    return {};
}

ElfFile::~ElfFile() {
    if (elf_) elf_end(elf_);
    ::close(descriptor_);
}

bool ElfFile::has_symbols() const {
    bool any = false;
    each_symbol(elf_, [&](const GElf_Sym&, std::string_view, const GElf_Shdr&) {
        any = true;
        return false;
    });
    return any;
}

bool ElfFile::has_dwarf() const {
    std::size_t names = 0;
    if (elf_getshdrstrndx(elf_, &names) != 0) return false;
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section));) {
        GElf_Shdr header;
        const char* name = gelf_getshdr(section, &header) ? elf_strptr(elf_, names, header.sh_name) : nullptr;
        if (!name || header.sh_type == SHT_NOBITS) continue;
        if (std::string_view(name) == ".debug_info" || std::string_view(name) == ".zdebug_info") return true;
    }
    return false;
}

std::optional<std::uint64_t> ElfFile::symbol(std::string_view name) const {
    std::optional<std::uint64_t> address;
    each_symbol(elf_, [&](const GElf_Sym& symbol, std::string_view called, const GElf_Shdr&) {
        if (called == name && symbol.st_shndx != SHN_UNDEF) address = symbol.st_value;
        return !address;
    });
    return address;
}

ElfFile::Section ElfFile::section(std::string_view name) const {
    std::size_t names = 0;
    if (elf_getshdrstrndx(elf_, &names) != 0) return {};
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section));) {
        GElf_Shdr header;
        const char* called =
            gelf_getshdr(section, &header) ? elf_strptr(elf_, names, header.sh_name) : nullptr;
        if (!called || called != name || header.sh_type == SHT_NOBITS) continue;
        if (header.sh_flags & SHF_COMPRESSED && elf_compress(section, 0, 0) < 0) return {};
        Elf_Data* data = elf_rawdata(section, nullptr);
        if (!data || !data->d_buf) return {};
        return {header.sh_addr, {static_cast<const std::uint8_t*>(data->d_buf), data->d_size}};
    }
    return {};
}

std::vector<ElfFile::CodeSection> ElfFile::code_sections() const {
    std::vector<CodeSection> sections;
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf_, section));) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) && header.sh_flags & SHF_EXECINSTR)
            sections.push_back({elf_ndxscn(section), header.sh_size, {}});
    }
    each_symbol(elf_, [&](const GElf_Sym& symbol, std::string_view name, const GElf_Shdr&) {
        auto home = std::ranges::find(sections, symbol.st_shndx, &CodeSection::index);
        if (home != sections.end() && GELF_ST_TYPE(symbol.st_info) == STT_FUNC)
            home->functions.emplace_back(name, symbol.st_value);
        return true;
    });
    return sections;
}

void ElfFile::add_symbols(SymbolTable& symbols, std::uint64_t bias) const {
    each_symbol(elf_, [&](const GElf_Sym& symbol, std::string_view name, const GElf_Shdr& section) {
        const auto type = GELF_ST_TYPE(symbol.st_info);
        const bool named = type == STT_NOTYPE || type == STT_OBJECT || type == STT_FUNC;
        if (!named || symbol.st_shndx == SHN_UNDEF) return true;
        // On x86 the addresses of per-CPU variables are offsets from 0 in a section of its own.
        const bool moves = symbol.st_shndx != SHN_ABS && (section.sh_flags & SHF_ALLOC) &&
                           symbol.st_value >= std::uint64_t{1} << 63;
        const bool mapping = name.starts_with("$") || name.starts_with(".L");
        (symbols.*(mapping ? &SymbolTable::add_name : &SymbolTable::add))(
            symbol.st_value + (moves ? bias : 0), letter(symbol, section), name, {});
        return true;
    });
}

}  // namespace inquest
