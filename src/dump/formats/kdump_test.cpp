#include <chrono>
#include <gtest/gtest.h>

#include "dump/memory.h"
#include "synth/dump.h"

namespace inquest {
namespace {

using synth::kPage;

synth::Memory some_memory() {
    synth::Memory memory;
    memory.vmcoreinfo = "OSRELEASE=6.1.0-synthetic\nPAGESIZE=4096\n";
    memory.notes = synth::note("CORE", 1, std::vector<std::uint8_t>(336, 7));
    memory.frames = 40000;
    for (std::uint64_t frame : {0, 1, 5, 63, 64, 4095, 4096, 4097, 39999}) {
        std::vector<std::uint8_t> page(kPage);
        for (std::size_t i = 0; i < kPage; ++i) page[i] = static_cast<std::uint8_t>(frame + i / 100);
        memory.pages[frame] = page;
    }
    std::uint32_t state = 1;  // a page that no codec makes smaller
    for (auto& byte : memory.pages[1])
        byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    memory.filtered = {2, 3, 4098};
    return memory;
}

Result<std::unique_ptr<Dump>> open(std::span<const std::uint8_t> bytes) {
    auto image = Image::over(bytes);
    if (!image) return std::unexpected(std::move(image.error()));
    return open_dump(std::move(*image));
}

void expect_memory(const Dump& dump, const synth::Memory& memory, std::string_view what) {
    std::vector<std::uint8_t> page(kPage);
    for (const auto& [frame, expected] : memory.pages) {
        EXPECT_EQ(dump.read_page(frame, page), ReadOutcome::present) << what << " frame " << frame;
        EXPECT_EQ(page, expected) << what << " frame " << frame;
    }
    for (std::uint64_t frame : memory.filtered)
        EXPECT_EQ(dump.read_page(frame, page), ReadOutcome::filtered) << what << " frame " << frame;
    for (std::uint64_t frame : {std::uint64_t{6}, memory.frames, memory.frames + 100000, UINT64_MAX})
        EXPECT_EQ(dump.read_page(frame, page), ReadOutcome::unmapped) << what << " frame " << frame;
    EXPECT_EQ(dump.facts().vmcoreinfo, memory.vmcoreinfo) << what;
}

// Reads every page of whatever opens; what is not there must be said, not made up.
void exercise(std::span<const std::uint8_t> bytes, const synth::Memory* truth = nullptr) {
    auto dump = open(bytes);
    if (!dump) return;
    std::vector<std::uint8_t> page((*dump)->facts().page_size);
    const std::uint64_t frames = std::min<std::uint64_t>((*dump)->facts().page_count, 50000);
    for (std::uint64_t frame = 0; frame < frames; ++frame) {
        auto outcome = (*dump)->read_page(frame, page);
        if (truth && outcome == ReadOutcome::present) {
            EXPECT_EQ(page, truth->pages.at(frame));
        }
    }
}

TEST(Kdump, ReadsEveryCodecPlainAndFlattened) {
    const auto memory = some_memory();
    for (auto compression : {synth::Compression::none, synth::Compression::zlib, synth::Compression::lzo,
                             synth::Compression::snappy, synth::Compression::zstd}) {
        const auto plain = synth::write_kdump(memory, compression);
        auto dump = open(plain);
        ASSERT_TRUE(dump) << dump.error().message();
        expect_memory(**dump, memory, "plain");
        EXPECT_EQ((*dump)->facts().release, "6.1.0-synthetic");
        const auto flat = synth::flatten(plain, 10000);
        auto flattened = open(flat);
        ASSERT_TRUE(flattened) << flattened.error().message();
        expect_memory(**flattened, memory, "flattened");
        EXPECT_FALSE((*flattened)->facts().incomplete);
    }
}

TEST(Kdump, TellsNothingWrongWhenCutAnywhere) {
    const auto memory = some_memory();
    const auto plain = synth::write_kdump(memory, synth::Compression::lzo);
    const auto flat = synth::flatten(plain, 3000);
    for (int part = 1; part < 16; ++part) {
        exercise(std::span(plain).first(plain.size() * part / 16), &memory);
        exercise(std::span(flat).first(flat.size() * part / 16), &memory);
    }
}

TEST(Kdump, SaysHowManyPagesAreCutOff) {
    const auto memory = some_memory();
    const auto plain = synth::write_kdump(memory, synth::Compression::lzo);
    const auto problems_at = [&](std::size_t size) {
        auto dump = open(std::span(plain).first(size));
        return dump ? (*dump)->facts().problems : std::vector<std::string>{dump.error().message()};
    };
    auto of = [](std::size_t size, std::string_view what) {
        return std::vector<std::string>{"the dump is cut off after " + std::to_string(size) + " bytes" +
                                        std::string(what)};
    };
    const std::size_t first = synth::descriptors_of(plain), data = first + 9 * 24;
    EXPECT_TRUE(problems_at(plain.size()).empty());
    EXPECT_EQ(problems_at(plain.size() - 1), of(plain.size() - 1, ": 1 of its 9 pages are missing"));
    EXPECT_EQ(problems_at(data), of(data, ": 9 of its 9 pages are missing"));
    EXPECT_EQ(problems_at(first + 25), of(first + 25, ": 9 of its 9 pages are missing"));
    EXPECT_EQ(problems_at(first - 1), of(first - 1, ", inside its page bitmaps: all memory is missing"));
}

TEST(Kdump, TakesAnyFlippedBitOfItsHeaders) {
    auto bytes = synth::write_kdump(some_memory(), synth::Compression::zlib);
    for (std::size_t at = 0; at < synth::descriptors_of(bytes) && at < 3 * kPage; at += at < 512 ? 1 : 7)
        for (int bit : {0, 3, 7}) {
            bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1 << bit);
            exercise(bytes);
            bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1 << bit);
        }
}

