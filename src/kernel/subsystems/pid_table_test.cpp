#include "kernel/subsystems/pid_table.h"

#include <gtest/gtest.h>

#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kSpace = synth::Kernel::kFree, kNode = kSpace + 0x1000, kPids = kSpace + 0x2000;
constexpr std::uint64_t kSlots = 16, kInternal = 2;

// A PID namespace with a table of one node, which tasks are put into.
class Table {
  public:
    explicit Table(synth::Kernel& kernel) : kernel_(kernel) {
        auto& types = kernel.types;
        auto byte = types.integer("unsigned char", 1), pointer = types.pointer(0);
        auto slots = types.array(pointer, 64);
        types.structure("xa_node", 16 + 64 * 8, {{"shift", byte, 0}, {"slots", slots, kSlots * 8}});
        auto xarray = types.structure("xarray", 16, {{"xa_head", pointer, 64}});
        auto idr = types.structure("idr", 24, {{"idr_rt", xarray, 0}});
        types.structure("pid_namespace", 128, {{"idr", idr, 0}});
        types.structure("pid", 64, {{"tasks", pointer, 0}});
        kernel.add_symbol(kSpace, "Dinit_pid_ns");
        kernel.put(kNode, std::vector<std::uint8_t>(16 + 64 * 8));
        kernel.put_word(kSpace + 8, kNode | kInternal);
    }
    void add(std::uint64_t pid, std::uint64_t task) {
        kernel_.put_word(kPids + pid * 64, task + synth::Kernel::kPidLinksOffset);
        kernel_.put_word(kNode + kSlots + pid * 8, kPids + pid * 64);
    }

  private:
    synth::Kernel& kernel_;
};

constexpr auto kTasks = synth::Kernel::kTasksOffset;

TEST(PidTable, AgreesWithTheListOfAHealthyKernel) {
    synth::Kernel kernel;
    Table table(kernel);
    table.add(1, kernel.add_task(1, "init"));
    table.add(42, kernel.add_task(42, "ceph-client"));
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    auto list = list_tasks(*session);
    EXPECT_EQ(list.tasks.size(), 3U);
    EXPECT_TRUE(list.problems.empty()) << list.problems.front();
}

TEST(PidTable, AddsTasksThatTheListHasLostAndSaysSo) {
    synth::Kernel kernel;
    Table table(kernel);
    auto init = kernel.add_task(1, "init"), hidden = kernel.add_task(7, "hidden"),
         last = kernel.add_task(42, "last");
    table.add(1, init);
    table.add(7, hidden);
    table.add(42, last);
    kernel.put_word(init + kTasks, last + kTasks);
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    auto list = list_tasks(*session);
    EXPECT_EQ(list.tasks.size(), 4U);
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.problems[0], "1 task is in the PID table but not in the task list, added: PID 7 (hidden)");
}

TEST(PidTable, SaysWhichTasksHaveNoPid) {
    synth::Kernel kernel;
    Table table(kernel);
    table.add(1, kernel.add_task(1, "init"));
    kernel.add_task(9, "stray");
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    auto list = list_tasks(*session);
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_EQ(list.problems[0], "1 task is in the task list but not in the PID table: PID 9 (stray)");
}

TEST(PidTable, ATornTableAccusesNoTask) {
    synth::Kernel kernel;
    Table table(kernel);
    kernel.add_task(1, "init");
    kernel.put_word(kSpace + 8, 0x12345670 | kInternal);
    auto session = session_of(kernel);
    ASSERT_TRUE(session);
    auto list = list_tasks(*session);
    ASSERT_EQ(list.problems.size(), 1U);
    EXPECT_TRUE(list.problems[0].starts_with("the PID table: the node at ")) << list.problems[0];
}

}  // namespace
}  // namespace inquest
