#include "inspect/operands.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

constexpr std::uint64_t kHere = 0xffffffff81000000;

std::optional<NamedAddress> name(const char* arch, std::initializer_list<std::uint8_t> code) {
    auto decoded = arch_named(arch)->disassemble({code.begin(), code.size()}, kHere);
    return decoded ? AddressNames().of(*decoded) : std::nullopt;
}

TEST(NamedAddress, CallsAndJumpsNameTheirTarget) {
    auto call = name("x86_64", {0xe8, 0xfb, 0x0f, 0x00, 0x00});
    ASSERT_TRUE(call);
    EXPECT_EQ(call->address, kHere + 0x1000);
    EXPECT_EQ(call->kind, NamedAddress::Kind::target);
    auto branch = name("arm64", {0x00, 0x04, 0x00, 0x94});  // bl .+0x1000
    ASSERT_TRUE(branch);
    EXPECT_EQ(branch->address, kHere + 0x1000);
}

TEST(NamedAddress, RipRelativeOperandsAndWhatLeaComputes) {
    auto load = name("x86_64", {0x48, 0x8b, 0x05, 0xf9, 0x0f, 0x00, 0x00});
    ASSERT_TRUE(load);
    EXPECT_EQ(load->address, kHere + 0x1000);
    auto lea = name("x86_64", {0x48, 0x8d, 0x3d, 0xf9, 0xff, 0xff, 0xff});
    ASSERT_TRUE(lea);
    EXPECT_EQ(lea->address, kHere);
}

TEST(NamedAddress, PerCpuVariables) {
    auto current = name("x86_64", {0x65, 0x48, 0x8b, 0x04, 0x25, 0xc0, 0xfb, 0x01, 0x00});
    ASSERT_TRUE(current);
    EXPECT_EQ(current->address, 0x1fbc0u);
    EXPECT_EQ(current->kind, NamedAddress::Kind::per_cpu);
}

TEST(NamedAddress, AddressesAmongConstants) {
    auto constant = name("x86_64", {0x48, 0xc7, 0xc7, 0x00, 0x10, 0x00, 0x81});
    ASSERT_TRUE(constant);
    EXPECT_EQ(constant->address, 0xffffffff81001000);
    EXPECT_EQ(constant->kind, NamedAddress::Kind::constant);
}

TEST(NamedAddress, AdrpAndWhatFollowsMakeOneAddress) {
    AddressNames names;
    auto next = [&](std::initializer_list<std::uint8_t> code, std::uint64_t at) {
        auto decoded = arch_named("arm64")->disassemble({code.begin(), code.size()}, at);
        return decoded ? names.of(*decoded) : std::nullopt;
    };
    EXPECT_FALSE(next({0x00, 0x00, 0x00, 0xb0}, kHere)) << "a page alone names nothing";  // adrp x0, .+0x1000
    auto added = next({0x00, 0x80, 0x00, 0x91}, kHere + 4);                               // add x0, x0, #0x20
    ASSERT_TRUE(added);
    EXPECT_EQ(added->address, kHere + 0x1020);
    EXPECT_FALSE(next({0x00, 0x80, 0x00, 0x91}, kHere + 8)) << "the page has been used";
}

TEST(NamedAddress, RegistersNameNone) {
    EXPECT_FALSE(name("x86_64", {0xff, 0xd0}));              // call *%rax
    EXPECT_FALSE(name("x86_64", {0x48, 0x8b, 0x47, 0x08}));  // mov 0x8(%rdi),%rax
}

}  // namespace
}  // namespace inquest
