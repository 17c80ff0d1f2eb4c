#include "arch/lift.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "arch/arch.h"
#include "base/text.h"

namespace inquest {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Spelling {
    const CallingConvention& convention;

    [[nodiscard]] std::string name(RegisterId id) const { return std::string(convention.names[id]); }

    // "[x0+x2s4*8+0x10]:8"; s4 is an index of four bytes with a sign.
    [[nodiscard]] std::string place(const MemoryPlace& memory) const {
        std::string text = memory.per_cpu ? "[gs" : "[";
        if (memory.base != kNoRegister) text += name(memory.base);
        if (memory.index != kNoRegister) {
            text += '+' + name(memory.index);
            if (memory.index_width != 8) text += (memory.index_signed ? "s" : "u") + std::string("4");
            text += '*' + std::to_string(memory.scale);
        }
        return text + '+' + hex(static_cast<std::uint64_t>(memory.displacement)) +
               "]:" + std::to_string(memory.size);
    }

    [[nodiscard]] std::string source(const Effect& effect) const {
        return effect.source == kNoRegister ? hex(static_cast<std::uint64_t>(effect.value))
                                            : name(effect.source);
    }

    [[nodiscard]] std::string step(const Effect& effect) const {
        using Kind = Effect::Kind;
        const std::string target = effect.target == kNoRegister ? "" : name(effect.target);
        const std::string to = target + (effect.width == 8 ? " = " : ":4 = ");
        switch (effect.kind) {
            case Kind::copy:
                return to + name(effect.source);
            case Kind::constant:
                return to + source(effect);
            case Kind::insert:
                return to + source(effect) + " at " + std::to_string(effect.shift);
            case Kind::address:
                return to + "&" + place(effect.memory);
            case Kind::load:
                return (target.empty() ? "" : to) + place(effect.memory);
            case Kind::store:
                return place(effect.memory) + " = " +
                       (effect.source == kNoRegister && !effect.known ? "?" : source(effect));
            case Kind::touch:
                return (effect.writes ? "change " : "read ") + place(effect.memory);
            case Kind::add:
                return to + target + " + " + source(effect);
            case Kind::add_loaded:
                return to + target + " + " + place(effect.memory);
            case Kind::mask:
                return to + name(effect.source) + " & " + hex(static_cast<std::uint64_t>(effect.value));
            case Kind::select:
                return to + source(effect) + " or not";
            case Kind::current:
                return to + "current";
            case Kind::per_cpu_base:
                return to + "per-CPU";
            case Kind::compute:
                return to + "?";
        }
        return "";
    }
};

Lifted lifted(const char* arch, const Bytes& bytes) {
    Lifted out;
    EXPECT_TRUE(arch_named(arch)->lift(bytes, 0x1000, out));
    EXPECT_EQ(out.length, bytes.size());
    EXPECT_EQ(out.address, 0x1000U);
    return out;
}

std::string steps(const char* arch, const Bytes& bytes) {
    const Lifted out = lifted(arch, bytes);
    const Spelling spelling{*arch_named(arch)->convention};
    std::string text;
    for (const Effect& effect : out.effects()) text += (text.empty() ? "" : "; ") + spelling.step(effect);
    return text;
}

std::string x86(const Bytes& bytes) { return steps("x86_64", bytes); }

Bytes bytes_of(std::uint32_t word) {
    return {static_cast<std::uint8_t>(word), static_cast<std::uint8_t>(word >> 8),
            static_cast<std::uint8_t>(word >> 16), static_cast<std::uint8_t>(word >> 24)};
}

std::string arm64(std::uint32_t word) { return steps("arm64", bytes_of(word)); }

TEST(LiftX86, MovesAndConstants) {
    EXPECT_EQ(x86({0x48, 0x89, 0xfb}), "rbx = rdi");
    EXPECT_EQ(x86({0x89, 0xf0}), "rax:4 = rsi");
    EXPECT_EQ(x86({0x48, 0x63, 0xf6}), "rsi:4 = rsi");
    EXPECT_EQ(x86({0x88, 0xc3}), "rbx = ?");
    EXPECT_EQ(x86({0xb8, 0xff, 0xff, 0xff, 0xff}), "rax = 0xffffffff");
    EXPECT_EQ(x86({0x48, 0xc7, 0xc0, 0xff, 0xff, 0xff, 0xff}), "rax = 0xffffffffffffffff");
    EXPECT_EQ(x86({0x31, 0xc0}), "rax = 0x0");
    EXPECT_EQ(x86({0x0f, 0x20, 0xd8}), "rax = ?");  // mov %cr3,%rax
    EXPECT_EQ(x86({0x0f, 0x22, 0xd8}), "");         // mov %rax,%cr3
}

TEST(LiftX86, LoadsAndStores) {
    EXPECT_EQ(x86({0x48, 0x8b, 0x47, 0x38}), "rax = [rdi+0x38]:8");
    EXPECT_EQ(x86({0x0f, 0xb6, 0x47, 0x05}), "rax:4 = [rdi+0x5]:1");
    EXPECT_EQ(x86({0x48, 0x89, 0x44, 0xcf, 0x10}), "[rdi+rcx*8+0x10]:8 = rax");
    EXPECT_EQ(x86({0xc7, 0x47, 0x08, 0, 0, 0, 0}), "[rdi+0x8]:4 = 0x0");
    EXPECT_EQ(x86({0x88, 0x27}), "[rdi+0x0]:1 = ?");  // %ah
    EXPECT_EQ(x86({0x65, 0x48, 0x8b, 0x04, 0x25, 0x34, 0x12, 0, 0}), "rax = [gs+0x1234]:8");
    EXPECT_EQ(x86({0x48, 0x8b, 0x15, 0, 1, 0, 0}), "rdx = [+0x1107]:8");
    EXPECT_EQ(x86({0x48, 0x8d, 0x44, 0xb7, 0x08}), "rax = &[rdi+rsi*4+0x8]:8");
}

TEST(LiftX86, TheStack) {
    EXPECT_EQ(x86({0x53}), "rsp = rsp + 0xfffffffffffffff8; [rsp+0x0]:8 = rbx");
    EXPECT_EQ(x86({0x6a, 0x05}), "rsp = rsp + 0xfffffffffffffff8; [rsp+0x0]:8 = 0x5");
    EXPECT_EQ(x86({0x5b}), "rbx = [rsp+0x0]:8; rsp = rsp + 0x8");
    EXPECT_EQ(x86({0x8f, 0x00}), "rsp = rsp + 0x8; [rax+0x0]:8 = ?");
    EXPECT_EQ(x86({0xc9}), "rsp = rbp; rbp = [rsp+0x0]:8; rsp = rsp + 0x8");
}

TEST(LiftX86, Arithmetic) {
    EXPECT_EQ(x86({0x48, 0x83, 0xc7, 0x10}), "rdi = rdi + 0x10");
    EXPECT_EQ(x86({0x48, 0x01, 0xf7}), "rdi = rdi + rsi");
    EXPECT_EQ(x86({0x65, 0x48, 0x03, 0x05, 0, 1, 0, 0}), "rax = rax + [gs+0x1108]:8");
    EXPECT_EQ(x86({0x83, 0xe0, 0xf0}), "rax:4 = rax & 0xfffffff0");
    EXPECT_EQ(x86({0x0f, 0xb6, 0xc0}), "rax = rax & 0xff");
    EXPECT_EQ(x86({0x0f, 0xb6, 0xc4}), "rax = ?");  // movzbl %ah,%eax
    EXPECT_EQ(x86({0x48, 0x98}), "rax:4 = rax");
    EXPECT_EQ(x86({0x45, 0x8d, 0x55, 0x01}), "r10:4 = &[r13+0x1]:4");
    EXPECT_EQ(x86({0xa9, 0, 0, 4, 0}), "");  // test
    EXPECT_EQ(x86({0x48, 0x0f, 0x44, 0xc6}), "rax = rsi or not");
    EXPECT_EQ(x86({0x44, 0x0f, 0x44, 0xe5}), "r12:4 = rbp or not");
    EXPECT_EQ(x86({0x48, 0xc1, 0xe0, 0x03}), "rax = ?");
    EXPECT_EQ(x86({0x0f, 0xa2}), "rax = ?; rbx = ?; rcx = ?; rdx = ?");
    EXPECT_EQ(x86({0x48, 0x33, 0x07}), "read [rdi+0x0]:8; rax = ?");
}

TEST(LiftX86, WhatChangesMemoryInPlace) {
    EXPECT_EQ(x86({0x83, 0x7f, 0x10, 0}), "read [rdi+0x10]:4");
    EXPECT_EQ(x86({0xf0, 0xff, 0x47, 0x10}), "change [rdi+0x10]:4");
    EXPECT_EQ(x86({0xf0, 0x0f, 0xb1, 0x17}), "change [rdi+0x0]:4; rax:4 = [rdi+0x0]:4");
    EXPECT_EQ(x86({0xf0, 0x0f, 0xc1, 0x07}), "rax:4 = [rdi+0x0]:4; [rdi+0x0]:4 = ?");
    EXPECT_EQ(x86({0x48, 0x87, 0x07}), "rax = [rdi+0x0]:8; [rdi+0x0]:8 = ?");
    EXPECT_EQ(x86({0x48, 0x87, 0x3f}), "change [rdi+0x0]:8; rdi = [rdi+0x0]:8");
    EXPECT_EQ(x86({0xf3, 0x48, 0xab}), "change [rdi+0x0]:8; rcx = ?; rdi = ?");
    EXPECT_EQ(x86({0x0f, 0x11, 0x07}), "change [rdi+0x0]:16");
}

TEST(LiftX86, Flow) {
    auto call = lifted("x86_64", {0xe8, 0xfb, 0, 0, 0});
    EXPECT_TRUE(call.flow == Flow::call && call.target == 0x1100);
    auto indirect = lifted("x86_64", {0xff, 0xd0});
    EXPECT_TRUE(indirect.flow == Flow::call && indirect.target_register == 0 && !indirect.target);
    EXPECT_EQ(x86({0xff, 0x50, 0x18}), "[rax+0x18]:8");
    auto branch = lifted("x86_64", {0x75, 0x0e});
    EXPECT_TRUE(branch.flow == Flow::branch && branch.target == 0x1010);
    EXPECT_EQ(lifted("x86_64", {0xeb, 0x0e}).flow, Flow::jump);
    EXPECT_EQ(lifted("x86_64", {0xc3}).flow, Flow::leave);
    EXPECT_EQ(lifted("x86_64", {0xcc}).flow, Flow::stop);
    EXPECT_EQ(lifted("x86_64", {0x0f, 0x0b}).flow, Flow::next);  // a warning goes on
}

TEST(LiftArm64, MovesAndConstants) {
    EXPECT_EQ(arm64(0xaa1303e0), "x0 = x19");
    EXPECT_EQ(arm64(0x2a0203e1), "x1:4 = x2");
    EXPECT_EQ(arm64(0x910003e3), "x3 = sp");
    EXPECT_EQ(arm64(0xaa1f03e0), "x0 = 0x0");
    EXPECT_EQ(arm64(0x12800000), "x0 = 0xffffffff");
    EXPECT_EQ(arm64(0xd2802001), "x1 = 0x100");
    EXPECT_EQ(arm64(0xf2fbd5a1), "x1 = 0xdead at 48");
    EXPECT_EQ(arm64(0xb2089fe2), "x2 = 0xff00ff00ff00ff00");
    EXPECT_EQ(arm64(0x93407c20), "x0:4 = x1");    // sxtw
    EXPECT_EQ(arm64(0xb0000000), "x0 = 0x2000");  // adrp
    EXPECT_EQ(arm64(0x10ffffc1), "x1 = 0xff8");   // adr
}

TEST(LiftArm64, Sums) {
    EXPECT_EQ(arm64(0x91004000), "x0 = x0 + 0x10");
    EXPECT_EQ(arm64(0xd1002041), "x1 = &[x2+0xfffffffffffffff8]:0");
    EXPECT_EQ(arm64(0x91400420), "x0 = &[x1+0x1000]:0");
    EXPECT_EQ(arm64(0x11000483), "x3:4 = &[x4+0x1]:0");
    EXPECT_EQ(arm64(0x8b020c20), "x0 = &[x1+x2*8+0x0]:0");
    EXPECT_EQ(arm64(0x8b020000), "x0 = x0 + x2");
    EXPECT_EQ(arm64(0x8b22cc20), "x0 = &[x1+x2s4*8+0x0]:0");
    EXPECT_EQ(arm64(0xcb020020), "x0 = ?");
    EXPECT_EQ(arm64(0xcb010020), "x0 = 0x0");
    EXPECT_EQ(arm64(0xf1000c1f), "");  // cmp
    EXPECT_EQ(arm64(0x92401c20), "x0 = x1 & 0xff");
    EXPECT_EQ(arm64(0x53001c20), "x0:4 = x1 & 0xff");  // uxtb
    EXPECT_EQ(arm64(0x927df020), "x0 = x1 & 0xfffffffffffffff8");
    EXPECT_EQ(arm64(0xd344fc20), "x0 = ?");  // lsr
    EXPECT_EQ(arm64(0x9b020c20), "x0 = ?");
}

TEST(LiftArm64, Selections) {
    EXPECT_EQ(arm64(0x9a820020), "x0 = x2; x0 = x1 or not");
    EXPECT_EQ(arm64(0x9a9f0000), "x0 = 0x0 or not");
    EXPECT_EQ(arm64(0x9a801020), "x0 = x1 or not");
    EXPECT_EQ(arm64(0x1a9f17e0), "x0 = 0x0; x0:4 = 0x1 or not");
    EXPECT_EQ(arm64(0xda9f13e0), "x0 = 0x0; x0 = 0xffffffffffffffff or not");
    EXPECT_EQ(arm64(0x9a820420), "x0 = ?");
}

TEST(LiftArm64, Loads) {
    EXPECT_EQ(arm64(0xf9406801), "x1 = [x0+0xd0]:8");
    EXPECT_EQ(arm64(0x39401401), "x1:4 = [x0+0x5]:1");
    EXPECT_EQ(arm64(0xb9800401), "x1 = [x0+0x4]:4");
    EXPECT_EQ(arm64(0x39c00001), "x1:4 = [x0+0x0]:1");
    EXPECT_EQ(arm64(0xf85f8001), "x1 = [x0+0xfffffffffffffff8]:8");
    EXPECT_EQ(arm64(0xf8627801), "x1 = [x0+x2*8+0x0]:8");
    EXPECT_EQ(arm64(0xf8624801), "x1 = [x0+x2u4*1+0x0]:8");
    EXPECT_EQ(arm64(0xb8404401), "x1:4 = [x0+0x0]:4; x0 = x0 + 0x4");
    EXPECT_EQ(arm64(0xf85f0c01), "x1 = [x0+0xfffffffffffffff0]:8; x0 = x0 + 0xfffffffffffffff0");
    EXPECT_EQ(arm64(0x58000801), "x1 = [+0x1100]:8");
    EXPECT_EQ(arm64(0xa8c47bfd), "x29 = [sp+0x0]:8; x30 = [sp+0x8]:8; sp = sp + 0x40");
    EXPECT_EQ(arm64(0xa9410400), "x1 = [x0+0x18]:8; x0 = [x0+0x10]:8");
    EXPECT_EQ(arm64(0x69410801), "x1 = [x0+0x8]:4; x2 = [x0+0xc]:4");
    EXPECT_EQ(arm64(0x3dc00400), "read [x0+0x10]:16");
    EXPECT_EQ(arm64(0xf9800011), "");  // prfm
}

TEST(LiftArm64, Stores) {
    EXPECT_EQ(
        arm64(0xa9bc7bfd),
        "[sp+0xffffffffffffffc0]:8 = x29; [sp+0xffffffffffffffc8]:8 = x30; sp = sp + 0xffffffffffffffc0");
    EXPECT_EQ(arm64(0xa9017c1f), "[x0+0x10]:8 = 0x0; [x0+0x18]:8 = 0x0");
    EXPECT_EQ(arm64(0x3900041f), "[x0+0x1]:1 = 0x0");
    EXPECT_EQ(arm64(0x79000401), "[x0+0x2]:2 = x1");
    EXPECT_EQ(arm64(0xb9000401), "[x0+0x4]:4 = x1");
    EXPECT_EQ(arm64(0xad000400), "[x0+0x0]:16 = ?; [x0+0x10]:16 = ?");
    EXPECT_EQ(arm64(0xd50b7420), "change [x0+0x0]:0");  // dc zva
}

TEST(LiftArm64, WhatIsOrderedOrAtomic) {
    EXPECT_EQ(arm64(0xc85f7c01), "x1 = [x0+0x0]:8");                       // ldxr
    EXPECT_EQ(arm64(0xc802fc01), "[x0+0x0]:8 = x1; x2 = ?");               // stlxr
    EXPECT_EQ(arm64(0x88dffc01), "x1:4 = [x0+0x0]:4");                     // ldar
    EXPECT_EQ(arm64(0x889ffc01), "[x0+0x0]:4 = x1");                       // stlr
    EXPECT_EQ(arm64(0xf8bfc001), "x1 = [x0+0x0]:8");                       // ldapr
    EXPECT_EQ(arm64(0xb8210002), "x2:4 = [x0+0x0]:4; change [x0+0x0]:4");  // ldadd
    EXPECT_EQ(arm64(0xf8200000), "change [x0+0x0]:8; x0 = [x0+0x0]:8");
    EXPECT_EQ(arm64(0xb821001f), "change [x0+0x0]:4");                                     // stadd
    EXPECT_EQ(arm64(0xf8e18002), "x2 = [x0+0x0]:8; [x0+0x0]:8 = x1");                      // swpal
    EXPECT_EQ(arm64(0xc8a17c02), "x1 = [x0+0x0]:8; change [x0+0x0]:8");                    // cas
    EXPECT_EQ(arm64(0x48227c04), "change [x0+0x0]:8; change [x0+0x8]:8; x2 = ?; x3 = ?");  // casp
}

TEST(LiftArm64, SystemRegisters) {
    EXPECT_EQ(arm64(0xd5384100), "x0 = current");
    EXPECT_EQ(arm64(0xd538d081), "x1 = per-CPU");
    EXPECT_EQ(arm64(0xd53cd041), "x1 = per-CPU");
    EXPECT_EQ(arm64(0xd53b4221), "x1 = ?");                          // daif
    EXPECT_EQ(arm64(0xd50342df), "");                                // msr daifset
    EXPECT_EQ(arm64(0xd4000002), "x0 = ?; x1 = ?; x2 = ?; x3 = ?");  // hvc
    EXPECT_EQ(arm64(0x9e660001), "x1 = ?");                          // fmov x1, d0
    EXPECT_EQ(arm64(0x0e013c01), "x1 = ?");                          // umov
    EXPECT_EQ(arm64(0x9e670020), "");                                // fmov d0, x1
    for (std::uint32_t hint : {0xd503233fU, 0xd50323bfU, 0xd503245fU, 0xd503201fU})
        EXPECT_EQ(arm64(hint), "");
}

TEST(LiftArm64, Flow) {
    auto flow = [](std::uint32_t word) { return lifted("arm64", bytes_of(word)); };
    EXPECT_TRUE(flow(0xb4000080).flow == Flow::branch && flow(0xb4000080).target == 0x1010);  // cbz
    EXPECT_TRUE(flow(0x371fff80).flow == Flow::branch && flow(0x371fff80).target == 0xff0);   // tbnz
    EXPECT_TRUE(flow(0x54000041).flow == Flow::branch && flow(0x54000041).target == 0x1008);  // b.ne
    EXPECT_TRUE(flow(0x17ffffff).flow == Flow::jump && flow(0x17ffffff).target == 0xffc);
    EXPECT_TRUE(flow(0x94000400).flow == Flow::call && flow(0x94000400).target == 0x2000);
    EXPECT_TRUE(flow(0xd61f0200).flow == Flow::jump && flow(0xd61f0200).target_register == 16);
    EXPECT_TRUE(flow(0xd63f0020).flow == Flow::call && flow(0xd63f0020).target_register == 1);
    EXPECT_TRUE(flow(0xd71f0822).flow == Flow::jump && flow(0xd71f0822).target_register == 1);  // braa
    EXPECT_TRUE(flow(0xd73f083f).flow == Flow::call && flow(0xd73f083f).target_register == 1);  // blraa
    for (std::uint32_t leaves : {0xd65f03c0U, 0xd65f0bffU, 0xd69f03e0U})  // ret, retaa, eret
        EXPECT_EQ(flow(leaves).flow, Flow::leave);
    EXPECT_EQ(flow(0xd4210000).flow, Flow::next);  // brk
}

TEST(Lift, BytesThatAreNoInstruction) {
    Lifted out;
    EXPECT_FALSE(lift_x86_64(Bytes{0x06}, 0, out));
    EXPECT_FALSE(lift_x86_64({}, 0, out));
    EXPECT_FALSE(lift_arm64(bytes_of(0), 0, out));
    EXPECT_FALSE(lift_arm64(Bytes{1, 2}, 0, out));
}

}  // namespace
}  // namespace inquest
