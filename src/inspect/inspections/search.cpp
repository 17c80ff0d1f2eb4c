#include <algorithm>
#include <atomic>
#include <cstring>
#include <fmt/format.h>
#include <map>
#include <mutex>

#include "base/text.h"
#include "dump/scan.h"
#include "inspect/inspection.h"

namespace inquest {
namespace {

constexpr std::size_t kMostHits = 10000;
constexpr std::uint64_t kMostPages = 1 << 24;  // of a range: 64 GB
constexpr std::size_t kMostWanted = 64, kLongestText = 4096;

struct Wanted {
    std::vector<std::uint64_t> words;
    std::vector<std::string> texts;
    std::uint64_t mask = 0;  // bits that do not matter
};

std::uint64_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    return word;
}

// Where the hits lie that begin in the first `size` bytes; the bytes behind are the next page's, or none.
void find_hits(std::span<const std::uint8_t> bytes, std::size_t size, const Wanted& wanted,
               std::vector<std::size_t>& hits) {
    hits.clear();
    for (std::uint64_t one : wanted.words)  // the inner loop is one that the compiler makes wide
        for (std::size_t at = 0; at + 8 <= size; at += 8)
            if (((word_at(bytes, at) ^ one) & ~wanted.mask) == 0) hits.push_back(at);
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    for (const std::string& one : wanted.texts)
        for (auto at = text.find(one); at < size; at = text.find(one, at + 1)) hits.push_back(at);
    std::ranges::sort(hits);
    hits.erase(std::ranges::unique(hits).begin(), hits.end());
}

// How many pages came out how; not those without RAM.
struct Coverage {
    std::uint64_t searched = 0, filtered = 0, torn = 0, unmapped = 0;
    void count(ReadOutcome outcome) {
        ++(outcome == ReadOutcome::present    ? searched
           : outcome == ReadOutcome::filtered ? filtered
           : outcome == ReadOutcome::torn     ? torn
                                              : unmapped);
    }
};

class Search {
  public:
    Search(Workspace& workspace, Wanted wanted)
        : workspace_(workspace), session_(workspace.session()), wanted_(std::move(wanted)) {}

    // All of the machine's memory, by physical address, on all cores. A hit may cross into the next frame.
    void memory() {
        struct Hit {
            std::uint64_t physical, word;
        };
        std::map<std::uint64_t, std::vector<Hit>> found;  // by the run's first frame
        std::mutex mutex;
        std::atomic<std::size_t> count{0};
        const std::uint64_t page_size = session_.facts().page_size;
        scan_pages(session_.dump(), 0, session_.facts().page_count, [&](const PageRun& run) {
            Coverage here;
            std::vector<Hit> hits;
            std::vector<std::size_t> places;
            for (std::uint64_t i = 0; i < run.frames; ++i) {
                here.count(run.outcomes[i]);
                if (run.outcomes[i] != ReadOutcome::present) continue;
                const bool on = i + 1 < run.outcomes.size() && run.outcomes[i + 1] == ReadOutcome::present;
                auto bytes = run.bytes.subspan(i * page_size, page_size * (on ? 2 : 1));
                find_hits(bytes, page_size, wanted_, places);
                for (std::size_t at : places)
                    hits.push_back({(run.first_pfn + i) * page_size + at,
                                    wanted_.words.empty() ? 0 : word_at(bytes, at)});
            }
            count += hits.size();
            std::scoped_lock lock(mutex);
            coverage_.searched += here.searched;
            coverage_.filtered += here.filtered;
            coverage_.torn += here.torn;
            if (!hits.empty()) found.emplace(run.first_pfn, std::move(hits));
            return count <= kMostHits && !workspace_.stopped();
        });
        auto base = session_.symbols().address_of("page_offset_base");
        const auto direct_map = base ? session_.read_pointer(*base) : std::nullopt;
        for (const auto& [first, hits] : found)
            for (const Hit& hit : hits) {
                Json json;
                json.set("physical", hex(hit.physical));
                if (direct_map) json.set("address", hex(*direct_map + hit.physical));
                add(direct_map ? fmt::format("{:x}", *direct_map + hit.physical)
                               : fmt::format("{:x} (physical)", hit.physical),
                    std::move(json), hit.word);
            }
    }

