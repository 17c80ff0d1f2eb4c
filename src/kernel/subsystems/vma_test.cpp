#include "kernel/subsystems/vma.h"

#include <gtest/gtest.h>

#include "kernel/synthetic_test.h"

namespace inquest {
namespace {

constexpr std::uint64_t kMm = synth::Kernel::kFree, kVmas = kMm + 0x100, kVmaSize = 0x80,
                        kTaskMm = 32;  // of task_struct.mm in the synthetic kernel
constexpr std::uint64_t kMaps = 0, kCounts = 8, kPgd = 40, kBrk = 48, kHeap = 56, kTables = 64, kNext = 16;

// The address space of a kernel before 6.1 and 6.2: mappings on a list, counts by thread. Two mappings: the
// heap, and one that is shared.
class Mappings : public testing::Test {
  protected:
    Mappings() {
        auto& all = kernel.types;
        auto wide = all.integer("unsigned long", 8);
        auto counts = all.structure("mm_rss_stat", 32, {{"count", all.array(wide, 4), 0}});
        all.structure("mm_struct", 128,
                      {{"mmap", wide, kMaps * 8},
                       {"rss_stat", counts, kCounts * 8},
                       {"pgd", wide, kPgd * 8},
                       {"brk", wide, kBrk * 8},
                       {"start_brk", wide, kHeap * 8},
                       {"pgtables_bytes", wide, kTables * 8}});
        all.structure("vm_area_struct", kVmaSize,
                      {{"vm_start", wide, 0},
                       {"vm_end", wide, 64},
                       {"vm_next", wide, kNext * 8},
                       {"vm_flags", wide, 192}});
        task = kernel.add_task(1, "init");
        kernel.put(kMm, std::vector<std::uint8_t>(0x400));
        kernel.put_word(task + kTaskMm, kMm);
        kernel.put_word(kMm + kMaps, vma(0));
        kernel.put_word(kMm + kBrk, 0x602000);
        kernel.put_word(kMm + kHeap, 0x600000);
        kernel.put_word(kMm + kTables, 0x5000);
        for (std::uint64_t i = 0; i < 4; ++i) kernel.put_word(kMm + kCounts + i * 8, i + 1);
        put(0, 0x600000, 0x602000, vma(1), 0x73);
        put(1, 0x700000, 0x701000, 0, 0x81);
    }

    static std::uint64_t vma(std::uint64_t i) { return kVmas + i * kVmaSize; }
    void put(std::uint64_t i, std::uint64_t start, std::uint64_t end, std::uint64_t next,
             std::uint64_t flags) {
        kernel.put_word(vma(i), start);
        kernel.put_word(vma(i) + 8, end);
        kernel.put_word(vma(i) + kNext, next);
        kernel.put_word(vma(i) + 24, flags);
    }

    AddressSpace read() {
        session = session_of(kernel);
        EXPECT_TRUE(session);
        objects = std::make_unique<Objects>(*session);
        auto tasks = list_tasks(*session);
        const ThreadsByMm threads(*objects, tasks);
        return address_space(*objects, threads, TaskView{.address = task, .pid = 1, .tgid = 1});
    }

    synth::Kernel kernel;
    std::uint64_t task = 0;
    std::unique_ptr<Session> session;
    std::unique_ptr<Objects> objects;
};

TEST_F(Mappings, AreListedWithNamesAndCounts) {
    AddressSpace space = read();
    EXPECT_EQ(space.mm, kMm);
    EXPECT_EQ(space.page_tables, 0x5000U);
    ASSERT_TRUE(space.exact);
    EXPECT_EQ(space.exact->file, 1);
    EXPECT_EQ(space.exact->anon, 2);
    EXPECT_EQ(space.exact->swap, 3);
    EXPECT_EQ(space.exact->rss(), 1 + 2 + 4);
    ASSERT_EQ(space.mappings.size(), 2U);
    EXPECT_EQ(space.mappings[0].name, "[heap]");
    EXPECT_EQ(space.mappings[0].permissions(), "rw-p");
    EXPECT_EQ(space.mappings[0].flag_names(), "rd wr mr mw me");
    EXPECT_EQ(space.mappings[1].permissions(), "r--s");
    EXPECT_EQ(space.mappings[1].name, "");
    EXPECT_TRUE(objects->problems().empty());
}

TEST_F(Mappings, ThatRunInACircleEnd) {
    put(1, 0x700000, 0x701000, vma(0), 0x81);
    EXPECT_EQ(read().mappings.size(), 2U);
    ASSERT_EQ(objects->problems().size(), 1U);
    EXPECT_NE(objects->problems()[0].find("circle"), std::string::npos);
}

TEST_F(Mappings, ThatBreakOffAreSaid) {
    put(1, 0x700000, 0x701000, 0xffffc90000000000, 0x81);
    read();
    ASSERT_EQ(objects->problems().size(), 1U);
    EXPECT_NE(objects->problems()[0].find("break off"), std::string::npos);
}

TEST_F(Mappings, OfATaskWithoutAnyAreNone) {
    kernel.put_word(task + kTaskMm, 0);
    AddressSpace space = read();
    EXPECT_EQ(space.mm, 0U);
    EXPECT_FALSE(space.exact);
    EXPECT_TRUE(space.mappings.empty());
}

}  // namespace
}  // namespace inquest
