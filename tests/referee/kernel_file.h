// A vmlinux with DWARF: its functions, their code, the symbols.
#pragma once

#include <cstdint>
#include <elfutils/libdw.h>
#include <expected>
#include <functional>
#include <gelf.h>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace referee {

struct AddressRange {
    std::uint64_t start, end;
};

// A function that has code of its own. Its ranges beyond the first are what the compiler moved away (.cold).
struct Function {
    Dwarf_Die die;
    std::vector<AddressRange> ranges;  // the entry is the first one's start
};

class KernelFile {
  public:
    // The message of the error names the file.
    static std::expected<std::unique_ptr<KernelFile>, std::string> open(const char* path);
    ~KernelFile();
    KernelFile(const KernelFile&) = delete;
    KernelFile& operator=(const KernelFile&) = delete;

    // Those compiled from C whose entry lies in .text and has a symbol, by address. Code of .init.text is not
    // in a dump.
    std::vector<Function> functions() const;
    // Every entry of the outermost scope of what was compiled from C.
    void each_top_level(const std::function<void(Dwarf_Die&)>& visit) const;

    std::span<const std::uint8_t> code(AddressRange range) const;  // empty where .text does not hold it
    // The symbol that starts there; "" when there is none.
    std::string_view symbol_at(std::uint64_t address) const;
    // Whether more than one symbol bears the name.
    bool is_ambiguous(std::string_view name) const;
    unsigned machine() const { return machine_; }  // EM_X86_64, EM_AARCH64

  private:
    KernelFile() = default;
    bool find_sections();
    void add_symbols(Elf_Scn* section, const GElf_Shdr& header);

    int file_ = -1;
    Elf* elf_ = nullptr;
    Dwarf* dwarf_ = nullptr;
    unsigned machine_ = 0;
    AddressRange text_{};
    std::span<const std::uint8_t> text_bytes_;
    std::map<std::uint64_t, std::string_view> symbols_;
    std::map<std::string_view, unsigned> names_;
};

}  // namespace referee
