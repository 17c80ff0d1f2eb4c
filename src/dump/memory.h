// A crash dump's physical memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "dump/image.h"
#include "dump/vmcoreinfo.h"

namespace inquest {

// What became of a read. Filtered is never zero: makedumpfile left the page out because it held something
// that was not asked for, and what it held nobody knows.
enum class ReadOutcome : std::uint8_t {
    present,
    filtered,  // RAM of the machine, left out of the dump on purpose (kdump bitmap 1 set, bitmap 2 clear)
    unmapped,  // no RAM at that address, or no translation
    torn,      // should be there, but the file is cut or its data do not decompress
};
std::string_view name_of(ReadOutcome outcome);

// One file of a dump that makedumpfile split into several: each has its own pages, in the frames from first
// up to end.
struct DumpPart {
    std::uint64_t first = 0, end = 0;
    std::string dump;  // the same bytes in all parts of one dump, and in no other's
    [[nodiscard]] bool holds(std::uint64_t pfn) const { return pfn >= first && pfn < end; }
};

// What a format's header says about the dump as a whole.
struct DumpFacts {
    std::string format;                     // "kdump-compressed v6 (lzo)", "ELF", ...
    std::string release, version, machine;  // of utsname where the header has one; "" otherwise
    std::uint32_t page_size = 4096;
    std::uint64_t page_count = 0;            // frames that the dump speaks of
    bool live = false;                       // the running machine's: two reads may not agree
    std::optional<std::uint64_t> phys_base;  // x86-64: what is added to the kernel's own addresses
    bool incomplete = false;            // written by a makedumpfile that ran out of space, or cut afterwards
    std::vector<std::string> problems;  // damage found while opening, a sentence each
    std::optional<DumpPart> part;       // when the file is one of several
    std::vector<std::uint8_t> notes;    // ELF notes: one NT_PRSTATUS a CPU, VMCOREINFO
    std::string vmcoreinfo;             // as text, when the format keeps it apart from the notes
};

// One dump. Reading is const and safe from several threads.
class Dump {
  public:
    virtual ~Dump() = default;

    // The frame `pfn` (facts().page_size bytes).
    virtual ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const = 0;

    [[nodiscard]] const DumpFacts& facts() const { return facts_; }
    // Damage that shows outside of the format: of the compression around it.
    void add_problem(std::string sentence) { facts_.problems.push_back(std::move(sentence)); }

  protected:
    DumpFacts facts_;
};

// One file in formats/ is one format.
struct Format {
    std::string_view name;
    bool (*sniff)(const Image& image);
    Result<std::unique_ptr<Dump>> (*open)(Image image);
};
std::span<const Format* const> all_formats();

// Is told, a sentence each, what the user should know while a dump is being opened: what takes long, which
// other files belong to it.
using Tell = std::function<void(const std::string&)>;
inline void tell_nobody(const std::string&) {}

// Opens a dump of any format: one file, or the parts of a dump that makedumpfile split (of one of them the
// others are looked for beside it). A compressed file is unpacked into a temporary one. The error says what
// the file is instead, or what is wrong with it.
Result<std::unique_ptr<Dump>> open_dump(std::span<const std::string> paths, const Tell& tell);
// Of bytes as they are: one file.
Result<std::unique_ptr<Dump>> open_dump(Image image);

}  // namespace inquest
