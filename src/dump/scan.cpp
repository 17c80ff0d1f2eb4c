#include "dump/scan.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace inquest {
namespace {
constexpr std::uint64_t kRunBytes = 1 << 20;
constexpr unsigned kMostThreads = 8;
}  // namespace

void scan_pages(const Dump& dump, std::uint64_t first, std::uint64_t end,
                const std::function<bool(const PageRun&)>& visit) {
    const std::uint64_t page_size = dump.facts().page_size,
                        run = std::max<std::uint64_t>(kRunBytes / page_size, 1);
    end = std::min(end, dump.facts().page_count);
    if (first >= end) return;
    std::atomic<std::uint64_t> next_run{0};
    std::atomic<bool> stop{false};
    auto work = [&] {
        std::vector<std::uint8_t> bytes((run + 1) * page_size);
        std::vector<ReadOutcome> outcomes;
        while (!stop) {
            const std::uint64_t index = next_run.fetch_add(1);
            if (index > (end - first) / run) return;
            const std::uint64_t start = first + index * run;
            if (start >= end) return;
            const std::uint64_t frames = std::min(run, end - start),
                                shown = frames + (start + frames < end ? 1 : 0);
            outcomes.clear();
            for (std::uint64_t i = 0; i < shown; ++i)
                outcomes.push_back(
                    dump.read_page(start + i, std::span(bytes).subspan(i * page_size, page_size)));
            if (!visit({start, frames, outcomes, std::span(bytes).first(shown * page_size)})) stop = true;
        }
    };
    const std::uint64_t runs = (end - first + run - 1) / run;
    const auto threads = static_cast<unsigned>(
        std::min<std::uint64_t>({runs, std::max(1u, std::thread::hardware_concurrency()), kMostThreads}));
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads; ++i) others.emplace_back(work);
    work();
}

}  // namespace inquest
