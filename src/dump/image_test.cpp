#include "dump/image.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "synth/dump.h"

namespace inquest {
namespace {

std::vector<std::uint8_t> pattern(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::uint8_t>(i % 5000 < 3000 ? i * 7 + i / 251 : 0);
    return bytes;
}

std::vector<std::uint8_t> read_all(const Image& image) {
    std::vector<std::uint8_t> bytes(image.size());
    EXPECT_TRUE(image.read(0, bytes));
    return bytes;
}

TEST(Image, PutsAFlattenedFileInPlaceAndTheLastWriteHolds) {
    const auto bytes = pattern(100000);
    for (std::size_t piece : {1000, 4096, 7919, 65536, 200000}) {
        const auto flat = synth::flatten(bytes, piece);
        auto image = Image::over(flat);
        ASSERT_TRUE(image);
        EXPECT_TRUE(image->flattened());
        EXPECT_FALSE(image->cut());
        EXPECT_EQ(read_all(*image), bytes) << "in pieces of " << piece;
    }
}

TEST(Image, LaysALaterWriteOverTheMiddleOfAnEarlierOne) {
    auto flat = synth::flatten(std::vector<std::uint8_t>(9000, 1), 9000);
    synth::Bytes rewritten;
    rewritten.append_bytes(std::span(flat).first(flat.size() - 16));
    for (int byte : {0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 3})
        rewritten.append(static_cast<std::uint8_t>(byte));
    rewritten.append_text("abc");
    rewritten.append_bytes(std::vector<std::uint8_t>(16, 0xff));
    auto image = Image::over(rewritten.data());
    ASSERT_TRUE(image);
    auto expected = std::vector<std::uint8_t>(9000, 1);
    expected[4096] = 'a', expected[4097] = 'b', expected[4098] = 'c';
    EXPECT_EQ(read_all(*image), expected);
}

TEST(Image, SaysThatAFlattenedFileWasCutAndReadsNothingThatIsNotThere) {
    const auto bytes = pattern(100000);
    const auto flat = synth::flatten(bytes, 4096);
    for (std::size_t size = 4096; size < flat.size(); size += 1009) {
        auto image = Image::over(std::span(flat).first(size));
        ASSERT_TRUE(image);
        EXPECT_TRUE(image->cut());
        for (std::uint64_t at = 4096; at + 4096 <= image->size(); at += 4096) {
            std::vector<std::uint8_t> out(4096);
            if (image->read(at, out)) {
                EXPECT_TRUE(std::ranges::equal(out, std::span(bytes).subspan(at, 4096)))
                    << at << " of " << size;
            }
        }
    }
}

TEST(Image, RefusesImpossibleRecords) {
    for (int byte : {0x7f, 0x80, 0xfe}) {
        auto flat = synth::flatten(pattern(5000), 1000);
        flat[4096] = static_cast<std::uint8_t>(byte);  // the offset's highest byte
        flat[4096 + 8] = 0x7f;                         // the length's
        auto image = Image::over(flat);
        EXPECT_FALSE(image);
    }
}

TEST(Image, ReadsAPlainFileUpToItsEnd) {
    const auto bytes = pattern(5000);
    auto image = Image::over(bytes);
    ASSERT_TRUE(image);
    std::vector<std::uint8_t> out(100);
    EXPECT_TRUE(image->read(4900, out));
    EXPECT_FALSE(image->read(4901, out));
    EXPECT_FALSE(image->read(UINT64_MAX - 10, out));
    EXPECT_TRUE(image->view(UINT64_MAX, 1).empty());
}

}  // namespace
}  // namespace inquest
