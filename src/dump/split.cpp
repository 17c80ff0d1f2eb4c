#include "dump/split.h"

#include <algorithm>

namespace inquest {
namespace {

class SplitDump : public Dump {
  public:
    explicit SplitDump(std::vector<PartFile> parts) : parts_(std::move(parts)) {
        std::ranges::sort(parts_, {}, [](const PartFile& part) { return range_of(part).first; });
        facts_ = parts_.front().dump->facts();
        facts_.part.reset();
        facts_.format += ", split";
        facts_.problems.clear();
        std::uint64_t end = 0;
        for (const PartFile& part : parts_) {
            const DumpFacts& facts = part.dump->facts();
            facts_.incomplete = facts_.incomplete || facts.incomplete;
            for (const std::string& problem : facts.problems)
                facts_.problems.push_back(part.path + ": " + problem);
            if (range_of(part).first > end) missing(end, range_of(part).first);
            end = std::max(end, range_of(part).end);
        }
        if (end < facts_.page_count) missing(end, facts_.page_count);
    }

    ReadOutcome read_page(std::uint64_t pfn, std::span<std::uint8_t> page) const override {
        for (const PartFile& part : parts_)
            if (range_of(part).holds(pfn)) return part.dump->read_page(pfn, page);
        return parts_.front().dump->read_page(pfn, page);  // which bitmaps speak of all frames
    }

  private:
    static const DumpPart& range_of(const PartFile& part) { return *part.dump->facts().part; }

    void missing(std::uint64_t first, std::uint64_t end) {
        facts_.incomplete = true;
        facts_.problems.push_back("this dump was split into several files, and the one with the frames " +
                                  std::to_string(first) + " to " + std::to_string(end - 1) +
                                  " is missing; name all of them");
    }

    std::vector<PartFile> parts_;  // by their frames
};

}  // namespace

Result<std::unique_ptr<Dump>> join_parts(std::vector<PartFile> parts) {
    for (const PartFile& part : parts) {
        const auto& range = part.dump->facts().part;
        if (!range) return fail(part.path + " is a dump of its own, no part of one that makedumpfile split");
        if (range->dump != parts.front().dump->facts().part->dump)
            return fail(part.path + " and " + parts.front().path + " are no parts of one dump");
    }
    return std::make_unique<SplitDump>(std::move(parts));
}

std::string split_identity(const std::string& path) {
    auto image = Image::open(path);
    if (!image) return {};
    auto dump = open_dump(std::move(*image));
    return dump && (*dump)->facts().part ? (*dump)->facts().part->dump : std::string();
}

}  // namespace inquest
