// A session on one dump: the kernel's virtual memory, readable by address.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "arch/arch.h"
#include "arch/paging.h"
#include "base/result.h"
#include "debuginfo/btf.h"
#include "debuginfo/debug_files.h"
#include "debuginfo/exports.h"
#include "debuginfo/kallsyms.h"
#include "debuginfo/sources/dwarf_types.h"
#include "debuginfo/symbols.h"
#include "debuginfo/target.h"
#include "dump/memory.h"

namespace inquest {

class Session {
  public:
    // Opens the dump and finds the kernel in it; the error says what the dump lacks for that. `paths` is one
    // file, or the parts of a dump that makedumpfile split.
    static Result<std::unique_ptr<Session>> open(std::span<const std::string> paths, const Tell& tell);
    static Result<std::unique_ptr<Session>> open(const std::string& path) {
        return open({&path, 1}, tell_nobody);
    }

    // Files of debug information that the user named, and whether servers may be asked. The error says which
    // is not there or not this kernel's. To be called before anything else.
    Result<void> use_debug_files(DebugFileOptions files);

    // All bytes or none; the outcome is that of the first page that is not there.
    ReadOutcome read(std::uint64_t address, std::span<std::uint8_t> out) const;

    template <typename T>
    [[nodiscard]] std::optional<T> read_as(std::uint64_t address) const {
        T value;
        if (read(address, {reinterpret_cast<std::uint8_t*>(&value), sizeof value}) != ReadOutcome::present)
            return std::nullopt;
        return value;
    }
    // The characters at `address` up to a NUL, at most `longest`; what lies before a missing page.
    [[nodiscard]] std::string read_string(std::uint64_t address, std::size_t longest) const;
    [[nodiscard]] std::optional<std::uint64_t> read_pointer(std::uint64_t address) const {
        return read_as<std::uint64_t>(address);
    }

    // read_pointer as the walks of kernel/walks.h take it; not to outlive the session.
    [[nodiscard]] std::function<std::optional<std::uint64_t>(std::uint64_t)> words() const {
        return [this](std::uint64_t address) { return read_pointer(address); };
    }

    // The kernel's symbols, read the first time they are asked for: its kallsyms tables, else those of a
    // debug file or System.map; empty when there are none (problems() then says why).
    const SymbolTable& symbols();
    // The kernel's types: BTF, else a debug file's DWARF; nullptr when there are none (problems() then says
    // why).
    const Types* types();
    // The kernel's BTF, which that of modules builds on: the dump's, else a debug file's; nullptr for none.
    const Btf* btf();

    // Files of debug information beside the dump. Nothing is opened before something needs them, but what the
    // user named.
    DebugFiles& debug_files() { return *debug_files_; }
    // The kernel's own, nullptr when there is none.
    const ElfFile* kernel_file();
    // What the kernel's addresses are above those that the file was linked for (KASLR); the file must be this
    // kernel's. nullopt when neither VMCOREINFO nor a symbol tells.
    std::optional<std::uint64_t> kernel_bias(const ElfFile& file);
    // The kernel's build-id in hexadecimal: VMCOREINFO's (since 5.9, 0935288c6e00), else that of the notes in
    // its memory; "" when neither is there.
    std::string build_id();
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

    // The bytes of the kernel's image, for what no symbol leads to (kernel/exported.h); nullptr until read.
    std::unique_ptr<ImageBytes>& image_bytes() { return image_bytes_; }

    [[nodiscard]] TargetMemory memory() const;

    // How often a page was asked for that the file should hold and does not: it is cut or damaged.
    [[nodiscard]] std::uint64_t torn_reads() const { return torn_reads_; }

    // Physical memory, and the kernel's page tables in it.
    ReadOutcome read_physical(std::uint64_t address, std::span<std::uint8_t> out) const;
    [[nodiscard]] const PageTables& tables() const { return tables_; }
    [[nodiscard]] const Dump& dump() const { return *dump_; }

    [[nodiscard]] const Vmcoreinfo& info() const { return info_; }
    [[nodiscard]] const DumpFacts& facts() const { return dump_->facts(); }
    [[nodiscard]] const Arch& arch() const { return *arch_; }
    [[nodiscard]] std::string release() const;  // VMCOREINFO's, else the header's
    [[nodiscard]] std::string version() const;  // uname -v of init_uts_ns, else the header's

  private:
    explicit Session(std::unique_ptr<Dump> dump) : dump_(std::move(dump)) {}
    ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const;
    [[nodiscard]] std::optional<std::uint64_t> translate(std::uint64_t address) const;

    struct Translation {
        std::uint64_t page = UINT64_MAX;  // virtual page number
        std::optional<std::uint64_t> physical;
    };
    struct CachedPage {
        std::uint64_t pfn = UINT64_MAX;
        ReadOutcome outcome = ReadOutcome::unmapped;
        std::vector<std::uint8_t> bytes;
    };

    Result<void> load_symbols();
    void add_anchors(const KernelImage& image);
    Result<Btf> load_btf();
    void look_for_files(DebugFileOptions files);
    Result<void> load_symbol_files();
    Result<void> check_file(const ElfFile& file);
    [[nodiscard]] std::string missing_file() const;

    std::unique_ptr<Dump> dump_;
    Vmcoreinfo info_;
    const Arch* arch_ = nullptr;
    PageTables tables_;
    std::optional<SymbolTable> symbols_;
    std::optional<Btf> btf_;
    bool btf_tried_ = false, types_tried_ = false;
    std::string btf_problem_;
    std::unique_ptr<DwarfTypes> dwarf_types_;
    std::unique_ptr<DebugFiles> debug_files_;
    std::unique_ptr<ImageBytes> image_bytes_;
    std::optional<std::uint64_t> bias_;
    std::vector<std::string> problems_;
    mutable std::uint64_t torn_reads_ = 0;
    mutable std::array<Translation, 256> translations_;
    mutable std::array<CachedPage, 256> cache_;  // direct-mapped by frame; a session belongs to one thread
};

}  // namespace inquest
