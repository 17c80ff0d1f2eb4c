// ELF files with symbols and debug information: vmlinux, *.debug, *.ko.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "debuginfo/symbols.h"

struct Elf;  // libelf's

namespace inquest {

// The name and bytes of a note (NT_GNU_BUILD_ID of "GNU") as hexadecimal digits; "" when there is none among
// these notes. Notes of a damaged size end the search.
std::string build_id_of_notes(std::span<const std::uint8_t> notes);

class ElfFile {
  public:
    // Maps the file; one that is compressed (gzip, xz, zstd) is unpacked into a temporary file first. The
    // error says what the file is not.
    static Result<std::unique_ptr<ElfFile>> open(const std::string& path);
    ~ElfFile();
    ElfFile(const ElfFile&) = delete;
    ElfFile& operator=(const ElfFile&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] const std::string& build_id() const { return build_id_; }  // hexadecimal; "" none
    [[nodiscard]] bool relocatable() const { return relocatable_; }          // a module: addresses are from 0
    [[nodiscard]] bool has_symbols() const;
    [[nodiscard]] bool has_dwarf() const;

    // The address of a symbol as linked; nullopt when the file has no such symbol. Looks at every one.
    [[nodiscard]] std::optional<std::uint64_t> symbol(std::string_view name) const;

    // The address and bytes of a section; no bytes when the file has it not, or when it is damaged.
    // Compressed ones are unpacked. They live as long as the file is open.
    struct Section {
        std::uint64_t address = 0;
        std::span<const std::uint8_t> bytes;
    };
    [[nodiscard]] Section section(std::string_view name) const;

    // Adds the symbols of functions and variables of a file that is not relocatable, each `bias` further than
    // linked; absolute ones (per-CPU variables on x86) where they are.
    void add_symbols(SymbolTable& symbols, std::uint64_t bias) const;

    // The sections of a relocatable file that hold code, with the functions in them by their offsets.
    struct CodeSection {
        std::size_t index;
        std::uint64_t size;
        std::vector<std::pair<std::string_view, std::uint64_t>> functions;
    };
    [[nodiscard]] std::vector<CodeSection> code_sections() const;

    // For readers that work on the file themselves.
    [[nodiscard]] Elf* handle() const { return elf_; }
    [[nodiscard]] int descriptor() const { return descriptor_; }

  private:
    ElfFile(std::string path, int descriptor, Elf* elf)
        : path_(std::move(path)), descriptor_(descriptor), elf_(elf) {}
    Result<void> read_header();

    std::string path_;
    int descriptor_;
    Elf* elf_;
    std::string build_id_;
    bool relocatable_ = false;
};

}  // namespace inquest
