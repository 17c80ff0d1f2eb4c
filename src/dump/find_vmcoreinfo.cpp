#include "dump/find_vmcoreinfo.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <string_view>

#include "dump/scan.h"

namespace inquest {
namespace {

constexpr std::string_view kStart = "OSRELEASE=";  // what kernel/crash_core.c writes first
constexpr std::size_t kLongest = 8192, kMostTexts = 64;

// The printable lines at the front; "" when they are not what the kernel writes.
std::string_view lines_of(std::string_view text) {
    auto end = std::ranges::find_if(text, [](char c) { return c != '\n' && (c < ' ' || c > '~'); });
    text = text.substr(0, std::min(static_cast<std::size_t>(end - text.begin()), kLongest));
    text = text.substr(0, text.rfind('\n') + 1);
    return text.find("\nPAGESIZE=") != text.npos && text.find("\nSYMBOL(") != text.npos ? text
                                                                                        : std::string_view();
}

}  // namespace

std::vector<std::string> find_vmcoreinfo(const Dump& dump) {
    const std::uint64_t page_size = dump.facts().page_size;
    std::mutex mutex;
    std::map<std::uint64_t, std::string> found;
    scan_pages(dump, 0, dump.facts().page_count, [&](const PageRun& run) {
        for (std::uint64_t i = 0; i < run.frames; ++i) {
            if (run.outcomes[i] != ReadOutcome::present) continue;
            const bool on = i + 1 < run.outcomes.size() && run.outcomes[i + 1] == ReadOutcome::present;
            std::string_view page(reinterpret_cast<const char*>(run.bytes.data()) + i * page_size,
                                  page_size * (on ? 2 : 1));
            for (auto at = page.find(kStart); at < page_size; at = page.find(kStart, at + 1)) {
                auto text = lines_of(page.substr(at));
                if (text.empty()) continue;
                std::scoped_lock lock(mutex);
                found.emplace((run.first_pfn + i) * page_size + at, text);
            }
        }
        std::scoped_lock lock(mutex);
        return found.size() < kMostTexts;
    });
    std::vector<std::string> texts;
    for (auto& [address, text] : found)
        if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
    return texts;
}

}  // namespace inquest
