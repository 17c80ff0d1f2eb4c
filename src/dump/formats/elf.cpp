// ELF kernel cores: /proc/vmcore copied, makedumpfile -E, QEMU's dump-guest-memory (whose e_ehsize is 8 and
// whose headers stand in odd places: only e_phoff and e_phnum are believed).
#include <algorithm>
#include <cstring>
#include <elf.h>

#include "dump/memory.h"
#include "dump/notes.h"

namespace inquest {
namespace {

constexpr std::size_t kMostSegments = 1 << 20;
constexpr std::uint64_t kMostNoteBytes = 64 << 20;

struct Segment {
    std::uint64_t physical, file_offset, file_size, memory_size;
};

class ElfCore : public Dump {
  public:
    explicit ElfCore(Image image) : image_(std::move(image)) {}

    Result<void> read_headers() {
        Elf64_Ehdr header{};
        if (!image_.read_struct(0, header)) return fail("the ELF core ends inside its header");
        if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB)
            return fail("this ELF core is of a 32 bit or big-endian machine, which is not supported");
        if (header.e_type != ET_CORE) return fail("this ELF file is no core dump");
        std::uint64_t count = header.e_phnum;
        if (count == PN_XNUM) {  // then the first section header holds the number
            Elf64_Shdr section{};
            if (image_.read_struct(header.e_shoff, section)) count = section.sh_info;
        }
        if (count == 0 || count > kMostSegments) return fail("the ELF core's program headers are damaged");
        facts_.format = image_.flattened() ? "ELF, flattened" : "ELF";
        facts_.machine = header.e_machine == EM_X86_64    ? "x86_64"
                         : header.e_machine == EM_AARCH64 ? "aarch64"
                                                          : "";
        for (std::uint64_t i = 0; i < count; ++i) {
            Elf64_Phdr program{};
            if (!image_.read_struct(header.e_phoff + i * sizeof program, program))
                return fail("the ELF core ends inside its program headers");
            take(program);
        }
        lay_apart();
        if (segments_.empty()) return fail("the ELF core holds no memory");
        facts_.vmcoreinfo = vmcoreinfo_text(facts_.notes);
        auto end =
            std::ranges::max(segments_, {}, [](const Segment& s) { return s.physical + s.memory_size; });
        facts_.page_count = (end.physical + end.memory_size + facts_.page_size - 1) / facts_.page_size;
        return {};
    }

    ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const override {
        if (pfn > UINT64_MAX / facts_.page_size) return ReadOutcome::unmapped;
        std::uint64_t address = pfn * facts_.page_size;
        auto after = std::ranges::upper_bound(segments_, address, {}, &Segment::physical);
        if (after == segments_.begin()) return ReadOutcome::unmapped;
        const Segment& segment = *std::prev(after);
        std::uint64_t offset = address - segment.physical;
        if (offset >= segment.memory_size) return ReadOutcome::unmapped;
        if (offset >= segment.file_size)
            return ReadOutcome::filtered;  // makedumpfile -E leaves pages out this way
        std::uint64_t size = std::min<std::uint64_t>(page.size(), segment.file_size - offset);
        std::ranges::fill(page.subspan(size), std::uint8_t{0});
        return image_.read(segment.file_offset + offset, page.first(size)) ? ReadOutcome::present
                                                                           : ReadOutcome::torn;
    }

  private:
    void take(const Elf64_Phdr& program) {
        if (program.p_type == PT_NOTE && program.p_filesz <= kMostNoteBytes) {
            std::size_t before = facts_.notes.size();
            if (before + program.p_filesz > kMostNoteBytes || program.p_filesz > image_.file_size()) return;
            facts_.notes.resize(before + program.p_filesz);
            if (!image_.read(program.p_offset, std::span(facts_.notes).subspan(before)))
                facts_.notes.resize(before);
        }
        bool sane = program.p_memsz <= UINT64_MAX - program.p_paddr && program.p_filesz <= program.p_memsz &&
                    program.p_offset <= UINT64_MAX - program.p_filesz;
        if (program.p_type == PT_LOAD && program.p_memsz != 0 && sane) {
            segments_.push_back({program.p_paddr, program.p_offset, program.p_filesz, program.p_memsz});
            if (program.p_offset + program.p_filesz > image_.size() && !facts_.incomplete) {
                facts_.incomplete = true;
                facts_.problems.push_back(
                    "the ELF core is cut: its headers speak of memory beyond the end of the file");
            }
        }
    }

    // The kernel's text is there twice, once by its own addresses and once in the map of all memory.
    void lay_apart() {
        std::ranges::sort(segments_, {},
                          [](const Segment& s) { return std::pair(s.physical, ~s.memory_size); });
        std::uint64_t end = 0;
        std::size_t kept = 0;
        for (Segment segment : segments_) {
            if (segment.physical + segment.memory_size <= end) continue;
            if (segment.physical < end) {
                const std::uint64_t known = end - segment.physical,
                                    in_file = std::min(known, segment.file_size);
                segment = {end, segment.file_offset + in_file, segment.file_size - in_file,
                           segment.memory_size - known};
            }
            end = segment.physical + segment.memory_size;
            segments_[kept++] = segment;
        }
        segments_.resize(kept);
    }

    Image image_;
    std::vector<Segment> segments_;  // by address, apart from each other
};

bool sniff(const Image& image) {
    auto magic = image.view(0, SELFMAG);
    return !magic.empty() && std::memcmp(magic.data(), ELFMAG, SELFMAG) == 0;
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
