#include "cli/dump_oops.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

constexpr std::size_t kIp = 16, kSp = 19, kRdi = 14, kWords = 21;

Frame frame(std::string symbol, std::string module = {}) {
    Frame place;
    place.symbol = std::move(symbol);
    place.offset = 5;
    place.size = 0x35;
    place.module = std::move(module);
    place.address = 0xffffffffc06bc0eb;
    return place;
}

// "lock decl 0x1c(%rdi)" with rdi 0, reached by an exception.
MemoryOops null_pointer() {
    MemoryOops oops{.arch = arch_named("x86_64")};
    oops.kernel.release = "6.1.0-test";
    oops.task = {111, "ceph-client"};
    oops.cpu = 1;
    CrashSite site{.entry = "asm_exc_page_fault", .registers = std::vector<std::uint64_t>(kWords)};
    site.registers[kIp] = 0xffffffffc06bc0eb;
    site.registers[kSp] = 0xffffcccc80407b60;
    oops.site = std::move(site);
    oops.code = {0xf0, 0xff, 0x4f, 0x1c, 0x75, 0x25, 0x53, 0x90, 0x90, 0x90};
    oops.frames = {frame("lab_conn_put", "lab_null"), frame("vfs_write"), frame("ksys_write")};
    return oops;
}

TEST(MemoryOops, IsTheEventThatTheLogWouldHaveHeld) {
    auto event = event_of(null_pointer());
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Kind::null_pointer_dereference);
    EXPECT_EQ(event->title, "BUG: unable to handle kernel NULL pointer dereference in lab_conn_put");
    EXPECT_EQ(event->severity, Severity::fatal);
    EXPECT_EQ(event->fault_address, 0x1cU);
    EXPECT_EQ(event->access, Access::write);
    EXPECT_EQ(event->error_code, "");
    EXPECT_EQ(event->task.comm, "ceph-client");
    EXPECT_EQ(event->reg("rdi"), 0U);
    EXPECT_EQ(event->trace.size(), 2U);
    EXPECT_EQ(event->lines.first, 0U);
    EXPECT_TRUE(event->headline.empty());
    EXPECT_FALSE(event->signature.empty());
}

TEST(MemoryOops, TellsWildAddressesByTheOperand) {
    MemoryOops oops = null_pointer();
    oops.site->registers[kRdi] = 0xffff888812345000;
    auto event = event_of(oops);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Kind::bad_page_fault);
    EXPECT_EQ(event->fault_address, 0xffff88881234501cU);
}

TEST(MemoryOops, AFetchIsOneWhereTheCpuStoodInNoCode) {
    MemoryOops oops = null_pointer();
    oops.in_text = false;
    oops.site->registers[kIp] = 0;
    oops.code.clear();
    auto event = event_of(oops);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->access, Access::execute);
    EXPECT_EQ(event->fault_address, 0U);
}

TEST(MemoryOops, APanicHasItsOwnWords) {
    MemoryOops oops = null_pointer();
    oops.site.reset();
    oops.panic = "sysrq triggered crash";
    oops.frames = {frame("panic"), frame("sysrq_handle_crash"), frame("vfs_write")};
    auto event = event_of(oops);
    ASSERT_TRUE(event);
    EXPECT_EQ(event->kind, Kind::sysrq_crash);
    EXPECT_EQ(event->title, "kernel panic: sysrq triggered crash");
}

TEST(MemoryOops, TextOutOfDamagedMemoryAddsNoLines) {
    MemoryOops oops = null_pointer();
    oops.task.comm = "x\nKernel panic - not syncing: y";
    oops.frames[1].symbol = "f\nBUG: bad";
    std::string text = oops_text(oops);
    EXPECT_EQ(text.find("\nKernel panic"), text.npos);
    EXPECT_EQ(text.find("\nBUG: bad"), text.npos);
}

TEST(MemoryOops, NothingIsMadeUpWhereNothingIsKnown) {
    MemoryOops oops = null_pointer();
    oops.site.reset();
    EXPECT_FALSE(event_of(oops));
}

}  // namespace
}  // namespace inquest
