// ELF kernel cores: /proc/vmcore copied, makedumpfile -E, QEMU's dump-guest-memory (whose e_ehsize is 8 and
// whose headers stand in odd places: only e_phoff and e_phnum are believed).
#include <algorithm>
#include <array>
#include <cstring>
#include <elf.h>

#include "dump/memory.h"
#include "dump/notes.h"

namespace inquest {
namespace {

constexpr std::size_t kMostSegments = 1 << 20;
constexpr std::uint64_t kMostNoteBytes = 64 << 20;

// A run of physical memory; of one that the file does not hold, file_offset means nothing.
struct Run {
    std::uint64_t physical, size, file_offset;
    [[nodiscard]] std::uint64_t end() const { return physical + size; }
};

// Sorts the runs and cuts off what an earlier one has already: the kernel's text is there twice, once by its
// own addresses and once in the map of all memory.
void lay_apart(std::vector<Run>& runs) {
    std::ranges::sort(runs, {}, [](const Run& run) { return std::pair(run.physical, ~run.size); });
    std::uint64_t end = 0;
    std::size_t kept = 0;
    for (Run run : runs) {
        if (run.end() <= end) continue;
        if (run.physical < end) {
            const std::uint64_t known = end - run.physical;
            run = {end, run.size - known, run.file_offset + known};
        }
        end = run.end();
        runs[kept++] = run;
    }
    runs.resize(kept);
}

const Run* run_at(const std::vector<Run>& runs, std::uint64_t address) {
    auto after = std::ranges::upper_bound(runs, address, {}, &Run::physical);
    if (after == runs.begin() || std::prev(after)->end() <= address) return nullptr;
    return &*std::prev(after);
}

class ElfCore : public Dump {
  public:
    explicit ElfCore(Image image) : image_(std::move(image)) {}

    Result<void> read_headers() {
        Elf64_Ehdr header{};
        if (!image_.read_struct(0, header)) return fail("the ELF core ends inside its header");
        if (header.e_ident[EI_CLASS] != ELFCLASS64)
            return fail("this ELF core has 32-bit headers; only those of 64-bit machines are supported");
        if (header.e_ident[EI_DATA] != ELFDATA2LSB)
            return fail("this ELF core is of a big-endian machine, which is not supported");
        if (header.e_type != ET_CORE) return fail("this ELF file is no core dump");
        std::uint64_t count = header.e_phnum;
        if (count == PN_XNUM) {  // then the first section header holds the number
            Elf64_Shdr section{};
            if (image_.read_struct(header.e_shoff, section)) count = section.sh_info;
        }
        if (count == 0 || count > kMostSegments) return fail("the ELF core's program headers are damaged");
        facts_.live = image_.live();
        facts_.format = image_.flattened() ? "ELF, flattened" : facts_.live ? "ELF, live memory" : "ELF";
        facts_.machine = header.e_machine == EM_X86_64    ? "x86_64"
                         : header.e_machine == EM_AARCH64 ? "aarch64"
                                                          : "";
        for (std::uint64_t i = 0; i < count; ++i) {
            Elf64_Phdr program{};
            if (!image_.read_struct(header.e_phoff + i * sizeof program, program))
                return fail("the ELF core ends inside its program headers");
            if (program.p_type == PT_NOTE) take_notes(program);
            if (program.p_type == PT_LOAD) take_memory(program);
        }
        lay_apart(kept_);
        lay_apart(left_out_);
        if (kept_.empty() && left_out_.empty()) return fail("the ELF core holds no memory");
        facts_.vmcoreinfo = vmcoreinfo_text(facts_.notes);
        std::uint64_t end = 0;
        for (const auto* runs : {&kept_, &left_out_})
            if (!runs->empty()) end = std::max(end, runs->back().end());
        facts_.page_count = end / facts_.page_size + (end % facts_.page_size != 0);
        tell_what_is_missing();
        return {};
    }

    ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const override {
        if (pfn >= facts_.page_count) return ReadOutcome::unmapped;
        std::uint64_t address = pfn * facts_.page_size;
        const Run* run = run_at(kept_, address);
        if (!run) return run_at(left_out_, address) ? ReadOutcome::filtered : ReadOutcome::unmapped;
        // RAM may begin and end within a page; what is beside it is nobody's.
        for (; run && !page.empty(); run = run_at(kept_, address)) {
            const std::uint64_t offset = address - run->physical,
                                size = std::min<std::uint64_t>(page.size(), run->size - offset);
            if (!image_.read(run->file_offset + offset, page.first(size))) return ReadOutcome::torn;
            page = page.subspan(size);
            address += size;
        }
        std::ranges::fill(page, std::uint8_t{0});
        return ReadOutcome::present;
    }

  private:
    void take_notes(const Elf64_Phdr& program) {
        const std::size_t before = facts_.notes.size();
        if (program.p_filesz > kMostNoteBytes - before) {
            facts_.problems.push_back("the ELF core's notes are damaged: they would take " +
                                      std::to_string(program.p_filesz) + " bytes");
            return;
        }
        if (image_.holds(program.p_offset, program.p_filesz)) {
            facts_.notes.resize(before + program.p_filesz);
            if (image_.read(program.p_offset, std::span(facts_.notes).subspan(before))) return;
            facts_.notes.resize(before);
        }
        facts_.problems.emplace_back("the ELF core ends before its notes do");
    }

    // /proc/kcore also has what is mapped one page at a time: its physical address is -1.
    void take_memory(const Elf64_Phdr& program) {
        if (program.p_memsz > UINT64_MAX - program.p_paddr || program.p_filesz > program.p_memsz ||
            program.p_offset > UINT64_MAX - program.p_filesz)
            return;
        if (program.p_filesz != 0) kept_.push_back({program.p_paddr, program.p_filesz, program.p_offset});
        // makedumpfile -E leaves pages out this way.
        if (program.p_memsz != program.p_filesz)
            left_out_.push_back({program.p_paddr + program.p_filesz, program.p_memsz - program.p_filesz, 0});
    }

    void tell_what_is_missing() {
        std::uint64_t bytes = 0, missing = 0;
        for (const Run& run : kept_) {
            bytes += run.size;
            const std::uint64_t end = run.file_offset + run.size;
            if (end > image_.size()) missing += end - std::max(image_.size(), run.file_offset);
        }
        facts_.incomplete = missing != 0 || image_.cut();
        if (!facts_.incomplete) return;
        facts_.problems.push_back(
            "the dump is cut off after " + std::to_string(image_.file_size()) +
            " bytes: " + std::to_string((missing + facts_.page_size - 1) / facts_.page_size) + " of its " +
            std::to_string(bytes / facts_.page_size) + " pages are missing");
    }

    Image image_;
    std::vector<Run> kept_, left_out_;  // each by address and apart from each other
};

bool sniff(const Image& image) {
    std::array<char, SELFMAG> magic{};
    return image.read_struct(0, magic) && std::memcmp(magic.data(), ELFMAG, SELFMAG) == 0;
}

Result<std::unique_ptr<Dump>> open(Image image) {
    auto dump = std::make_unique<ElfCore>(std::move(image));
    if (auto read = dump->read_headers(); !read) return std::unexpected(std::move(read.error()));
    return dump;
}

}  // namespace

extern const Format plugin_formats_elf;
const Format plugin_formats_elf{"ELF", sniff, open};

}  // namespace inquest