    // A range of the kernel's virtual memory.
    void range(std::uint64_t first, std::uint64_t last) {
        const std::uint64_t page_size = session_.facts().page_size;
        std::vector<std::uint8_t> bytes(2 * page_size);
        std::vector<std::size_t> places;
        auto read = [&](std::uint64_t page, std::size_t at) {
            return session_.read(page, std::span(bytes).subspan(at, page_size));
        };
        std::uint64_t page = first - first % page_size;
        ReadOutcome outcome = read(page, 0);
        while (page < last && hits_.size() < kMostHits && !workspace_.stopped()) {
            coverage_.count(outcome);
            const std::uint64_t next = page + page_size;
            const ReadOutcome behind =
                next != 0 && next < last ? read(next, page_size) : ReadOutcome::unmapped;
            if (outcome == ReadOutcome::present) {
                const bool on = behind == ReadOutcome::present;
                find_hits(std::span(bytes).first(page_size * (on ? 2 : 1)), page_size, wanted_, places);
                for (std::size_t at : places)
                    if (page + at >= first && page + at < last) add_virtual(page + at, bytes, at);
            }
            std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(page_size), bytes.end(), bytes.begin());
            outcome = behind;
            if (next == 0) break;
            page = next;
        }
    }

    InspectionAnswer take() {
        answer_.json.set("searched_pages", coverage_.searched);
        answer_.json.set("filtered_pages", coverage_.filtered);
        answer_.json.set("missing_pages", coverage_.filtered + coverage_.torn);
        answer_.json.set("hits", std::move(hits_));
        // Of a dump most memory was left out on purpose: that is what this answer is worth, no failure of it.
        answer_.text += fmt::format("({} pages searched; {} that the dump leaves out could not be)\n",
                                    coverage_.searched, coverage_.filtered);
        if (coverage_.torn)
            answer_.problems.push_back(fmt::format(
                "{} pages that should be in the dump are missing and were not searched", coverage_.torn));
        if (cut_) answer_.problems.push_back(fmt::format("stopped after {} hits", kMostHits));
        if (workspace_.stopped()) answer_.problems.emplace_back("stopped");
        return std::move(answer_);
    }

  private:
    void add_virtual(std::uint64_t address, std::span<const std::uint8_t> bytes, std::size_t at) {
        std::string symbol = workspace_.symbol_text(address);
        Json json;
        json.set("address", hex(address));
        json.set("symbol", symbol.empty() ? Json() : Json(symbol));
        add(fmt::format("{:x}{}", address, symbol.empty() ? "" : " <" + escape_for_terminal(symbol) + ">"),
            std::move(json), wanted_.words.empty() ? 0 : word_at(bytes, at));
    }

    void add(std::string line, Json json, std::uint64_t word) {
        cut_ = cut_ || hits_.size() == kMostHits;
        if (cut_) return;
        if (!wanted_.words.empty()) {
            line += fmt::format(": {:016x}", word);
            json.set("value", hex16(word));
        }
        answer_.text += line + "\n";
        hits_.push_back(std::move(json));
    }

    Workspace& workspace_;
    Session& session_;
    Wanted wanted_;
    Coverage coverage_;
    InspectionAnswer answer_{.text = {}, .json = Json(Json::Object{}), .problems = {}};
    Json::Array hits_;
    bool cut_ = false;
};

Result<Wanted> read_wanted(Workspace& workspace, const Options& options) {
    Wanted wanted;
    if (options.words().empty() || options.words().size() > kMostWanted)
        return fail("search takes 1 to " + std::to_string(kMostWanted) + " values to look for");
    for (const std::string& word : options.words()) {
        if (options.has('c')) {
            if (word.empty() || word.size() > kLongestText)
                return fail("search -c takes texts of 1 to " + std::to_string(kLongestText) + " bytes");
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
    "Text may cross into the next page, unless the dump leaves that one out. Says how many pages the\n"
    "dump leaves out, which could not be searched.",
    run};

}  // namespace inquest
