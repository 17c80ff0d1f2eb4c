#include <gtest/gtest.h>

#include "dump/memory.h"
#include "synth/dump.h"

namespace inquest {
namespace {

using synth::kPage;

synth::Memory some_memory() {
    synth::Memory memory;
    memory.vmcoreinfo = "OSRELEASE=6.1.0-synthetic\n";
    for (std::uint64_t frame : {16, 17, 18, 40})
        memory.pages[frame].assign(kPage, static_cast<std::uint8_t>(frame));
    return memory;
}

Result<std::unique_ptr<Dump>> open(std::span<const std::uint8_t> bytes) {
    auto image = Image::over(bytes);
    if (!image) return std::unexpected(std::move(image.error()));
    return open_dump(std::move(*image));
}

ReadOutcome read(const Dump& dump, std::uint64_t frame, std::uint8_t& first) {
    std::vector<std::uint8_t> page(kPage);
    auto outcome = dump.read_page(frame, page);
    first = page[0];
    return outcome;
}

// The program header `index` of an ELF file by synth::write_elf, which has them from byte 64 on.
constexpr std::uint64_t header_of(std::uint64_t index) { return 64 + 56 * index; }

template <typename T>
void put(std::vector<std::uint8_t>& bytes, std::uint64_t at, T value) {
    std::memcpy(&bytes[at], &value, sizeof value);
}

TEST(ElfCore, ReadsItsSegments) {
    const auto bytes = synth::write_elf(some_memory());
    auto dump = open(bytes);
    ASSERT_TRUE(dump) << dump.error().message();
    std::uint8_t first = 0;
    for (std::uint64_t frame : {16, 17, 18, 40}) {
        EXPECT_EQ(read(**dump, frame, first), ReadOutcome::present);
        EXPECT_EQ(first, frame);
    }
    EXPECT_EQ(read(**dump, 19, first), ReadOutcome::unmapped);
    EXPECT_EQ((*dump)->facts().vmcoreinfo, "OSRELEASE=6.1.0-synthetic\n");
}

TEST(ElfCore, BelievesNoHeaderSizeAsQemuWritesIt) {
    auto bytes = synth::write_elf(some_memory());
    put(bytes, 52, std::uint16_t{8});
    EXPECT_TRUE(open(bytes));
}

TEST(ElfCore, TakesTheKernelsTextTwiceInSegmentsOfDifferentLength) {
    auto bytes = synth::write_elf(some_memory());
    // The second segment now begins inside the first and reaches further; the first stays good.
    put(bytes, header_of(2) + 24, std::uint64_t{17 * kPage});
    put(bytes, header_of(2) + 40, std::uint64_t{4 * kPage});
    auto dump = open(bytes);
    ASSERT_TRUE(dump);
    std::uint8_t first = 0;
    EXPECT_EQ(read(**dump, 18, first), ReadOutcome::present);
    EXPECT_EQ(first, 18);
    EXPECT_EQ(read(**dump, 20, first), ReadOutcome::filtered);  // in memory, not in the file
    EXPECT_EQ(read(**dump, 21, first), ReadOutcome::unmapped);
}

TEST(ElfCore, SaysWhatIsCutOff) {
    const auto bytes = synth::write_elf(some_memory());
    auto dump = open(std::span(bytes).first(bytes.size() - kPage - 1));
    ASSERT_TRUE(dump);
    EXPECT_TRUE((*dump)->facts().incomplete);
    EXPECT_EQ((*dump)->facts().problems, std::vector<std::string>{"the dump is cut off after " +
                                                                  std::to_string(bytes.size() - kPage - 1) +
                                                                  " bytes: 2 of its 4 pages are missing"});
    std::uint8_t first = 0;
    EXPECT_EQ(read(**dump, 16, first), ReadOutcome::present);
    EXPECT_EQ(read(**dump, 18, first), ReadOutcome::torn);
    EXPECT_EQ(read(**dump, 40, first), ReadOutcome::torn);
    for (std::size_t size = 0; size < bytes.size(); size += 61) (void)open(std::span(bytes).first(size));
}

TEST(ElfCore, TakesAnyFlippedBitOfItsHeaders) {
    auto bytes = synth::write_elf(some_memory());
    std::uint8_t first = 0;
    for (std::size_t at = 0; at < header_of(4); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1 << bit);
            if (auto dump = open(bytes))
                for (std::uint64_t frame = 0; frame < 64; ++frame) (void)read(**dump, frame, first);
            bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1 << bit);
        }
}

TEST(ElfCore, SpendsNothingOnNotesOfFourGigabytes) {
    auto bytes = synth::write_elf(some_memory());
    put(bytes, header_of(0) + 32, std::uint64_t{4} << 30);
    put(bytes, header_of(0) + 40, std::uint64_t{4} << 30);
    auto dump = open(bytes);
    ASSERT_TRUE(dump);
    EXPECT_TRUE((*dump)->facts().notes.empty());
    EXPECT_EQ((*dump)->facts().problems.size(), 1U);
}

TEST(ElfCore, FillsAHoleOfOneSegmentFromAnother) {
    auto memory = some_memory();
    memory.filtered = {41};
    auto bytes = synth::write_elf(memory);
    put(bytes, header_of(2) + 24, std::uint64_t{41 * kPage});  // frame 40's data are frame 41's now
    auto dump = open(bytes);
    ASSERT_TRUE(dump);
    std::uint8_t first = 0;
    EXPECT_EQ(read(**dump, 41, first), ReadOutcome::present);
    EXPECT_EQ(first, 40);
}

TEST(ElfCore, RefusesOtherMachinesInOneSentence) {
    for (auto [at, value] : {std::pair<std::uint64_t, std::uint8_t>{4, 1}, {5, 2}}) {
        auto bytes = synth::write_elf(some_memory());
        put(bytes, at, value);
        auto dump = open(bytes);
        ASSERT_FALSE(dump);
        EXPECT_EQ(dump.error().message().find('\n'), std::string::npos);
    }
}

}  // namespace
}  // namespace inquest
