#include "kernel/session.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "debuginfo/exports.h"
#include "debuginfo/kallsyms.h"
#include "kernel/find_kernel.h"
#include "kernel/rebuild_info.h"

namespace inquest {
namespace {

// include/uapi/linux/utsname.h: struct new_utsname, 65 bytes a field; version is the fourth.
constexpr std::uint64_t kUtsField = 65, kUtsVersion = 3 * kUtsField;

}  // namespace

Result<std::unique_ptr<Session>> Session::open(std::span<const std::string> paths, const Tell& tell) {
    auto dump = open_dump(paths, tell);
    if (!dump) return std::unexpected(std::move(dump.error()));
    std::unique_ptr<Session> session(new Session(std::move(*dump)));
    auto found = find_kernel(*session->dump_, tell);
    if (!found) return fail_in(paths.front(), found);
    session->arch_ = found->arch;
    session->tables_ = found->tables;
    session->info_ = std::move(found->info);
    session->look_for_files({});
    if (session->info_.value("OSRELEASE").empty()) {
        rebuild_info(*session, session->info_);
        session->look_for_files({});
    }
    return session;
}

ReadOutcome Session::read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const {
    auto outcome = dump_->read_page(pfn, page);
    torn_reads_ += outcome == ReadOutcome::torn;
    return outcome;
}

ReadOutcome Session::read_physical(std::uint64_t address, std::span<std::uint8_t> out) const {
    const std::uint64_t page_size = facts().page_size;
    while (!out.empty()) {
        std::uint64_t pfn = address / page_size, offset = address % page_size;
        CachedPage& page = cache_[pfn % cache_.size()];
        if (page.pfn != pfn && offset == 0 && out.size() >= page_size) {  // a whole page is not copied twice
            if (auto outcome = read_page(pfn, out.first(page_size)); outcome != ReadOutcome::present)
                return outcome;
            out = out.subspan(page_size);
            address += page_size;
            continue;
        }
        if (page.pfn != pfn) {
            page.bytes.resize(page_size);
            page.pfn = pfn;
            page.outcome = read_page(pfn, page.bytes);
        }
        if (page.outcome != ReadOutcome::present) return page.outcome;
        std::uint64_t size = std::min<std::uint64_t>(out.size(), page_size - offset);
        std::memcpy(out.data(), page.bytes.data() + offset, size);
        out = out.subspan(size);
        address += size;
    }
    return ReadOutcome::present;
}

std::optional<std::uint64_t> Session::translate(std::uint64_t address) const {
    const std::uint64_t page = address >> tables_.page_shift,
                        offset = address & ((std::uint64_t{1} << tables_.page_shift) - 1);
    Translation& known = translations_[page % translations_.size()];
    if (known.page != page) {
        known.page = page;
        known.physical =
            walk(tables_, address - offset, [this](std::uint64_t entry) -> std::optional<std::uint64_t> {
                std::uint64_t value = 0;
                if (read_physical(entry, {reinterpret_cast<std::uint8_t*>(&value), sizeof value}) !=
                    ReadOutcome::present)
                    return std::nullopt;
                return value;
            });
    }
    return known.physical ? std::optional(*known.physical + offset) : std::nullopt;
}

std::string Session::read_string(std::uint64_t address, std::size_t longest) const {
    std::string text;
    while (text.size() < longest) {
        std::array<char, 64> piece;
        // Up to the next multiple of the piece, so that a piece never crosses into a page that may be
        // missing.
        std::size_t size = std::min(piece.size() - address % piece.size(), longest - text.size());
        if (read(address, std::span(reinterpret_cast<std::uint8_t*>(piece.data()), size)) !=
            ReadOutcome::present)
            break;
        std::size_t length = strnlen(piece.data(), size);
        text.append(piece.data(), length);
        if (length < size) break;
        address += size;
    }
    return text;
}

ReadOutcome Session::read(std::uint64_t address, std::span<std::uint8_t> out) const {
    const std::uint64_t page_size = std::uint64_t{1} << tables_.page_shift;
    while (!out.empty()) {
        auto physical = translate(address);
        if (!physical) return ReadOutcome::unmapped;
        std::uint64_t size = std::min<std::uint64_t>(out.size(), page_size - address % page_size);
        if (auto outcome = read_physical(*physical, out.first(size)); outcome != ReadOutcome::present)
            return outcome;
        out = out.subspan(size);
        address += size;
    }
    return ReadOutcome::present;
}

TargetMemory Session::memory() const {
    return TargetMemory([this](std::uint64_t address, std::span<std::uint8_t> out) {
        return read(address, out) == ReadOutcome::present;
    });
}

Result<void> Session::load_symbols() {
    KallsymsTables tables;
    tables.offsets = info_.symbol("kallsyms_offsets").value_or(0);
    tables.relative_base = info_.symbol("kallsyms_relative_base").value_or(0);
    tables.num_syms = info_.symbol("kallsyms_num_syms").value_or(0);
    tables.names = info_.symbol("kallsyms_names").value_or(0);
    tables.token_table = info_.symbol("kallsyms_token_table").value_or(0);
    tables.token_index = info_.symbol("kallsyms_token_index").value_or(0);
    constexpr std::uint64_t kLargestImage = 1 << 30;
    const std::uint64_t stext = info_.symbol("_stext").value_or(0);
    KernelImage image{stext & ~std::uint64_t{0xffff}, kLargestImage, stext};
    if (!tables.complete()) {
        auto found = find_kallsyms(memory(), image);
        if (!found) return std::unexpected(std::move(found.error()));
        tables = *found;
    }
    auto read = read_kallsyms(memory(), tables, image, *symbols_);
    if (!read) return read;
    if (!symbols_->was_added("init_task")) add_anchors(image);
    return {};
}

// Without CONFIG_KALLSYMS_ALL: what the kernel exports, and its BTF by shape.
void Session::add_anchors(const KernelImage& image) {
    constexpr std::uint64_t kMostImage = 96 << 20;
    ImageBytes bytes(memory(), image.start, kMostImage);
    for (std::string_view name : {"init_task", "__per_cpu_offset", "nr_cpu_ids"})
        if (auto address = bytes.exported(name)) symbols_->add(*address, 'D', name);
    std::uint64_t size = 0;
    if (auto btf = bytes.btf(size)) {
        symbols_->add(*btf, 'R', "__start_BTF");
        symbols_->add(*btf + size, 'R', "__stop_BTF");
    }
}

std::string Session::release() const {
    std::string_view release = info_.value("OSRELEASE");
    return release.empty() ? facts().release : std::string(release);
}

std::string Session::version() const {
    auto name = info_.symbol("init_uts_ns");
    std::array<char, kUtsField> version{};
    if (name) {
        // OFFSET(uts_namespace.name) is 0 since 5.11; before, a 4-byte kref came first.
        std::uint64_t base = *name + info_.offset("uts_namespace.name").value_or(4);
        auto bytes = std::span(reinterpret_cast<std::uint8_t*>(version.data()), version.size() - 1);
        if (read(base + kUtsVersion, bytes) == ReadOutcome::present && version[0] == '#')
            return version.data();
    }
    return facts().version;
}

}  // namespace inquest
