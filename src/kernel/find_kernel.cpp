#include "kernel/find_kernel.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/text.h"
#include "dump/find_vmcoreinfo.h"
#include "dump/qemu_cpu.h"

namespace inquest {
namespace {

// arch/x86/include/asm/page_64_types.h: __START_KERNEL_map, and KERNEL_IMAGE_SIZE.
constexpr std::uint64_t kKernelMap = 0xffffffff80000000, kKernelMapSize = 1 << 30;
constexpr std::uint64_t kLargePage = 2 << 20;

// The kernel's virtual memory by given tables, before there is a session.
class Probe {
  public:
    Probe(const Dump& dump, const PageTables& tables) : dump_(dump), tables_(tables) {
        page_.resize(dump.facts().page_size);
    }

    [[nodiscard]] std::optional<std::uint64_t> translate(std::uint64_t address) {
        return walk(tables_, address, [this](std::uint64_t entry) { return word(entry); });
    }

    // Within a page.
    template <typename T>
    std::optional<T> read(std::uint64_t address) {
        auto physical = translate(address);
        T value;
        if (!physical || !copy(*physical, {reinterpret_cast<std::uint8_t*>(&value), sizeof value}))
            return std::nullopt;
        return value;
    }

  private:
    std::optional<std::uint64_t> word(std::uint64_t physical) {
        std::uint64_t value = 0;
        if (!copy(physical, {reinterpret_cast<std::uint8_t*>(&value), sizeof value})) return std::nullopt;
        return value;
    }

    bool copy(std::uint64_t physical, std::span<std::uint8_t> out) {
        const std::uint64_t offset = physical % page_.size();
        if (out.size() > page_.size() - offset ||
            dump_.read_page(physical / page_.size(), page_) != ReadOutcome::present)
            return false;
        std::memcpy(out.data(), page_.data() + offset, out.size());
        return true;
    }

