#include "kernel/subsystems/printk.h"

#include <gtest/gtest.h>

#include "kernel/dump_file_test.h"
#include "synth/kernel.h"

namespace inquest {
namespace {

constexpr std::uint64_t kBuffer = synth::Kernel::kFree + 0x1000, kVariables = synth::Kernel::kFree;
constexpr std::uint32_t kSize = 256;

// A kernel whose log lies in log_buf, and what VMCOREINFO of its time tells of it.
class OldLog {
  public:
    OldLog() {
        kernel_.put(kBuffer, std::vector<std::uint8_t>(kSize));
        variable("log_buf", kBuffer);
        variable("log_buf_len", kSize);
    }

    void variable(const std::string& name, std::uint64_t value) {
        const std::uint64_t place = kVariables + 16 * count_++;
        kernel_.put_word(place, value);
        tell("SYMBOL(" + name + ")=" + hex_of(place));
    }
    void tell(const std::string& line) { info_ += line + "\n"; }

    // A record of struct printk_log: ts_nsec, len, text_len, dict_len, facility, flags and level.
    std::uint32_t record(std::uint32_t at, std::uint64_t nanoseconds, std::string_view text,
                         std::uint16_t dict = 0) {
        synth::Bytes bytes;
        auto length = static_cast<std::uint16_t>((16 + text.size() + dict + 3) / 4 * 4);
        bytes.append(nanoseconds);
        bytes.append(length);
        bytes.append(static_cast<std::uint16_t>(text.size()));
        bytes.append(dict);
        bytes.append(std::uint8_t{3});
        bytes.append(static_cast<std::uint8_t>(6 << 5));
        bytes.append_text(text);
        kernel_.put(kBuffer + at, bytes.data());
        return at + length;
    }
    void text(std::uint32_t at, std::string_view text) { kernel_.put_text(kBuffer + at, text); }

    void records_are(const std::string& type) {
        for (const char* field : {"ts_nsec)=0", "len)=8", "text_len)=10", "dict_len)=12"})
            tell("OFFSET(" + type + "." + field);
        tell("SIZE(" + type + ")=16");
    }

    Result<KernelLog> read() {
        (void)kernel_.dump();
        kernel_.memory.vmcoreinfo += info_;
        DumpFile file(synth::write_kdump(kernel_.memory, synth::Compression::lzo));
        auto session = Session::open(file.path());
        if (!session) return std::unexpected(session.error());
        return read_kernel_log(**session);
    }

  private:
    static std::string hex_of(std::uint64_t value) {
        std::string digits(16, '0');
        for (std::size_t i = digits.size(); i-- > 0; value >>= 4) digits[i] = "0123456789abcdef"[value & 15];
        return digits;
    }

    synth::Kernel kernel_;
    std::string info_;
    std::uint64_t count_ = 0;
};

class Records : public testing::TestWithParam<const char*> {};

// struct printk_log from 3.11 to 5.9; struct log in 3.5 to 3.10.
TEST_P(Records, AreReadAroundTheEndOfTheBuffer) {
    OldLog log;
    log.records_are(GetParam());
    log.record(100, 1500000000, "first");
    std::uint32_t behind = log.record(log.record(100, 1500000000, "first"), 2000000000, "two\nlines", 4);
    ASSERT_LT(behind + 2, kSize);  // a length of 0 sends the reader to the start
    std::uint32_t end = log.record(0, 3000001000, "wrapped \x1b");
    log.variable("log_first_idx", 100);
    log.variable("log_next_idx", end);
    auto read = log.read();
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->text,
              "[    1.500000] first\n[    2.000000] two\n               lines\n"
              "[    3.000001] wrapped \\x1b\n");
    EXPECT_TRUE(read->problems.empty());
    ASSERT_EQ(read->records.size(), 3U);
    EXPECT_EQ(read->records[0].level, 6);
    EXPECT_EQ(read->records[0].facility, 3);
}

TEST_P(Records, EndAtADamagedOne) {
    OldLog log;
    log.records_are(GetParam());
    std::uint32_t next = log.record(0, 1, "good");
    log.text(next + 8, std::string_view("\x03\x00", 2));  // shorter than its own header
    log.variable("log_first_idx", 0);
    log.variable("log_next_idx", 200);
    auto read = log.read();
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text, "[    0.000000] good\n");
    EXPECT_EQ(read->problems.size(), 1U);
}

TEST_P(Records, NeverRunInACircle) {
    OldLog log;
    log.records_are(GetParam());
    for (std::uint32_t at = 0; at + 16 <= kSize;) at = log.record(at, 1, "");
    log.variable("log_first_idx", 0);
    log.variable("log_next_idx", 7);  // no record begins there
    auto read = log.read();
    ASSERT_TRUE(read);
    EXPECT_LE(read->records.size(), kSize / 16);
}

INSTANTIATE_TEST_SUITE_P(Printk, Records, testing::Values("printk_log", "log"));

TEST(Printk, BeforeRecordsTheBufferHoldsCharacters) {
    OldLog log;
    log.text(0, "<4>wrapped\n");
    log.text(kSize - 9, "<6>first\n");
    log.variable("log_end", 2 * kSize + 11);
    auto read = log.read();
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_TRUE(read->text.ends_with("<6>first\n<4>wrapped\n")) << read->text;
}

}  // namespace
}  // namespace inquest
