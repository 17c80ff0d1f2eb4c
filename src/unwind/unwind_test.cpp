#include "unwind/unwind.h"

#include <gtest/gtest.h>

#include "unwind/fake_stack_test.h"

namespace inquest {
namespace {

using Base = OrcEntry::Base;
using Type = OrcEntry::Type;

constexpr std::uint64_t kText = 0xffffffff81000000, kTextEnd = kText + 0x10000;
constexpr std::uint64_t kStack = 0xffffc90000010000, kInterrupts = 0xffffc90000000f00;
constexpr std::uint64_t kKernelCs = 0x10, kUserCs = 0x33;

// Text in pages of one kind each, told by what unwinding from there means.
constexpr std::uint64_t kLeaf = kText,  // CFA = SP + 8
    kFramed = kText + 0x1000,           // CFA = SP + 24, BP saved below the return address
    kEnd = kText + 0x2000,              // the end of the stack
    kTrap = kText + 0x3000,             // a pt_regs at SP
    kPartial = kText + 0x4000,          // what the CPU pushed, at SP
    kSwitch = kText + 0x5000,           // the old SP lies at the top of the new stack
    kNoWay = kText + 0x6000;            // no unwinding

std::optional<OrcEntry> orc(std::uint64_t ip) {
    if (ip < kText || ip >= kTextEnd) return std::nullopt;
    switch ((ip - kText) >> 12) {
        case 0:
            return OrcEntry{8, 0, Base::sp, Base::undefined, Type::call};
        case 1:
            return OrcEntry{24, -16, Base::sp, Base::previous_sp, Type::call};
        case 2:
            return OrcEntry{0, 0, Base::undefined, Base::undefined, Type::end_of_stack};
        case 3:
            return OrcEntry{0, 0, Base::sp, Base::undefined, Type::regs};
        case 4:
            return OrcEntry{0, 0, Base::sp, Base::undefined, Type::regs_partial};
        case 5:
            return OrcEntry{8, 0, Base::sp_indirect, Base::undefined, Type::call};
        default:
            return OrcEntry{0, 0, Base::undefined, Base::undefined, Type::undefined};
    }
}

class Unwind : public ::testing::Test {
  protected:
    StackTrace walk(std::uint64_t ip, std::uint64_t sp, std::uint64_t bp = 0) {
        return unwind_x86_64(context(), {ip, sp, bp, true, std::nullopt, {}});
    }
    StackTrace walk_arm64(std::uint64_t ip, std::uint64_t fp, std::uint64_t pac_mask = 0) {
        Arm64Stacks stacks{pac_mask, 0x130, false, kTrap, kTrap + 0x1000};
        stacks.record_has_type = typed_records;
        return unwind_arm64(context(), {ip, fp, fp, true, std::nullopt, {}}, stacks);
    }
    UnwindContext context() {
        return {memory.memory(), orc, [](std::uint64_t ip) { return ip >= kText && ip < kBpf + 0x1000; },
                [this](std::uint64_t address, std::uint64_t slot) -> std::optional<KeptReturn> {
                    return address == kTrampoline && slot == kept_slot
                               ? std::optional(KeptReturn{kLeaf + 0x77, "kretprobe"})
                               : std::nullopt;
                }};
    }
    // arm64's: x29, sp, pc and pstate of it, and the frame record inside.
    void put_arm64_registers(std::uint64_t at, std::uint64_t pc, std::uint64_t fp, std::uint64_t pstate,
                             std::uint64_t type) {
        for (auto [index, value] : {std::pair{29U, fp}, {31U, kStack + 0x800}, {32U, pc}, {33U, pstate}})
            memory.put64(at + index * 8, value);
        memory.put64(at + 0x130, type ? 0 : fp);
        memory.put64(at + 0x138, type ? 0 : pc);
        memory.put64(at + 0x140, type);
    }
    // struct pt_regs: 16 registers and orig_ax, which none of these needs but BP, then what IRET takes.
    void put_registers(std::uint64_t at, std::uint64_t ip, std::uint64_t cs, std::uint64_t sp,
                       std::uint64_t bp) {
        for (unsigned i = 0; i < 16; ++i) memory.put64(at + i * 8, i == 4 ? bp : 0);
        put_iret_frame(at + 16 * 8, ip, cs, sp);
    }
    void put_iret_frame(std::uint64_t at, std::uint64_t ip, std::uint64_t cs, std::uint64_t sp) {
        std::uint64_t words[] = {ip, cs, 0x246, sp, 0x18};
        for (unsigned i = 0; i < 5; ++i) memory.put64(at + i * 8, words[i]);
    }
    static std::vector<std::uint64_t> ips(const StackTrace& trace) {
        std::vector<std::uint64_t> found;
        for (const StackFrame& frame : trace.frames) found.push_back(frame.ip);
        return found;
    }