    const Dump& dump_;
    PageTables tables_;
    std::vector<std::uint8_t> page_;
};

Result<FoundKernel> by_vmcoreinfo(const DumpFacts& facts, Vmcoreinfo info) {
    FoundKernel found{.arch = nullptr, .tables = {}, .info = std::move(info)};
    const Vmcoreinfo& known = found.info;
    const std::string_view machine = facts.machine;
    const bool arm64 = machine == "aarch64" || known.number("kimage_voffset");
    if (!arm64 && machine != "x86_64" && !known.number("phys_base") && !known.symbol("init_top_pgt"))
        return fail("dumps of " + (machine.empty() ? std::string("this machine") : std::string(machine)) +
                    " are not supported yet; x86_64 and arm64 are");
    found.arch = arch_named(arm64 ? "arm64" : "x86_64");
    auto root = known.symbol("swapper_pg_dir");
    if (!root) root = known.symbol("init_top_pgt");
    if (!root) return fail("VMCOREINFO does not say where swapper_pg_dir is");
    if (!arm64) {
        auto phys_base = known.number("phys_base");
        found.tables = x86_64_tables(
            *root - kKernelMap +
                (phys_base ? static_cast<std::uint64_t>(*phys_base) : facts.phys_base.value_or(0)),
            known.number("pgtable_l5_enabled").value_or(0) == 1,
            static_cast<std::uint64_t>(known.number("sme_mask").value_or(0)));
        return found;
    }
    auto page_size = parse_dec(known.value("PAGESIZE")).value_or(facts.page_size);
    auto va_bits = known.number("VA_BITS"), voffset = known.number("kimage_voffset");
    // TCR_EL1.T1SZ says what is in use; VA_BITS what the kernel was built for (52 falls back to 48).
    if (auto t1sz = known.number("TCR_EL1_T1SZ")) va_bits = 64 - *t1sz;
    if (!voffset || !va_bits || *va_bits < 36 || *va_bits > 52 || !std::has_single_bit(page_size) ||
        page_size < 4096 || page_size > 65536)
        return fail("VMCOREINFO of this arm64 dump lacks kimage_voffset, VA_BITS or PAGESIZE");
    found.tables =
        arm64_tables(*root - static_cast<std::uint64_t>(*voffset),
                     static_cast<unsigned>(std::countr_zero(page_size)), static_cast<unsigned>(*va_bits));
    return found;
}

// Whether the kernel that VMCOREINFO speaks of is the one in the page tables: its name stands where it says.
// A text that a kernel before this one left in memory fails here.
bool is_of_this_kernel(const Dump& dump, const FoundKernel& found) {
    auto name = found.info.symbol("init_uts_ns");
    if (!name) return false;
    // Since 5.11 the names come first, before behind a 4-byte kref.
    const std::uint64_t uts = *name + found.info.offset("uts_namespace.name").value_or(4);
    constexpr std::uint64_t kRelease = 2 * 65;  // struct new_utsname: 65 bytes a field
    Probe probe(dump, found.tables);
    std::string release;
    for (std::uint64_t at = uts + kRelease; release.size() < 64; ++at) {
        auto letter = probe.read<char>(at);
        if (!letter || *letter == '\0') break;
        release += *letter;
    }
    return !release.empty() && release == found.info.value("OSRELEASE");
}

std::optional<FoundKernel> by_memory(const Dump& dump) {
    for (const std::string& text : find_vmcoreinfo(dump)) {
        auto found = by_vmcoreinfo(dump.facts(), Vmcoreinfo::parse(text));
        if (found && is_of_this_kernel(dump, *found)) return std::move(*found);
    }
    return std::nullopt;
}

// The first address that is mapped in the run of 2 MB pages around an address of the kernel's text, which is
// where its image begins; nullopt when so little is mapped that these are a process's own tables (with page
// table isolation they hold the entry code only).
std::optional<std::uint64_t> image_start(Probe& probe, std::uint64_t text) {
    constexpr std::uint64_t kSmallestImage = 6 << 20;
    std::uint64_t start = text / kLargePage * kLargePage, end = start;
    while (start > kKernelMap && probe.translate(start - kLargePage)) start -= kLargePage;
    while (end < kKernelMap + kKernelMapSize && probe.translate(end)) end += kLargePage;
    return end - start >= kSmallestImage ? std::optional(start) : std::nullopt;
}

std::optional<FoundKernel> by_cpu(const Dump& dump, const QemuCpu& cpu) {
    constexpr std::uint64_t kLa57 = 1 << 12, kTable = ((std::uint64_t{1} << 52) - 1) & ~std::uint64_t{0xfff};
    constexpr std::uint64_t kIsolation = 1 << 12;  // PTI: set in CR3 while user mode runs
    for (std::uint64_t root : {cpu.cr3 & kTable & ~kIsolation, cpu.cr3 & kTable}) {
        FoundKernel found{arch_named("x86_64"), x86_64_tables(root, cpu.cr4 & kLa57, 0), {}};
        Probe probe(dump, found.tables);
        // Intel SDM 3A, 6.14.1: a gate's offset is in its bits 0-15, 48-63 and 64-95.
        auto gate = probe.read<std::array<std::uint64_t, 2>>(cpu.idt);
        if (!gate) continue;
        const std::uint64_t handler =
            ((*gate)[0] & 0xffff) | ((*gate)[0] >> 48) << 16 | ((*gate)[1] & 0xffffffff) << 32;
        if (handler < kKernelMap || handler >= kKernelMap + kKernelMapSize) continue;
        auto start = image_start(probe, handler);
        if (!start) continue;
        found.info.set("SYMBOL(_stext)", hex(*start));  // arch/x86/kernel/vmlinux.lds.S
        return found;
    }
    return std::nullopt;
}

}  // namespace

Result<FoundKernel> find_kernel(const Dump& dump, const Tell& tell) {
    const DumpFacts& facts = dump.facts();
    auto noted = Vmcoreinfo::parse(facts.vmcoreinfo);
    if (!noted.value("OSRELEASE").empty()) return by_vmcoreinfo(facts, std::move(noted));
    if (auto found = by_memory(dump)) {
        tell("the dump has no VMCOREINFO note; the kernel's own copy was found in its memory");
        return std::move(*found);
    }
    for (const QemuCpu& cpu : qemu_cpus(facts.notes))
        if (auto found = by_cpu(dump, cpu)) {
            tell("the dump has no VMCOREINFO; the kernel was found by a CPU's control registers");
            return std::move(*found);
        }
    return fail(
        "the dump has no VMCOREINFO, neither as a note nor in its memory, and no control registers: nothing "
        "tells where the kernel's page tables are");
}

}  // namespace inquest
