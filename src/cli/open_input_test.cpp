#include "cli/open_input.h"

#include <gtest/gtest.h>

#include "cli/dump_format.h"
#include "cli/scratch_test.h"

namespace inquest {
namespace {

constexpr std::string_view kLog =
    "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n";

std::string first_line(const std::string& path) {
    auto input = open_input(path);
    if (!input) return input.error().message();
    const Line* line = input->source->next();
    return line ? std::string(line->text) : std::string();
}

}  // namespace

TEST(OpenInput, FindsTheLogInTheFoldersOfEveryDistribution) {
    Scratch scratch;
    scratch.write("rhel/127.0.0.1-2024-01-31-10:00:00/vmcore-dmesg.txt", kLog);
    scratch.write("rhel/127.0.0.1-2024-01-31-10:00:00/vmcore", "KDUMP   ");
    scratch.write("debian/202401311000/dmesg.202401311000", kLog);
    scratch.write("debian/202401311000/dump.202401311000", "KDUMP   ");
    scratch.write("suse/2024-01-31-10:00/dmesg.txt", kLog);
    scratch.write("abrt/oops-2024-01-31-10:00:00-1-0/backtrace", kLog);
    for (const char* folder : {"rhel/127.0.0.1-2024-01-31-10:00:00", "debian/202401311000",
                               "suse/2024-01-31-10:00", "abrt/oops-2024-01-31-10:00:00-1-0"})
        EXPECT_TRUE(first_line(scratch.path(folder)).starts_with("BUG: kernel NULL")) << folder;
}

TEST(OpenInput, TakesTheNewestOfAFolderOfCrashes) {
    Scratch scratch;
    scratch.write("crash/b/dmesg.txt", "<6>old\n", 1);
    scratch.write("crash/a/dmesg.txt", "<6>new\n", 2);
    scratch.write("crash/c/notes", "<6>nothing\n", 3);
    EXPECT_EQ(first_line(scratch.path("crash")), "new");
}

TEST(OpenInput, ADamagedDumpIsNeverReadAsALog) {
    Scratch scratch;
    auto kdump = scratch.write("one/vmcore", std::string("KDUMP   \x06\0\0\0", 12));
    auto flat = scratch.write("two/vmcore.flat", std::string("makedumpfile\0\0\0\0", 16));
    auto elf = scratch.write("three/vmcore", std::string("\x7f"
                                                         "ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0\x3e\0",
                                                         20));
    auto program = scratch.write("four/program", std::string("\x7f"
                                                             "ELF\2\1\1\0\0\0\0\0\0\0\0\0\2\0\x3e\0",
                                                             20));
    EXPECT_EQ(dump_format(kdump), "kdump-compressed");
    EXPECT_EQ(dump_format(flat), "flattened kdump");
    EXPECT_EQ(dump_format(elf), "ELF core");
    EXPECT_EQ(dump_format(program), "");
    auto input = open_input(kdump);
    ASSERT_FALSE(input);
    EXPECT_NE(input.error().message().find("ends inside its header"), std::string::npos);
}

TEST(OpenInput, TheLogBesideADumpIsReadAndTheUserTold) {
    Scratch scratch;
    auto dump = scratch.write("vmcore", "KDUMP   ");
    auto stamped = scratch.write("dump.202401311000", "KDUMP   ");
    scratch.write("vmcore-dmesg.txt", "<6>of vmcore\n");
    scratch.write("dmesg.202401311000", "<6>of dump\n");
    EXPECT_EQ(first_line(dump), "of vmcore");
    EXPECT_EQ(first_line(stamped), "of dump");
    auto input = open_input(dump);
    ASSERT_TRUE(input);
    EXPECT_NE(input->note.find("reading the log beside it"), std::string::npos);
}

TEST(OpenInput, PstorePartsAreJoinedBackwards) {
    Scratch scratch;
    scratch.write("pstore/dmesg-efi-170669520001001", "Panic#2 Part1\n<6>[    3.000000] third\n");
    scratch.write("pstore/dmesg-efi-170669520002001", "Panic#2 Part2\n<6>[    2.000000] second\n");
    scratch.write("pstore/dmesg-efi-170669510001001", "Oops#1 Part1\n<6>[    1.000000] first\n");
    auto input = open_input(scratch.path("pstore"));
    ASSERT_TRUE(input);
    for (std::string_view expected : {"first", "second", "third"}) {
        const Line* line = input->source->next();
        ASSERT_NE(line, nullptr);
        EXPECT_EQ(line->text, expected);
    }
}

TEST(OpenInput, PartsThatTheKernelLeftCompressedAreInflated) {
    // Raw deflate of "Oops#1 Part1\n<4>[    1.000000] BUG: here\n".
    static constexpr unsigned char kPacked[] = {0xf3, 0xcf, 0x2f, 0x28, 0x56, 0x36, 0x54, 0x08, 0x48, 0x2c,
                                                0x2a, 0x31, 0xe4, 0xb2, 0x31, 0xb1, 0x8b, 0x56, 0x00, 0x02,
                                                0x43, 0x3d, 0x03, 0x30, 0x88, 0x55, 0x70, 0x0a, 0x75, 0xb7,
                                                0x52, 0xc8, 0x48, 0x2d, 0x4a, 0xe5, 0x02, 0x00};
    Scratch scratch;
    scratch.write("pstore/dmesg-erst-1.enc.z", {reinterpret_cast<const char*>(kPacked), sizeof kPacked});
    auto input = open_input(scratch.path("pstore"));
    ASSERT_TRUE(input);
    const Line* line = input->source->next();
    ASSERT_NE(line, nullptr);
    EXPECT_EQ(line->text, "BUG: here");
}

TEST(OpenInput, SaysWhatIsWrongWithAnInput) {
    Scratch scratch;
    EXPECT_FALSE(open_input(scratch.path("missing")));
    std::filesystem::create_directories(scratch.path("empty"));
    auto empty = open_input(scratch.path("empty"));
    ASSERT_FALSE(empty);
    EXPECT_NE(empty.error().message().find("name the log itself"), std::string::npos);
}

}  // namespace inquest