    static constexpr std::uint64_t kBpf = kTextEnd, kTrampoline = kNoWay + 0x10;
    FakeStack memory;
    std::uint64_t kept_slot = 0;
    bool typed_records = false;
};

using Ips = std::vector<std::uint64_t>;

TEST_F(Unwind, GoesFromFrameToFrameToTheEndOfTheStack) {
    memory.put64(kStack, kFramed + 5);
    memory.put64(kStack + 16, 0xbbbb);  // the frame's saved BP
    memory.put64(kStack + 24, kEnd + 9);
    auto trace = walk(kLeaf + 3, kStack);
    EXPECT_EQ(ips(trace), (Ips{kLeaf + 3, kFramed + 5, kEnd + 9}));
    EXPECT_TRUE(trace.complete);
    EXPECT_TRUE(trace.frames[0].exact);
    EXPECT_FALSE(trace.frames[1].exact);
    EXPECT_EQ(trace.frames[1].found_by, "orc");
}

TEST_F(Unwind, CrossesFromTheInterruptStackThroughTheRegistersToTheTask) {
    memory.put64(kInterrupts, kSwitch + 4);  // the handler's caller switched stacks
    memory.put64(kInterrupts + 8, kStack);   // and left the old SP here
    memory.put64(kStack, kTrap + 7);         // called from the entry code
    put_registers(kStack + 8, kLeaf + 0x20, kKernelCs, kStack + 0x200, 0);
    memory.put64(kStack + 0x200, kEnd + 1);
    auto trace = walk(kLeaf, kInterrupts);
    EXPECT_EQ(ips(trace), (Ips{kLeaf, kSwitch + 4, kTrap + 7, kLeaf + 0x20, kEnd + 1}));
    EXPECT_TRUE(trace.complete);
    EXPECT_EQ(trace.frames[3].registers, kStack + 8);
    EXPECT_TRUE(trace.frames[3].all_registers);
    EXPECT_TRUE(trace.frames[3].exact);
}

TEST_F(Unwind, TakesWhatTheCpuPushedWhereThatIsAllThereIs) {
    put_iret_frame(kStack, kLeaf + 1, kKernelCs, kStack + 0x100);
    memory.put64(kStack + 0x100, kEnd + 1);
    auto trace = walk(kPartial, kStack);
    EXPECT_EQ(ips(trace), (Ips{kPartial, kLeaf + 1, kEnd + 1}));
    EXPECT_FALSE(trace.frames[1].all_registers);
}

TEST_F(Unwind, EndsAtUserMode) {
    memory.put64(kStack, kTrap + 7);
    put_registers(kStack + 8, 0x401000, kUserCs, 0x7fff0000, 0);
    auto trace = walk(kLeaf, kStack);
    EXPECT_EQ(trace.frames.size(), 2U);
    EXPECT_TRUE(trace.complete);
    EXPECT_EQ(trace.user_registers, kStack + 8);
}

TEST_F(Unwind, FollowsTheFramePointerThroughGeneratedCode) {
    memory.put64(kStack, kBpf + 0x10);
    memory.put64(kStack + 0x40, 0);  // BP points here
    memory.put64(kStack + 0x48, kEnd + 2);
    auto trace = walk(kLeaf, kStack, kStack + 0x40);
    EXPECT_EQ(ips(trace), (Ips{kLeaf, kBpf + 0x10, kEnd + 2}));
    EXPECT_EQ(trace.frames[2].found_by, "frame-pointer");
}

TEST_F(Unwind, PutsBackAReturnAddressThatATracerKept) {
    memory.put64(kStack, kTrampoline);
    memory.put64(kStack + 8, kEnd + 1);
    kept_slot = kStack;
    auto trace = walk(kLeaf, kStack);
    EXPECT_EQ(ips(trace), (Ips{kLeaf, kLeaf + 0x77, kEnd + 1}));
    EXPECT_EQ(trace.frames[1].found_by, "kretprobe");
    kept_slot = kStack + 64;  // nobody kept it: the trampoline is where the trail ends
    trace = walk(kLeaf, kStack);
    EXPECT_EQ(ips(trace), (Ips{kLeaf, kTrampoline}));
    EXPECT_FALSE(trace.complete);
}

TEST_F(Unwind, SaysWhereTheTrailIsLost) {
    EXPECT_NE(walk(kLeaf, kStack).lost.find("is not in the dump"), std::string::npos);
    EXPECT_NE(walk(kNoWay, kStack).lost.find("no way to unwind"), std::string::npos);
    memory.put64(kStack, 0);
    EXPECT_EQ(walk(kLeaf, kStack).lost, "the return address is 0");
    memory.put64(kStack, 0x4141414141414141);
    auto trace = walk(kLeaf, kStack);
    EXPECT_NE(trace.lost.find("no kernel text"), std::string::npos);
    EXPECT_EQ(trace.frames.size(), 1U);
    memory.put64(kStack, kTrap + 1);
    put_registers(kStack + 8, 0xdead, kKernelCs, kStack + 0x100, 0);
    EXPECT_NE(walk(kLeaf, kStack).lost.find("0xdead is no kernel text"), std::string::npos);
}

TEST_F(Unwind, ReadsThroughAMisalignedStackPointer) {
    memory.put64(kStack + 3, kEnd + 1);
    EXPECT_TRUE(walk(kLeaf, kStack + 3).complete);
    EXPECT_FALSE(walk(kLeaf, ~std::uint64_t{0} - 2).complete);  // the last bytes of memory
}

TEST_F(Unwind, LeavesACircle) {
    memory.put64(kStack, kTrap + 1);
    put_registers(kStack + 8, kLeaf, kKernelCs, kStack, 0);  // what was interrupted is where the walk began
    auto trace = walk(kLeaf, kStack);
    EXPECT_NE(trace.lost.find("before"), std::string::npos);
    EXPECT_LE(trace.frames.size(), 3U);
}

TEST_F(Unwind, LeavesAFramePointerThatPointsToItself) {
    memory.put64(kStack, kStack);
    memory.put64(kStack + 8, kBpf + 4);
    auto trace = walk(kBpf, kStack, kStack);
    EXPECT_FALSE(trace.complete);
    EXPECT_LE(trace.frames.size(), 3U);
}

TEST_F(Unwind, EndsOnAStackThatNeverDoes) {
    for (std::uint64_t slot = kStack; slot < kStack + (1 << 20); slot += 8) memory.put64(slot, kLeaf + 1);
    auto trace = walk(kLeaf, kStack);
    EXPECT_NE(trace.lost.find("more than"), std::string::npos);
}

TEST_F(Unwind, FollowsFrameRecordsOnArm64) {
    constexpr std::uint64_t kPac = 0x7f << 24 << 24;
    memory.put64(kStack, kStack + 0x20);
    memory.put64(kStack + 8, (kLeaf + 8) & ~kPac);  // signed: the mask's bits are not those of an address
    memory.put64(kStack + 0x20, 0);
    memory.put64(kStack + 0x28, 0);
    auto trace = walk_arm64(kLeaf, kStack, kPac);
    EXPECT_EQ(ips(trace), (Ips{kLeaf, kLeaf + 8}));
    EXPECT_TRUE(trace.complete);
    EXPECT_EQ(trace.frames[0].fp, kStack);
    EXPECT_EQ(trace.frames[1].fp, kStack + 0x20) << "the caller's own record";
}

TEST_F(Unwind, PutsBackWhatATracerKeptOnArm64) {
    memory.put64(kStack, kStack + 0x20);
    memory.put64(kStack + 8, kTrampoline);
    memory.put64(kStack + 0x20, 0);
    memory.put64(kStack + 0x28, 0);
    kept_slot = kStack + 0x20;
    auto trace = walk_arm64(kLeaf, kStack);
    EXPECT_EQ(ips(trace), (Ips{kLeaf, kLeaf + 0x77}));
    EXPECT_EQ(trace.frames.back().found_by, "kretprobe");
    EXPECT_TRUE(trace.complete);
}

TEST_F(Unwind, FindsTheRegistersOfAnExceptionOnArm64) {
    for (std::uint64_t type : {0U, 2U}) {
        typed_records = type != 0;
        memory.put64(kStack, kStack + 0x100 + 0x130);
        memory.put64(kStack + 8, kTrap + 0x64);
        put_arm64_registers(kStack + 0x100, kLeaf + 0x40, kStack + 0x400, 0x80400005, type);
        memory.put64(kStack + 0x400, kStack + 0x500 + 0x130);
        memory.put64(kStack + 0x408, kFramed + 8);
        put_arm64_registers(kStack + 0x500, 0x401000, 0, 0x80000000, 1);
        auto trace = walk_arm64(kLeaf, kStack);
        EXPECT_EQ(ips(trace), (Ips{kLeaf, kTrap + 0x64, kLeaf + 0x40, kFramed + 8}));
        ASSERT_EQ(trace.frames.size(), 4U);
        EXPECT_EQ(trace.frames[2].registers, kStack + 0x100);
        EXPECT_TRUE(trace.frames[2].exact);
        EXPECT_EQ(trace.user_registers, kStack + 0x500);
        EXPECT_TRUE(trace.complete);
    }
}

TEST_F(Unwind, LeavesACircleOfFrameRecords) {
    memory.put64(kStack, kStack);
    memory.put64(kStack + 8, kLeaf + 8);
    EXPECT_NE(walk_arm64(kLeaf, kStack).lost.find("circle"), std::string::npos);
    EXPECT_NE(walk_arm64(kLeaf, kStack + 0x100).lost.find("is not in the dump"), std::string::npos);
}

}  // namespace
}  // namespace inquest
