#include "knowledge/imported/catalogue.h"

#include <algorithm>
#include <array>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace inquest {
namespace {

constexpr std::uint32_t kLongestRun = 4096;  // of what belongs to one issue or crash

struct Layout {
    std::size_t record;  // bytes
    bool one_more;       // a record behind the last that says where its run ends
};

constexpr std::array<Layout, kParts> kLayout{{
    {1, false},                      // text
    {sizeof(Start), true},           // strings
    {sizeof(SourceRecord), false},   // sources
    {sizeof(IssueRecord), true},     // issues
    {sizeof(FixRecord), false},      // fixes
    {sizeof(VendorRecord), false},   // vendor
    {sizeof(NoteRecord), false},     // notes
    {4, false},                      // versions
    {4, false},                      // files
    {4, false},                      // modules
    {sizeof(CrashRecord), true},     // crashes
    {4, false},                      // frames
    {sizeof(FunctionRecord), true},  // functions
    {4, false},                      // postings
    {4, false},                      // slots
    {sizeof(WrittenRecord), false},  // written
    {1, false},                      // packed
}};

// A file that is closed again whatever happens.
class File {
  public:
    explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

}  // namespace

Result<Catalogue> Catalogue::view(std::string_view bytes) {
    if (bytes.size() < sizeof(CatalogueHeader)) return fail("is too short for a catalogue of issues");
    const auto* header = reinterpret_cast<const CatalogueHeader*>(bytes.data());
    if (header->magic != kCatalogueMagic) {
        bool other = std::equal(kCatalogueMagic.begin(), kCatalogueMagic.begin() + 6, header->magic.begin());
        return fail(other ? "is a catalogue of issues of another version: import it again"
                          : "is no catalogue of issues");
    }
    if (header->size != bytes.size()) return fail("is cut");
    for (std::size_t i = 0; i < kParts; ++i) {
        const PartPlace& place = header->sections[i];
        std::uint64_t records = std::uint64_t{place.count} + (kLayout[i].one_more ? 1 : 0);
        bool inside = place.offset >= sizeof(CatalogueHeader) && place.offset % 4 == 0 &&
                      place.offset + records * kLayout[i].record <= bytes.size();
        if (!inside) return fail("is damaged: a section is outside of it");
    }
    auto slots = header->sections[std::to_underlying(Part::slots)].count;
    if (slots == 0 || !std::has_single_bit(slots)) return fail("is damaged: its hash table");
    Catalogue catalogue;
    catalogue.header_ = header;
    return catalogue;
}

Result<Catalogue> Catalogue::read(std::string_view bytes) {
    auto catalogue = view(bytes);
    if (catalogue && catalogue->header_->hash != catalogue_hash(bytes.substr(kHashedFrom)))
        return fail("is damaged: its hash is not that of its content");
    return catalogue;
}

Result<Catalogue> Catalogue::open(const std::string& path) {
    File file(path);
    struct stat status {};
    if (file.fd() < 0 || ::fstat(file.fd(), &status) != 0) return fail(path + " cannot be opened");
    auto size = static_cast<std::size_t>(status.st_size);
    if (!S_ISREG(status.st_mode) || size == 0) return fail(path + " is no catalogue of issues");
    // All of it is read for the hash: one fault for every page would cost more than the hash.
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file.fd(), 0);
    if (address == MAP_FAILED) return fail(path + " cannot be mapped");
    std::shared_ptr<const void> mapping(
        address, [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
    auto catalogue = read({static_cast<const char*>(address), size});
    if (!catalogue) return fail(path + " " + catalogue.error().message());
    catalogue->mapping_ = std::move(mapping);
    return catalogue;
}

bool Catalogue::is_catalogue(const std::string& path) {
    File file(path);
    std::array<char, 6> first{};
    auto got = file.fd() < 0 ? -1 : ::read(file.fd(), first.data(), first.size());
    return got == static_cast<ssize_t>(first.size()) &&
           std::equal(first.begin(), first.end(), kCatalogueMagic.begin());
}

template <typename Record>
Record Catalogue::record(Part section, std::uint32_t index) const {
    Record record{};
    if (!header_) return record;
    auto which = std::to_underlying(section);
    const PartPlace& place = header_->sections[which];
    if (index >= place.count + (kLayout[which].one_more ? 1U : 0U)) return record;
    const char* base = reinterpret_cast<const char*>(header_);
    std::memcpy(&record, base + place.offset + std::size_t{index} * sizeof(Record), sizeof(Record));
    return record;
}

std::uint32_t Catalogue::number(Part section, std::uint32_t index) const {
    return record<std::uint32_t>(section, index);
}

std::string_view Catalogue::string(std::uint32_t index) const {
    if (index >= count(Part::strings)) return {};
    auto first = number(Part::strings, index);
    auto last = number(Part::strings, index + 1);
    if (first > last || last > count(Part::text)) return {};
    const char* base = reinterpret_cast<const char*>(header_);
    return {base + header_->sections[std::to_underlying(Part::text)].offset + first, last - first};
}

// Runs may overlap in a forged file, so that each is held short where many are walked.
Catalogue::Run Catalogue::run(Part section, Start first, Start last) const {
    last = std::min(last, count(section));
    if (first >= last) return {};
    return {first, section == Part::postings ? last : std::min(last, first + kLongestRun)};
}

std::vector<std::string_view> Catalogue::strings(Part section, Run run) const {
    std::vector<std::string_view> all;
    for (auto i = run.first; i < run.last; ++i) all.push_back(string(number(section, i)));
    return all;
}

std::optional<std::uint32_t> Catalogue::find(std::string_view wanted) const {
    std::uint32_t low = 0;
    std::uint32_t high = issues();
    while (low < high) {
        auto middle = low + (high - low) / 2;
        if (id(middle) < wanted)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < issues() && id(low) == wanted) return low;
    return std::nullopt;
}

std::string_view Catalogue::id(std::uint32_t issue) const {
    return string(record<IssueRecord>(Part::issues, issue).id);
}

Catalogue::Run Catalogue::fixes(std::uint32_t issue) const {
    if (issue >= issues()) return {};
    return run(Part::fixes, record<IssueRecord>(Part::issues, issue).fixes,
               record<IssueRecord>(Part::issues, issue + 1).fixes);
}

std::string_view Catalogue::introduced(std::uint32_t fix) const {
    return string(number(Part::versions, record<FixRecord>(Part::fixes, fix).introduced));
}

std::string_view Catalogue::fixed(std::uint32_t fix) const {
    return string(number(Part::versions, record<FixRecord>(Part::fixes, fix).fixed));
}

std::string Catalogue::commit(std::uint32_t fix) const {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    auto bytes = record<FixRecord>(Part::fixes, fix).commit;
    if (std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; })) return {};
    std::string digits;
    for (auto byte : bytes) {
        digits += kDigits[byte >> 4];
        digits += kDigits[byte & 15];
    }
    return digits;
}

