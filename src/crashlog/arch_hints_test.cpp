#include "crashlog/arch_hints.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

std::string_view arch_of(std::string_view symbol, std::optional<Address> address = std::nullopt) {
    CodeRef frame;
    frame.symbol = symbol;
    frame.address = address;
    return arch_of_frame(frame);
}

TEST(ArchHints, NamesOfEntryCodeTell) {
    EXPECT_EQ(arch_of("do_syscall_64"), "x86_64");
    EXPECT_EQ(arch_of("el0_svc"), "arm64");
    EXPECT_EQ(arch_of("unwind_backtrace", 0xc0112233), "arm");
    EXPECT_EQ(arch_of("dump_backtrace"), "arm64");
    EXPECT_EQ(arch_of("__do_syscall", 0x255adc646f0), "s390x");
    EXPECT_EQ(arch_of("syscall_common", 0x80112233), "mips32");
    EXPECT_EQ(arch_of("syscall_common", 0xffffffff80112233), "mips64");
}

TEST(ArchHints, PlacesOfKernelTextTell) {
    EXPECT_EQ(arch_of("wombat", 0xc0000000001aa4f0), "ppc64");
    EXPECT_EQ(arch_of("wombat", 0x9000000000223344), "loongarch64");
    EXPECT_EQ(arch_of("wombat", 0xffff800010112233), "arm64");
    EXPECT_EQ(arch_of("wombat", 0xffffffe000202698), "riscv64");
    EXPECT_EQ(arch_of("wombat", 0x255adc646f0), "s390x");
}

TEST(ArchHints, WhatSeveralShareTellsNothing) {
    EXPECT_EQ(arch_of("kthread"), "");
    EXPECT_EQ(arch_of("wombat", 0xffffffff81122334), "");  // x86, riscv, mips
    EXPECT_EQ(arch_of("wombat", 0xc0112233), "");
    EXPECT_EQ(arch_of("dump_backtrace", 0xffffffff80004e24), "");
    EXPECT_EQ(arch_of("gic_handle_irq", 0xc0112233), "");
    EXPECT_EQ(arch_of("syscall_common"), "");
}

TEST(ArchHints, HeadlinesTell) {
    EXPECT_EQ(arch_of_headline("BUG: kernel NULL pointer dereference, address: 0000000000000038"), "x86_64");
    EXPECT_EQ(arch_of_headline("BUG: unable to handle page fault for address: f7a41000"), "i386");
    EXPECT_EQ(arch_of_headline("BUG: stack guard page was hit at 00000000b1c2d3e4"), "x86_64");
    EXPECT_EQ(arch_of_headline("Unable to handle kernel NULL pointer dereference at virtual address 38"), "");
}

}  // namespace
}  // namespace inquest
