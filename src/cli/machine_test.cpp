#include "cli/machine.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "base/text.h"
#include "cli/scratch_test.h"

namespace inquest {
namespace {

constexpr std::string_view kCrash =
    "[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000008\n"
    "[    1.000001] Oops: 0000 [#1] SMP PTI\n"
    "[    1.000002] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0-18-amd64 #1\n"
    "[    1.000003] RIP: 0010:first_step+0x8/0x20\n"
    "[    1.000004] Call Trace:\n"
    "[    1.000005]  second_step+0x8/0x20\n"
    "[    1.000006]  third_step+0x8/0x20\n";
constexpr std::string_view kQuiet = "[    1.000000] usb 1-1: new high-speed USB device\n";

class MachineTest : public testing::Test {
  protected:
    // What is answered for the machine, behind its exit status.
    std::string answer() {
        Exit status = Exit::nothing;
        {
            auto output = Output::open(scratch_.path("answer"));
            ReportJob job;
            job.assemble.knowledge = &Knowledge::built_in();
            job.renderer = renderer_named("json");
            job.output = &*output;
            status = answer_newest_crash(job, scratch_.path("machine"));
        }
        std::ifstream file(scratch_.path("answer"));
        return std::to_string(static_cast<int>(status)) +
               std::string(std::istreambuf_iterator<char>(file), {});
    }
    void keep(const std::string& place, std::string_view log, int minutes) {
        scratch_.write("machine/" + place, log, minutes);
    }

    Scratch scratch_;
};

TEST_F(MachineTest, TheNewestLogThatHoldsACrashCounts) {
    keep("var/crash/a/dmesg.txt", kCrash, 1);
    keep("var/crash/b/dmesg.txt", replace_all(std::string(kCrash), "first_step", "newer_step"), 2);
    keep("var/lib/systemd/pstore/c/dmesg.txt", kQuiet, 3);
    auto answered = answer();
    EXPECT_EQ(answered.front(), '0');
    EXPECT_NE(answered.find("newer_step"), std::string::npos);
}

TEST_F(MachineTest, WithoutACrashThereIsNoAnswer) {
    EXPECT_EQ(answer(), "1");
    keep("var/crash/a/dmesg.txt", kQuiet, 1);
    EXPECT_EQ(answer(), "1");
}

TEST_F(MachineTest, ANewerDumpThatCannotBeReadIsNotPassedOverInSilence) {
    keep("var/crash/a/dmesg.txt", kCrash, 1);
    keep("var/crash/b/vmcore", "KDUMP   ", 2);
    auto answered = answer();
    EXPECT_EQ(answered.front(), '3');
    EXPECT_NE(answered.find("first_step"), std::string::npos);
}

}  // namespace
}  // namespace inquest