TEST(Kdump, CallsAPageTornWhoseDescriptorPointsOutside) {
    const auto memory = some_memory();
    const auto good = synth::write_kdump(memory, synth::Compression::lzo);
    const std::uint64_t first = synth::descriptors_of(good);
    std::vector<std::uint8_t> page(kPage);
    for (std::uint64_t offset :
         {std::uint64_t{0}, good.size() - 1, good.size(), UINT64_MAX, UINT64_MAX - 100}) {
        auto bytes = good;
        std::memcpy(&bytes[first], &offset, sizeof offset);
        auto dump = open(bytes);
        ASSERT_TRUE(dump);
        EXPECT_EQ((*dump)->read_page(0, page), ReadOutcome::torn) << offset;
        EXPECT_EQ((*dump)->read_page(5, page), ReadOutcome::present);
    }
    for (std::uint32_t size : {0u, 4097u, UINT32_MAX}) {
        auto bytes = good;
        std::memcpy(&bytes[first + 8], &size, sizeof size);
        auto dump = open(bytes);
        ASSERT_TRUE(dump);
        EXPECT_EQ((*dump)->read_page(0, page), ReadOutcome::torn) << size;
    }
}

TEST(Kdump, SpendsNothingOnNotesAndBitmapsOfAbsurdSize) {
    auto bytes = synth::write_kdump(some_memory(), synth::Compression::lzo);
    const std::uint64_t four_gigabytes = std::uint64_t{4} << 30;
    auto with = [&](std::uint64_t at, auto value) {
        auto changed = bytes;
        std::memcpy(&changed[at], &value, sizeof value);
        return changed;
    };
    auto dump = open(with(kPage + 56, four_gigabytes));  // size_note
    ASSERT_TRUE(dump);
    EXPECT_TRUE((*dump)->facts().notes.empty());
    ASSERT_EQ((*dump)->facts().problems.size(), 1U);
    EXPECT_FALSE(open(with(436, UINT32_MAX)));  // bitmap_blocks
    auto flat = synth::flatten(with(436, UINT32_MAX), 4096);
    flat.resize(flat.size() - 16);  // without the end mark, then one byte far away
    for (int byte : {0, 0, 0x7f, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1})
        flat.push_back(static_cast<std::uint8_t>(byte));
    EXPECT_FALSE(open(flat));
    exercise(with(kPage + 96, UINT64_MAX));  // max_mapnr_64
}

}  // namespace
}  // namespace inquest
