#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

constexpr std::size_t kMostHits = 10000;
constexpr std::uint64_t kMostPages = 1 << 24;  // of a range: 64 GB
constexpr std::size_t kMostWanted = 64;

struct Wanted {
    std::vector<std::uint64_t> words;
    std::vector<std::string> texts;
    std::uint64_t mask = 0;  // bits that do not matter
};

// Where the hits of a page lie in it. What crosses into the next page is not found.
std::vector<std::size_t> hits_in(std::span<const std::uint8_t> page, const Wanted& wanted) {
    std::vector<std::size_t> hits;
    for (std::size_t at = 0; !wanted.words.empty() && at + 8 <= page.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, page.data() + at, sizeof word);
        if (std::ranges::any_of(wanted.words,
                                [&](std::uint64_t one) { return ((word ^ one) & ~wanted.mask) == 0; }))
            hits.push_back(at);
    }
    std::string_view text(reinterpret_cast<const char*>(page.data()), page.size());
    for (const std::string& one : wanted.texts)
        for (auto at = text.find(one); at != text.npos; at = text.find(one, at + 1)) hits.push_back(at);
    return hits;
}

class Search {
  public:
    Search(Workspace& workspace, Wanted wanted)
        : workspace_(workspace), session_(workspace.session()), wanted_(std::move(wanted)) {
        page_.resize(session_.facts().page_size);
        auto base = session_.symbols().address_of("page_offset_base");
        direct_map_ = base ? session_.read_pointer(*base) : std::nullopt;
    }

    // All of the machine's memory, by physical address.
    void memory() {
        for (std::uint64_t pfn = 0; pfn < session_.facts().page_count && !done(); ++pfn) {
            const std::uint64_t physical = pfn * page_.size();
            look(session_.read_physical(physical, page_), [&](std::size_t at) {
                Json json;
                json.set("physical", hex(physical + at));
                std::string line = fmt::format("{:x} (physical)", physical + at);
                if (direct_map_) {
                    line = fmt::format("{:x}", *direct_map_ + physical + at);
                    json.set("address", hex(*direct_map_ + physical + at));
                }
                return std::pair(std::move(line), std::move(json));
            });
        }
    }

    void range(std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t page = first - first % page_.size(); page < last && !done();
             page += page_.size()) {
            look(
                session_.read(page, page_),
                [&](std::size_t at) {
                    std::string symbol = workspace_.symbol_text(page + at);
                    Json json;
                    json.set("address", hex(page + at));
                    json.set("symbol", symbol.empty() ? Json() : Json(symbol));
                    return std::pair(
                        fmt::format("{:x}{}", page + at,
                                    symbol.empty() ? "" : " <" + escape_for_terminal(symbol) + ">"),
                        std::move(json));
                },
                [&](std::size_t at) { return page + at >= first && page + at < last; });
            if (page + page_.size() < page) break;
        }
    }

    InspectionAnswer take() {
        answer_.json.set("searched_pages", searched_);
        answer_.json.set("missing_pages", missing_);
        answer_.json.set("hits", std::move(hits_));
        // Of a dump most memory was left out on purpose: that is what this answer is worth, no failure of it.
        answer_.text += fmt::format("({} pages searched; {} are not in the dump and could not be)\n",
                                    searched_, missing_);
        if (hits_shown_ >= kMostHits)
            answer_.problems.push_back(fmt::format("stopped after {} hits", kMostHits));
        if (workspace_.stopped()) answer_.problems.emplace_back("stopped");
        return std::move(answer_);
    }

  private:
    [[nodiscard]] bool done() const { return hits_shown_ >= kMostHits || workspace_.stopped(); }

    template <typename Describe, typename Inside = bool (*)(std::size_t)>
    void look(
        ReadOutcome outcome, Describe describe, Inside inside = [](std::size_t) { return true; }) {
        if (outcome != ReadOutcome::present) {
            missing_ += outcome != ReadOutcome::unmapped;
            return;
        }
        ++searched_;
        for (std::size_t at : hits_in(page_, wanted_)) {
            if (!inside(at) || ++hits_shown_ > kMostHits) continue;
            auto [line, json] = describe(at);
            if (!wanted_.words.empty() && at + 8 <= page_.size()) {
                std::uint64_t word = 0;
                std::memcpy(&word, page_.data() + at, sizeof word);
                line += fmt::format(": {:016x}", word);
                json.set("value", hex16(word));
            }
            answer_.text += line + "\n";
            hits_.push_back(std::move(json));
        }
    }

    Workspace& workspace_;
    Session& session_;
    Wanted wanted_;
    std::vector<std::uint8_t> page_;
    std::optional<std::uint64_t> direct_map_;
    InspectionAnswer answer_{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array hits_;
    std::size_t hits_shown_ = 0;
    std::uint64_t searched_ = 0, missing_ = 0;
};

Result<Wanted> read_wanted(Workspace& workspace, const Options& options) {
    Wanted wanted;
    if (options.words().empty() || options.words().size() > kMostWanted)
        return fail("search takes 1 to " + std::to_string(kMostWanted) + " values to look for");
    for (const std::string& word : options.words()) {
        if (options.has('c')) {
            wanted.texts.push_back(word);
            continue;
        }
        auto value = workspace.address_of(word);
        if (!value) return std::unexpected(std::move(value.error()));
        wanted.words.push_back(*value);
    }
    if (auto mask = options.value('m')) {
        auto bits = parse_hex(*mask);
        if (!bits) return fail("-m takes a hexadecimal mask of bits that do not matter");
        wanted.mask = *bits;
    }
    return wanted;
}

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("search", "ps:e:m:c", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    auto wanted = read_wanted(workspace, *options);
    if (!wanted) return std::unexpected(std::move(wanted.error()));
    if (options->has('e') && !options->has('s')) return fail("-e needs a start: -s");
    Search search(workspace, std::move(*wanted));
    if (auto start = options->value('s')) {
        auto first = workspace.address_of(*start);
        if (!first) return std::unexpected(std::move(first.error()));
        auto last = options->has('e') ? workspace.address_of(*options->value('e'))
                                      : Result<std::uint64_t>(*first + (1 << 20));
        if (!last) return std::unexpected(std::move(last.error()));
        if (*last <= *first || (*last - *first) / 4096 > kMostPages)
            return fail("the range to search ends before it begins, or is too large");
        search.range(*first, *last);
    } else {
        search.memory();
    }
    return search.take();
}

}  // namespace

extern const Inspection plugin_inspections_search;
const Inspection plugin_inspections_search{
    "search", "[-s START [-e END]] [-m MASK] [-c] VALUE...", "where in memory a value or text stands",
    "Every word (8 bytes, aligned) of the machine's memory that equals a VALUE: a number or a symbol.\n"
    "Addresses are those of the direct map where the dump tells where it is, else physical.\n"
    "  -s, -e  virtual addresses from START up to END (1 MB if no END is given)\n"
    "  -m      bits set in MASK do not matter     -c  VALUE is text\n"
    "Says how many pages the dump left out, which could not be searched. Text across two pages is\n"
    "not found.",
    run};

}  // namespace inquest
