// Reads a compiled catalogue of imported issues in place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "knowledge/imported/catalogue_format.h"
#include "knowledge/imported/imported_issue.h"

namespace inquest {

// A view: copies are cheap and share the mapping. Whatever the bytes hold, no call reads outside of them;
// what a damaged record points to is empty.
class Catalogue {
  public:
    // Records of a section.
    struct Run {
        std::uint32_t first = 0, last = 0;
        [[nodiscard]] std::uint32_t size() const { return last - first; }
    };

    Catalogue() = default;  // empty

    // Maps a file and checks its hash.
    static Result<Catalogue> open(const std::string& path);
    // Bytes that outlive the catalogue, at an address that 8 divides; the hash is checked.
    static Result<Catalogue> read(std::string_view bytes);
    // The one that is linked into the program. Its hash is left to the tests: the program's own bytes are
    // not doubted at each start.
    static const Catalogue& built_in();
    static std::string_view built_in_bytes();
    // Whether a file begins as a catalogue does.
    static bool is_catalogue(const std::string& path);

    [[nodiscard]] std::uint32_t issues() const { return count(Part::issues); }
    [[nodiscard]] std::uint32_t crashes() const { return count(Part::crashes); }
    [[nodiscard]] std::uint32_t sources() const { return count(Part::sources); }
    [[nodiscard]] CatalogueSource source(std::uint32_t index) const;

    // The hand-written issues that were compiled in.
    struct Written {
        std::string_view file, packed;
        bool built_in = false;
    };
    [[nodiscard]] std::uint32_t written() const { return count(Part::written); }
    [[nodiscard]] Written written(std::uint32_t index) const;

    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view id) const;
    [[nodiscard]] std::string_view id(std::uint32_t issue) const;
    [[nodiscard]] Run fixes(std::uint32_t issue) const;
    [[nodiscard]] std::string_view introduced(std::uint32_t fix) const;
    [[nodiscard]] std::string_view fixed(std::uint32_t fix) const;
    [[nodiscard]] std::string commit(std::uint32_t fix) const;  // 40 digits, "" not known
    [[nodiscard]] std::uint32_t source_of(std::uint32_t issue) const;
    [[nodiscard]] std::uint64_t subject(std::uint32_t issue) const;
    [[nodiscard]] std::string_view note(std::uint32_t issue, Note kind) const;  // "" there is none
    [[nodiscard]] std::vector<VendorFix> vendor(std::uint32_t issue) const;
    // Whether it only adds vendors' fixes to an issue that another catalogue may describe.
    [[nodiscard]] bool is_supplement(std::uint32_t issue) const;
    [[nodiscard]] std::vector<std::string_view> files(std::uint32_t issue) const;
    [[nodiscard]] std::vector<std::string_view> modules(std::uint32_t issue) const;

    [[nodiscard]] Run crashes_of(std::uint32_t issue) const;
    [[nodiscard]] std::uint32_t issue_of(std::uint32_t crash) const;
    [[nodiscard]] Kind kind(std::uint32_t crash) const;
    [[nodiscard]] std::optional<std::uint32_t> guilty(std::uint32_t crash) const;  // a function
    [[nodiscard]] std::vector<std::uint32_t> frames(std::uint32_t crash) const;    // functions

    [[nodiscard]] std::optional<std::uint32_t> function(std::string_view name) const;
    [[nodiscard]] std::string_view name(std::uint32_t function) const;
    // The crashes that have the function.
    [[nodiscard]] Run postings(std::uint32_t function) const;
    [[nodiscard]] std::uint32_t posting(std::uint32_t place) const { return number(Part::postings, place); }

  private:
    static Result<Catalogue> view(std::string_view bytes);
    [[nodiscard]] std::uint32_t count(Part section) const {
        return header_ ? header_->sections[std::to_underlying(section)].count : 0;
    }
    template <typename Record>
    [[nodiscard]] Record record(Part section, std::uint32_t index) const;
    [[nodiscard]] std::uint32_t number(Part section, std::uint32_t index) const;
    [[nodiscard]] std::string_view string(std::uint32_t index) const;
    [[nodiscard]] std::vector<std::string_view> strings(Part section, Run run) const;
    [[nodiscard]] Run run(Part section, Start first, Start last) const;

    std::shared_ptr<const void> mapping_;
    const CatalogueHeader* header_ = nullptr;
};

}  // namespace inquest
