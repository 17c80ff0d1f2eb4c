// A crash dump's physical memory.
#pragma once

#include <cstdint>
#include <memory>
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

// What a format's header says about the dump as a whole.
struct DumpFacts {
    std::string format;                     // "kdump-compressed v6 (lzo)", "ELF", ...
    std::string release, version, machine;  // of utsname where the header has one; "" otherwise
    std::uint32_t page_size = 4096;
    std::uint64_t page_count = 0;       // frames that the dump speaks of
    bool incomplete = false;            // written by a makedumpfile that ran out of space, or cut afterwards
    std::vector<std::string> problems;  // damage found while opening, a sentence each
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

// Opens a dump of any format. The error says what the file is instead, or what is wrong with it.
Result<std::unique_ptr<Dump>> open_dump(const std::string& path);
Result<std::unique_ptr<Dump>> open_dump(Image image);

}  // namespace inquest
