#include "kernel/session.h"

#include <gtest/gtest.h>
#include <utility>

#include "kernel/dump_file_test.h"
#include "kernel/subsystems/task.h"
#include "synth/kernel.h"

namespace inquest {
namespace {

std::vector<int> pids(const TaskList& list) {
    std::vector<int> pids;
    for (const TaskView& task : list.tasks) pids.push_back(task.pid);
    return pids;
}

TEST(Session, ReadsSymbolsTypesAndTasksOfADumpAlone) {
    synth::Kernel kernel;
    kernel.add_task(1, "init");
    auto last = kernel.add_task(42, "ceph-client");
    DumpFile file(kernel.dump());
    auto session = Session::open(file.path());
    ASSERT_TRUE(session) << session.error().message();
    EXPECT_EQ((*session)->release(), "6.1.0-synthetic");
    EXPECT_EQ((*session)->symbols().size(), 5U);
    EXPECT_EQ((*session)->symbols().named("init_task").size(), 1U);
    ASSERT_TRUE((*session)->types()) << (*session)->problems().front();
    EXPECT_EQ((*session)->types()->offset_of("task_struct", "tasks.prev"), 72U);
    auto list = list_tasks(**session);
    EXPECT_EQ(pids(list), (std::vector<int>{0, 1, 42}));
    EXPECT_TRUE(list.problems.empty());
    auto task = read_task(**session, last);
    ASSERT_TRUE(task);
    EXPECT_EQ(task->comm, "ceph-client");
}

TEST(Session, EndsATaskListThatRunsInACircleOrBreaksOff) {
    synth::Kernel kernel;
    auto first = kernel.add_task(1, "one");
    auto second = kernel.add_task(2, "two");
    constexpr auto kTasks = synth::Kernel::kTasksOffset;
    kernel.put_word(second + kTasks, first + kTasks);
    {
        DumpFile file(kernel.dump());
        auto session = Session::open(file.path());
        ASSERT_TRUE(session);
        auto list = list_tasks(**session);
        EXPECT_EQ(pids(list), (std::vector<int>{0, 1, 2}));
        ASSERT_EQ(list.problems.size(), 1U);
        EXPECT_NE(list.problems[0].find("circle"), std::string::npos);
    }
    kernel.put_word(second + kTasks, 0x1234);
    DumpFile file(kernel.dump());
    auto session = Session::open(file.path());
    ASSERT_TRUE(session);
    auto list = list_tasks(**session);
    EXPECT_EQ(pids(list).size(), 4U - 1U);
    EXPECT_FALSE(list.problems.empty());
}

TEST(Session, EndsAtPageTablesThatPointToThemselves) {
    synth::Kernel kernel;
    const std::uint64_t itself = 0x2000 | 1;
    kernel.put_word(synth::kKernelBase + 0x2000 + 511 * 8, itself);
    kernel.put_word(synth::kKernelBase + 0x2000 + 510 * 8, itself);
    DumpFile file(kernel.dump());
    auto session = Session::open(file.path());
    ASSERT_TRUE(session);
    EXPECT_EQ((*session)->symbols().size(), 0U);
    EXPECT_FALSE((*session)->problems().empty());
    EXPECT_TRUE(list_tasks(**session).tasks.empty());
}

// The synthetic kernel's dump without the note, VMCOREINFO's text in its memory instead.
std::vector<std::uint8_t> dump_with_info_in_memory(synth::Kernel& kernel) {
    kernel.dump();
    constexpr std::uint64_t kUts = 0x6000, kText = 0x8000, kOlderText = 0x7000;
    auto put = [&](std::uint64_t at, std::string_view text) {
        kernel.put_text(synth::kKernelBase + at, text);
    };
    const std::string text =
        std::exchange(kernel.memory.vmcoreinfo, "") + "SYMBOL(init_uts_ns)=ffffffff80006000\n";
    put(kUts + 4 + 130, "6.1.0-synthetic");
    put(kText, text);
    put(kOlderText, "OSRELEASE=5.10.0-older" + text.substr(text.find('\n')));
    return synth::write_kdump(kernel.memory, synth::Compression::zlib);
}

TEST(Session, FindsVmcoreinfoInMemoryAndNotAnOlderKernels) {
    synth::Kernel kernel;
    kernel.add_task(7, "seven");
    DumpFile file(dump_with_info_in_memory(kernel));
    std::vector<std::string> told;
    const std::string path = file.path();
    auto session = Session::open({&path, 1}, [&](const std::string& sentence) { told.push_back(sentence); });
    ASSERT_TRUE(session) << session.error().message();
    EXPECT_EQ((*session)->release(), "6.1.0-synthetic");
    EXPECT_EQ(pids(list_tasks(**session)), (std::vector<int>{0, 7}));
    EXPECT_EQ(told.size(), 1U);
}

TEST(Session, FindsTheKernelByTheRegistersThatQemuNotes) {
    constexpr std::uint64_t kIdt = synth::kKernelBase + 0x5000, kMark = synth::kKernelBase + 0x9000;
    for (std::uint64_t cr3 : {0x2000, 0x3000, 0x3801}) {  // of the kernel; of user mode; with a PCID
        synth::Kernel kernel;
        kernel.dump();
        kernel.memory.vmcoreinfo.clear();
        kernel.put_word(kIdt, 0x80108e0000101234);  // a gate to 0xffffffff80101234
        kernel.put_word(kIdt + 8, 0xffffffff);
        kernel.put_word(kMark, 0x1234567);
        kernel.memory.notes = synth::qemu_cpu_note(kIdt, cr3, 0);
        DumpFile file(synth::write_kdump(kernel.memory, synth::Compression::none));
        auto session = Session::open(file.path());
        ASSERT_TRUE(session) << session.error().message();
        EXPECT_EQ((*session)->read_pointer(kMark), 0x1234567U);
        EXPECT_EQ((*session)->info().symbol("_stext"), synth::kKernelBase);
    }
}

TEST(Session, SaysWhatIsMissingWhenNothingTellsWhereTheKernelIs) {
    synth::Kernel kernel;
    kernel.dump();
    kernel.memory.vmcoreinfo.clear();
    DumpFile file(synth::write_kdump(kernel.memory, synth::Compression::none));
    auto session = Session::open(file.path());
    ASSERT_FALSE(session);
    EXPECT_NE(session.error().message().find("VMCOREINFO"), std::string::npos);
}

TEST(Session, AnswersOrSaysWhyWhenCutAnywhereOrTorn) {
    synth::Kernel kernel;
    kernel.add_task(1, "init");
    auto bytes = kernel.dump();
    for (std::size_t part = 0; part < 32; ++part) {
        std::span<const std::uint8_t> all(bytes);
        DumpFile file(all.first(all.size() * part / 32));
        auto session = Session::open(file.path());
        if (!session) continue;
        auto list = list_tasks(**session);
        EXPECT_TRUE(list.tasks.size() == 2 || !list.problems.empty());
    }
    const std::uint64_t pages = synth::descriptors_of(bytes);
    for (std::size_t at = pages; at < bytes.size(); at += 97) {
        auto torn = bytes;
        torn[at] ^= 0x55;
        DumpFile file(torn);
        if (auto session = Session::open(file.path())) (void)list_tasks(**session);
    }
}

}  // namespace
}  // namespace inquest
