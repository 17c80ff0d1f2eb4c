#include "dump/scan.h"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <mutex>

#include "dump/find_vmcoreinfo.h"
#include "synth/dump.h"

namespace inquest {
namespace {

using synth::kPage;

std::unique_ptr<Dump> open(const std::vector<std::uint8_t>& bytes) {
    auto image = Image::over(bytes);
    if (!image) return nullptr;
    auto dump = open_dump(std::move(*image));
    return dump ? std::move(*dump) : nullptr;
}

TEST(ScanPages, ShowsEveryFrameOnceWithTheOneBehind) {
    synth::Memory memory;
    memory.frames = 3000;
    for (std::uint64_t frame = 0; frame < memory.frames; frame += 3)
        memory.pages[frame].assign(kPage, static_cast<std::uint8_t>(frame % 251));
    memory.filtered = {1};
    const auto bytes = synth::write_kdump(memory, synth::Compression::lzo);
    auto dump = open(bytes);
    ASSERT_TRUE(dump);
    std::mutex mutex;
    std::vector<int> seen(memory.frames);
    std::atomic<int> wrong{0}, filtered{0};
    scan_pages(*dump, 0, UINT64_MAX, [&](const PageRun& run) {
        for (std::uint64_t i = 0; i < run.outcomes.size(); ++i) {
            const std::uint64_t frame = run.first_pfn + i;
            const bool there = frame % 3 == 0;
            if (there != (run.outcomes[i] == ReadOutcome::present) ||
                (there && run.bytes[i * kPage] != static_cast<std::uint8_t>(frame % 251)))
                ++wrong;
            filtered += i < run.frames && run.outcomes[i] == ReadOutcome::filtered;
        }
        if (run.outcomes.size() == run.frames && run.first_pfn + run.frames < memory.frames) ++wrong;
        std::scoped_lock lock(mutex);
        for (std::uint64_t i = 0; i < run.frames; ++i) ++seen[run.first_pfn + i];
        return true;
    });
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(filtered, 1);
    EXPECT_TRUE(std::ranges::all_of(seen, [](int times) { return times == 1; }));
}

TEST(ScanPages, EndsWhenTold) {
    synth::Memory memory;
    memory.frames = 100000;
    const auto bytes = synth::write_kdump(memory, synth::Compression::none);
    auto dump = open(bytes);
    ASSERT_TRUE(dump);
    std::atomic<int> runs{0};
    scan_pages(*dump, 0, UINT64_MAX, [&](const PageRun&) {
        ++runs;
        return false;
    });
    EXPECT_LE(runs, 8);
}

TEST(FindVmcoreinfo, FindsTextsAlsoAcrossPagesAndNotWhatOnlyBeginsAlike) {
    synth::Memory memory;
    memory.frames = 1000;
    const std::string text =
        "OSRELEASE=6.1\nPAGESIZE=4096\nSYMBOL(_stext)=ffffffff81000000\n" + std::string(600, 'x') + "=1\n";
    auto put = [&](std::uint64_t address, std::string_view what) {
        memory.write(address, {reinterpret_cast<const std::uint8_t*>(what.data()), what.size()});
    };
    put(3 * kPage - 300, text);
    put(700 * kPage, text);  // the same once more
    put(800 * kPage, "OSRELEASE=of a file\n");
    put(1000 * kPage - 40, "OSRELEASE=at the very end of memory\n");
    const auto bytes = synth::write_kdump(memory, synth::Compression::zstd);
    auto dump = open(bytes);
    ASSERT_TRUE(dump);
    EXPECT_EQ(find_vmcoreinfo(*dump), std::vector<std::string>{text});
}

}  // namespace
}  // namespace inquest
