#include "dump/kdumpfile_library.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <unistd.h>

#include "synth/dump.h"

namespace inquest {
namespace {

Result<Image> in_a_file(std::span<const std::uint8_t> bytes) {
    std::string name = ::testing::TempDir() + "/inquest-XXXXXX";
    const int file = ::mkstemp(name.data());
    ::unlink(name.c_str());
    EXPECT_EQ(::write(file, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    return Image::adopt(file, name);
}

synth::Memory memory() {
    synth::Memory memory;
    memory.pages[3] = std::vector<std::uint8_t>(4096, 0x33);
    memory.pages[5] = std::vector<std::uint8_t>(4096, 0x55);
    return memory;
}

TEST(Libkdumpfile, ReadsWhatOurOwnReaderReads) {
    auto image = in_a_file(synth::write_kdump(memory(), synth::Compression::zlib));
    ASSERT_TRUE(image);
    auto dump = open_with_libkdumpfile(std::move(*image));
    ASSERT_TRUE(dump) << dump.error().message();
    EXPECT_EQ((*dump)->facts().page_size, 4096u);
    std::vector<std::uint8_t> page(4096);
    EXPECT_EQ((*dump)->read_page(5, page), ReadOutcome::present);
    EXPECT_EQ(page, std::vector<std::uint8_t>(4096, 0x55));
    EXPECT_EQ((*dump)->read_page(4, page), ReadOutcome::filtered);
    EXPECT_EQ((*dump)->read_page(1 << 20, page), ReadOutcome::unmapped);
}

TEST(Libkdumpfile, IsNotAskedOfAPageSizeThatNobodyHas) {
    std::vector<std::uint8_t> lkcd(65536);
    const std::uint8_t magic[] = {0xed, 0x23, 0x8f, 0x61, 0x73, 0x01, 0x19, 0xa8};
    std::copy(std::begin(magic), std::end(magic), lkcd.begin());
    auto image = in_a_file(lkcd);
    ASSERT_TRUE(image);
    auto dump = open_dump(std::move(*image));
    ASSERT_FALSE(dump);
    EXPECT_NE(dump.error().message().find("LKCD dump's header is damaged"), std::string::npos)
        << dump.error().message();
}

}  // namespace
}  // namespace inquest
