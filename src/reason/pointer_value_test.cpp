#include "reason/pointer_value.h"

#include <gtest/gtest.h>

#include "reason/errno_names.h"

namespace inquest::reason {
namespace {

using Type = PointerValue::Type;

PointerValue x86(std::uint64_t value) { return read_pointer(value, arch_named("x86_64")); }
PointerValue i386(std::uint64_t value) { return read_pointer(value, arch_named("i386")); }

TEST(PointerValue, NullIsTheFirstPage) {
    EXPECT_EQ(x86(0).type, Type::null);
    EXPECT_EQ(x86(0xfff).type, Type::null);
    EXPECT_EQ(x86(0xfff).offset, 0xfff);
    EXPECT_NE(x86(0x1000).type, Type::null);
}

TEST(PointerValue, ErrorsAreNamedInBothWidths) {
    EXPECT_EQ(x86(0xfffffffffffffffe).name, "-ENOENT (-2)");
    EXPECT_EQ(x86(0xfffffffffffffe00).name, "-ERESTARTSYS (-512)");
    EXPECT_EQ(i386(0xfffffff4).name, "-ENOMEM (-12)");
    EXPECT_EQ(x86(0xfffffffffffff001).type, Type::error);
    EXPECT_NE(x86(0xfffffffffffff000).type, Type::error);
}

TEST(PointerValue, ListPoisonIsRecognisedWithAnOffset) {
    EXPECT_EQ(x86(0xdead000000000100).name, "LIST_POISON1");
    EXPECT_EQ(x86(0xdead000000000122).name, "LIST_POISON2");
    EXPECT_EQ(x86(0xdead000000000200).name, "LIST_POISON2");
    EXPECT_EQ(x86(0xdead000000000108).name, "LIST_POISON1");
    EXPECT_EQ(x86(0xdead000000000108).offset, 8);
    EXPECT_EQ(i386(0x00100100).type, Type::list_poison);
    EXPECT_NE(x86(0x00100100).type, Type::list_poison);
}

TEST(PointerValue, FillPatternsAreRecognised) {
    EXPECT_EQ(x86(0x6b6b6b6b6b6b6b6b).type, Type::freed_slab);
    EXPECT_EQ(x86(0x6b6b6b6b6b6b6b8b).offset, 0x20);
    EXPECT_EQ(i386(0x6b6b6b6b).type, Type::freed_slab);
    EXPECT_EQ(x86(0x5a5a5a5a5a5a5a5a).type, Type::unset_slab);
    EXPECT_EQ(x86(0xaaaaaaaaaaaaaaaa).type, Type::poison);
    EXPECT_EQ(x86(0xdead4ead00000000).type, Type::poison);
}

TEST(PointerValue, ShadowLeadsBackToTheAddress) {
    EXPECT_EQ(x86(0xdffffc0000000003).type, Type::kasan_shadow);
    EXPECT_EQ(x86(0xdffffc0000000003).real, 0x18U);
}

TEST(PointerValue, TextIsShownInMemoryOrder) {
    EXPECT_EQ(x86(0x7473662f6374652f).name, "\"/etc/fst\"");
    EXPECT_EQ(x86(0x0000363534333231).name, "\"123456\"");
    EXPECT_NE(x86(0xffff888012345678).type, Type::text);
    EXPECT_NE(i386(0x6c6c6568).type, Type::text);
}

TEST(PointerValue, RestIsToldByTheAddressSpace) {
    EXPECT_EQ(x86(0xffff888012345678).type, Type::kernel);
    EXPECT_EQ(x86(0x00007f0012345038).type, Type::user);
    EXPECT_EQ(x86(0x0f00888012345678).type, Type::non_canonical);
    EXPECT_EQ(read_pointer(0x7f0012345038, nullptr).type, Type::unknown);
}

TEST(PointerValue, TaggedArm64AddressesAreKernelAddresses) {
    const Arch* arch = arch_named("arm64");
    EXPECT_EQ(read_pointer(0xf2ff000029a10070, arch).type, Type::kernel);
    EXPECT_EQ(read_pointer(0x00ff000029a10070, arch).type, Type::kernel);
    EXPECT_EQ(read_pointer(0x0012345678901234, arch).type, Type::non_canonical);
    EXPECT_EQ(read_pointer(0xdfffa00000000003, arch).real, 0x18U);
}

TEST(PointerValue, WhereUserSpaceEndsIsUnknownOn32Bits) {
    EXPECT_EQ(read_pointer(0x80b0b008, arch_named("arm")).type, Type::unknown);
    EXPECT_EQ(read_pointer(0x10b0b008, arch_named("arm")).type, Type::user);
}

TEST(PointerValue, OneFlippedBitIsFoundAmongThoseThatMustBeEqual) {
    const Arch* arch = arch_named("x86_64");
    EXPECT_EQ(one_bit_from_canonical(0xfff7888012345678, arch), 0xffff888012345678U);
    EXPECT_EQ(one_bit_from_canonical(0xff77888012345678, arch), 0U);
    EXPECT_EQ(one_bit_from_canonical(0xffff888012345678, arch), 0U);
}

TEST(ErrnoNames, NumbersInTheGapsHaveNoName) {
    EXPECT_EQ(errno_name(2), "ENOENT");
    EXPECT_EQ(errno_name(133), "EHWPOISON");
    EXPECT_EQ(errno_name(41), "");
    EXPECT_EQ(errno_name(134), "");
    EXPECT_EQ(errno_name(512), "ERESTARTSYS");
    EXPECT_EQ(errno_name(517), "EPROBE_DEFER");
    EXPECT_EQ(errno_name(521), "EBADHANDLE");
    EXPECT_EQ(errno_name(524), "ENOTSUPP");
    EXPECT_EQ(errno_name(0), "");
    EXPECT_EQ(errno_name(-5), "");
    EXPECT_EQ(error_text(-1234), "-1234");
}

TEST(PointerValue, MarksOfOtherSubsystemsAreNoListPoison) {
    EXPECT_EQ(x86(0xdead0000000000f5).type, Type::poison);
    EXPECT_EQ(x86(0xdead0000000000f8).type, Type::list_poison);  // container_of LIST_POISON1
}

}  // namespace
}  // namespace inquest::reason
