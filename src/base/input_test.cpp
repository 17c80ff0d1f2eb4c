#include "base/input.h"

#include <gtest/gtest.h>
#include <lzma.h>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace inquest {
namespace {

std::string gzip(std::string_view text, int window_bits = 15 + 16) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
    std::string out(text.size() + 1024, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string xz(std::string_view text) {
    std::string out(text.size() + 1024, '\0');
    std::size_t size = 0;
    EXPECT_EQ(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, nullptr,
                                      reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                      reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
              LZMA_OK);
    return out.substr(0, size);
}

std::string zstd(std::string_view text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    return out.substr(0, ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
}

struct Read {
    std::string text;
    std::string problem;
};

Read read_all(std::string_view bytes) {
    Read result;
    auto input = decode(read_memory(bytes));
    if (!input) return {"", input.error().message()};
    std::vector<char> block(1000);
    for (;;) {
        auto got = (*input)->read(block);
        if (!got) result.problem = got.error().message();
        if (!got || *got == 0) return result;
        result.text.append(block.data(), *got);
    }
}

std::string sample() {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i) + "\n";
    return text;
}

TEST(Input, PlainBytesPassThrough) {
    EXPECT_EQ(read_all("short").text, "short");
    EXPECT_EQ(read_all("").text, "");
    EXPECT_EQ(read_all(sample()).text, sample());
}

TEST(Input, CompressedStreamsAreUndone) {
    for (const auto& coded : {gzip(sample()), xz(sample()), zstd(sample()), gzip(xz(sample()))}) {
        auto read = read_all(coded);
        EXPECT_EQ(read.text, sample());
        EXPECT_EQ(read.problem, "");
    }
}

TEST(Input, SeveralMembersInARow) {
    EXPECT_EQ(read_all(gzip("one\n") + gzip("two\n")).text, "one\ntwo\n");
    EXPECT_EQ(read_all(zstd("one\n") + zstd("two\n")).text, "one\ntwo\n");
    EXPECT_EQ(read_all(xz("one\n") + xz("two\n")).text, "one\ntwo\n");
}

TEST(Input, ACutStreamGivesWhatItHasAndSaysSo) {
    for (const auto& coded : {gzip(sample()), xz(sample()), zstd(sample())}) {
        auto read = read_all(coded.substr(0, coded.size() - 20));
        EXPECT_NE(read.problem, "");
        EXPECT_TRUE(sample().starts_with(read.text));
    }
    EXPECT_GT(read_all(gzip(sample()).substr(0, gzip(sample()).size() - 20)).text.size(), 1000u);
}

TEST(Input, ZerosBehindAGzipMemberAreNoDamage) {
    EXPECT_EQ(read_all(gzip("one\n") + std::string(512, '\0')).problem, "");
}

TEST(Input, Utf16InBothOrders) {
    EXPECT_EQ(read_all(std::string_view("\xff\xfeO\0o\0p\0s\0\xe9\0=\xd8\0\xde", 16)).text,
              "Oops\xC3\xA9\xF0\x9F\x98\x80");
    EXPECT_EQ(read_all(std::string_view("\xfe\xff\0O\0k", 6)).text, "Ok");
}

TEST(Input, RecordsWithAndWithoutZlibHeader) {
    for (int window_bits : {15, -15}) {
        auto inflated = inflate_record(gzip(sample(), window_bits), 1 << 20);
        ASSERT_TRUE(inflated);
        EXPECT_EQ(*inflated, sample());
    }
    EXPECT_FALSE(inflate_record("no deflate stream at all", 1 << 20));
}

TEST(Input, MissingFilesAndFoldersAreErrors) {
    EXPECT_FALSE(open_raw("/nonexistent/file"));
    EXPECT_FALSE(open_raw("/"));
}

}  // namespace
}  // namespace inquest