CatalogueSource Catalogue::source(std::uint32_t index) const {
    auto source = record<SourceRecord>(Part::sources, index);
    return {std::string(string(source.name)), std::string(string(source.snapshot)),
            std::string(string(source.notice))};
}

Catalogue::Written Catalogue::written(std::uint32_t index) const {
    auto written = record<WrittenRecord>(Part::written, index);
    const auto& packed = header_->sections[std::to_underlying(Part::packed)];
    if (written.offset > packed.count || written.size > packed.count - written.offset) return {};
    const char* base = reinterpret_cast<const char*>(header_);
    return {
        string(written.file), {base + packed.offset + written.offset, written.size}, written.built_in == 1};
}

std::uint32_t Catalogue::source_of(std::uint32_t issue) const {
    return record<IssueRecord>(Part::issues, issue).source;
}

std::uint64_t Catalogue::subject(std::uint32_t issue) const {
    auto found = record<IssueRecord>(Part::issues, issue);
    return std::uint64_t{found.subject_high} << 32 | found.subject_low;
}

std::string_view Catalogue::note(std::uint32_t issue, Note kind) const {
    if (issue >= issues()) return {};
    auto notes = run(Part::notes, record<IssueRecord>(Part::issues, issue).notes,
                     record<IssueRecord>(Part::issues, issue + 1).notes);
    for (auto i = notes.first; i < notes.last; ++i) {
        auto note = record<NoteRecord>(Part::notes, i);
        if (note.kind == std::to_underlying(kind)) return string(note.text);
    }
    return {};
}

