#include "reason/fault_code.h"

#include <gtest/gtest.h>

namespace inquest::reason {
namespace {

std::optional<FaultCode> decode(std::string_view arch, std::string code, Kind kind = Kind::bad_page_fault) {
    CrashEvent event;
    event.kind = kind;
    event.error_code = std::move(code);
    return decode_fault(event, *arch_named(arch));
}

TEST(FaultCode, X86TellsAccessAndPresence) {
    auto read = decode("x86_64", "0000");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->access, Access::read);
    EXPECT_EQ(read->present, false);
    auto write = decode("x86_64", "0003");
    EXPECT_EQ(write->access, Access::write);
    EXPECT_EQ(write->present, true);
    auto fetch = decode("i386", "0011");
    EXPECT_TRUE(fetch->fetch);
    EXPECT_EQ(fetch->access, Access::execute);
}

TEST(FaultCode, X86CodeOfAProtectionFaultIsASelector) {
    EXPECT_FALSE(decode("x86_64", "0010", Kind::general_protection_fault));
}

TEST(FaultCode, Arm64EsrIsDecoded) {
    auto read = decode("arm64", "96000005");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->text, "data abort: translation fault, level 1");
    EXPECT_EQ(read->access, Access::read);
    EXPECT_EQ(read->present, false);
    auto write = decode("arm64", "0x000000009600004f");
    EXPECT_EQ(write->text, "data abort: permission fault, level 3");
    EXPECT_EQ(write->access, Access::write);
    EXPECT_EQ(write->present, true);
    EXPECT_TRUE(decode("arm64", "96000010")->external);
    EXPECT_TRUE(decode("arm64", "96000011")->tag_check);
    EXPECT_TRUE(decode("arm64", "86000004")->fetch);
    EXPECT_TRUE(decode("arm64", "be000011")->external);
}

TEST(FaultCode, ArmFsrIsDecodedInBothForms) {
    auto classic = decode("arm", "17");
    ASSERT_TRUE(classic);
    EXPECT_EQ(classic->access, Access::read);
    EXPECT_EQ(classic->present, false);
    auto lpae = decode("arm", "a07");
    EXPECT_EQ(lpae->access, Access::write);
    EXPECT_EQ(lpae->present, false);
    EXPECT_TRUE(decode("arm", "80000005")->fetch);
}

TEST(FaultCode, PpcReadsDsisr) {
    CrashEvent event;
    event.kind = Kind::bad_page_fault;
    event.registers = {{"dsisr", 0x42000000}};
    auto code = decode_fault(event, *arch_named("ppc64le"));
    ASSERT_TRUE(code);
    EXPECT_EQ(code->access, Access::write);
    EXPECT_EQ(code->present, false);
}

TEST(FaultCode, WithoutACodeThereIsNoDecoding) {
    EXPECT_FALSE(decode("x86_64", ""));
    EXPECT_FALSE(decode("x86_64", "zz"));
    EXPECT_FALSE(decode("arm64", "5"));
}

}  // namespace
}  // namespace inquest::reason
