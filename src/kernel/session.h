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
#include "debuginfo/kallsyms.h"
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

    // The kernel's symbols, read from its kallsyms tables the first time they are asked for; empty when there
    // are none (problems() then says why).
    const SymbolTable& symbols();
    // The kernel's types, nullptr when the dump holds none (then problems() says why).
    const Btf* types();
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

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
    Result<Btf> load_types();

    std::unique_ptr<Dump> dump_;
    Vmcoreinfo info_;
    const Arch* arch_ = nullptr;
    PageTables tables_;
    std::optional<SymbolTable> symbols_;
    std::optional<Btf> types_;
    bool types_tried_ = false;
    std::vector<std::string> problems_;
    mutable std::uint64_t torn_reads_ = 0;
    mutable std::array<Translation, 256> translations_;
    mutable std::array<CachedPage, 256> cache_;  // direct-mapped by frame; a session belongs to one thread
};

}  // namespace inquest