std::vector<VendorFix> Catalogue::vendor(std::uint32_t issue) const {
    std::vector<VendorFix> all;
    if (issue >= issues()) return all;
    auto places = run(Part::vendor, record<IssueRecord>(Part::issues, issue).vendor,
                      record<IssueRecord>(Part::issues, issue + 1).vendor);
    for (auto i = places.first; i < places.last; ++i) {
        auto fix = record<VendorRecord>(Part::vendor, i);
        all.push_back({std::string(string(fix.product)), std::string(string(fix.fixed)),
                       std::string(string(fix.evidence)), fix.own_line == 1, fix.source});
    }
    return all;
}

bool Catalogue::is_supplement(std::uint32_t issue) const {
    if (issue >= issues()) return true;
    auto first = record<IssueRecord>(Part::issues, issue);
    auto next = record<IssueRecord>(Part::issues, issue + 1);
    return first.fixes == next.fixes && first.files == next.files && first.crashes == next.crashes &&
           first.notes == next.notes;
}

std::vector<std::string_view> Catalogue::files(std::uint32_t issue) const {
    if (issue >= issues()) return {};
    return strings(Part::files, run(Part::files, record<IssueRecord>(Part::issues, issue).files,
                                    record<IssueRecord>(Part::issues, issue + 1).files));
}

std::vector<std::string_view> Catalogue::modules(std::uint32_t issue) const {
    if (issue >= issues()) return {};
    return strings(Part::modules, run(Part::modules, record<IssueRecord>(Part::issues, issue).modules,
                                      record<IssueRecord>(Part::issues, issue + 1).modules));
}

Catalogue::Run Catalogue::crashes_of(std::uint32_t issue) const {
    if (issue >= issues()) return {};
    return run(Part::crashes, record<IssueRecord>(Part::issues, issue).crashes,
               record<IssueRecord>(Part::issues, issue + 1).crashes);
}

std::uint32_t Catalogue::issue_of(std::uint32_t crash) const {
    return record<CrashRecord>(Part::crashes, crash).issue;
}

Kind Catalogue::kind(std::uint32_t crash) const {
    auto kind = record<CrashRecord>(Part::crashes, crash).kind;
    return kind < std::to_underlying(Kind::other) ? static_cast<Kind>(kind) : Kind::other;
}

std::optional<std::uint32_t> Catalogue::guilty(std::uint32_t crash) const {
    auto guilty = record<CrashRecord>(Part::crashes, crash).guilty;
    return guilty == 0 ? std::nullopt : std::optional(guilty - 1);
}

std::vector<std::uint32_t> Catalogue::frames(std::uint32_t crash) const {
    std::vector<std::uint32_t> functions;
    if (crash >= crashes()) return functions;
    auto frames = run(Part::frames, record<CrashRecord>(Part::crashes, crash).frames,
                      record<CrashRecord>(Part::crashes, crash + 1).frames);
    functions.reserve(CrashShape::kMaxFunctions);
    for (auto i = frames.first; i < frames.last && functions.size() < CrashShape::kMaxFunctions; ++i)
        functions.push_back(number(Part::frames, i));
    return functions;
}

std::string_view Catalogue::name(std::uint32_t function) const {
    return string(record<FunctionRecord>(Part::functions, function).name);
}

std::optional<std::uint32_t> Catalogue::function(std::string_view wanted) const {
    auto slots = count(Part::slots);
    if (slots == 0) return std::nullopt;
    auto slot = name_hash(wanted);
    for (std::uint32_t tried = 0; tried < slots; ++tried, ++slot) {
        auto found = number(Part::slots, slot & (slots - 1));
        if (found == 0 || found > count(Part::functions)) return std::nullopt;
        if (name(found - 1) == wanted) return found - 1;
    }
    return std::nullopt;
}

Catalogue::Run Catalogue::postings(std::uint32_t function) const {
    if (function >= count(Part::functions)) return {};
    return run(Part::postings, record<FunctionRecord>(Part::functions, function).postings,
               record<FunctionRecord>(Part::functions, function + 1).postings);
}

}  // namespace inquest
