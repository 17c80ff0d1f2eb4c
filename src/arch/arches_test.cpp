#include <gtest/gtest.h>
#include <map>
#include <string>

#include "arch/arch.h"

namespace inquest {
namespace {

using Registers = std::map<std::string, std::optional<std::uint64_t>, std::less<>>;

Registers read(std::string_view arch, std::string_view line) {
    Registers registers;
    arch_named(arch)->parse_registers(line, [&](std::string_view name, std::optional<std::uint64_t> value) {
        registers.emplace(name, value);
    });
    return registers;
}

TEST(Arches, ReadX86Registers) {
    auto general = read("x86_64", "RDX: 0000000000000001 RSI: 000000000000000a RDI: 0000000000000088");
    EXPECT_EQ(general.size(), 3u);
    EXPECT_EQ(general["rdi"], 0x88u);
    auto numbered = read("x86_64", "RBP: 0000000000000000 R08: 0000000000000001 R09: ffffffff993cf040");
    EXPECT_EQ(numbered["r8"], 1u);
    EXPECT_EQ(numbered["r9"], 0xffffffff993cf040u);
    auto stack = read("x86_64", "RSP: 0018:ffffac6fc5417e98 EFLAGS: 00010246");
    EXPECT_EQ(stack["rsp"], 0xffffac6fc5417e98u);
    EXPECT_EQ(stack["eflags"], 0x10246u);
    auto segments = read("x86_64", "FS:  00007fb700(0000) GS:ffff93b927880000(0000) knlGS:0000000000000000");
    EXPECT_EQ(segments["gs"], 0xffff93b927880000u);
    EXPECT_EQ(segments["knlgs"], 0u);
}

TEST(Arches, ReadATornRegisterAsUnknown) {
    auto registers = read("x86_64", "RDX: 0000000000000001 RSI: 00000000000");
    EXPECT_EQ(registers["rdx"], 1u);
    ASSERT_TRUE(registers.contains("rsi"));
    EXPECT_EQ(registers["rsi"], std::nullopt);
}

TEST(Arches, TakeNoPlaceForAValue) {
    EXPECT_TRUE(read("arm64", "lr : el1_irq+0xb0/0x140").empty());
    EXPECT_TRUE(read("arm64", "pc : dentry_free+0x24/0xa8").empty());
    EXPECT_TRUE(read("x86_64", "RIP: 0010:d_delete+0x2c/0xb0").empty());
    EXPECT_TRUE(read("x86_64", "usb 1-1: new high-speed USB device").empty());
}

TEST(Arches, ReadArmRegisters) {
    EXPECT_EQ(read("arm64", "x29: ffff8003dd467a70 x28: 000000000000040e")["x28"], 0x40eu);
    EXPECT_EQ(read("arm64", "x9 : 0000000000000007 x8 : 0000000000000004")["x9"], 7u);
    auto arm = read("arm", "sp : cd009d54  ip : cd009d6c  fp : cd009d68");
    EXPECT_EQ(arm["ip"], 0xcd009d6cu);
    EXPECT_EQ(read("arm", "pc : [<c01f3218>]    lr : [<c01f32a0>]    psr: 60000013")["lr"], 0xc01f32a0u);
    EXPECT_EQ(read("i386", "EAX: 00000000 EBX: f5dc3e40 ECX: 00000002 EDX: c1a0b400")["ebx"], 0xf5dc3e40u);
}

TEST(Arches, ReadRiscRegisters) {
    auto riscv = read("riscv64", "epc : ffffffff802206ac ra : ffffffff80225a7a sp : ffffffd00057b7f0");
    EXPECT_EQ(riscv["epc"], 0xffffffff802206acu);
    EXPECT_EQ(riscv["sp"], 0xffffffd00057b7f0u);
    EXPECT_TRUE(read("riscv32", "epc : ffffffff802206ac ra : ffffffff80225a7a").empty());
    EXPECT_TRUE(read("mips64", "epc : ffffffff802206ac ra : ffffffff80225a7a").empty());
    auto ppc = read("ppc64le", "GPR04: 0000000000000004 c000000000000005 0000000000000006 0000000000000007");
    EXPECT_EQ(ppc["r5"], 0xc000000000000005u);
    EXPECT_EQ(ppc["r7"], 7u);
    auto special = read("ppc32", "NIP:  c0458840 LR: c0458fdc CTR: 00000000");
    EXPECT_EQ(special["nip"], 0xc0458840u);
    EXPECT_EQ(special["ctr"], 0u);
    EXPECT_EQ(read("mips32", "$ 4   : 87831e28 00000001 00000000 00000000")["r5"], 1u);
    EXPECT_EQ(read("mips32", "epc   : 801be4f0 futex_op+0x2c/0x78")["epc"], 0x801be4f0u);
    EXPECT_EQ(read("loongarch64", "a0 9000000100 a1 0000000000000002 a2 3 a3 4")["a1"], 2u);
}

TEST(Arches, ReadTheRowsBelowS390sFirst) {
    EXPECT_EQ(
        read("s390x", "Krnl GPRS: 00000000e7fb8b3f 0000000080000001 00000000b1870700 00000000b0ca1d3c")["r2"],
        0xb1870700u);
    int unnamed = 0;
    arch_named("s390x")->parse_registers(
        "           0000000000000100 0000000000000300 000000008b362500 00000000b133ba48",
        [&](std::string_view name, std::optional<std::uint64_t>) { unnamed += name.empty(); });
    EXPECT_EQ(unnamed, 4);
}

TEST(Arches, AreToldByTheReleasesSuffix) {
    EXPECT_EQ(arch_of_release("5.14.0-70.el9.x86_64")->name, "x86_64");
    EXPECT_EQ(arch_of_release("6.1.0-50-cloud-arm64")->name, "arm64");
    EXPECT_EQ(arch_of_release("4.19.0-arm64-desktop")->name, "arm64");
    EXPECT_EQ(arch_of_release("4.18.0-553.el8.ppc64le")->name, "ppc64le");
    EXPECT_EQ(arch_of_release("6.1.0-1.fc36.s390x+debug")->name, "s390x");
    EXPECT_EQ(arch_of_release("5.4.0-122-generic"), nullptr);
    EXPECT_EQ(arch_of_release("5.4.0-charm64"), nullptr);
    EXPECT_EQ(arch_of_release(""), nullptr);
}

}  // namespace
}  // namespace inquest
