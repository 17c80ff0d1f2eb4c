#include "debuginfo/sources/system_map.h"

#include <gtest/gtest.h>

namespace inquest {
namespace {

constexpr std::string_view kMap =
    "0000000000000000 D __per_cpu_start\n"
    "ffffffff81000000 T _stext\n"
    "ffffffff81000040 t secondary_startup_64\n"
    "ffffffff82600000 D init_task\n";

TEST(SystemMap, SymbolsMoveWithTheKernelButAbsoluteOnes) {
    SymbolTable symbols;
    ASSERT_TRUE(read_system_map(kMap, 0x1000000, symbols));
    symbols.seal();
    EXPECT_EQ(symbols.address_of("init_task"), 0xffffffff83600000U);
    EXPECT_EQ(symbols.address_of("__per_cpu_start"), 0U);
    EXPECT_EQ(symbols.at(0xffffffff82000044)->name, "secondary_startup_64");
    EXPECT_EQ(system_map_symbol(kMap, "_stext"), 0xffffffff81000000U);
    EXPECT_FALSE(system_map_symbol(kMap, "stext"));
}

TEST(SystemMap, NamesTheLineThatIsNone) {
    SymbolTable symbols;
    auto read = read_system_map(std::string(kMap) + "not a line\n", 0, symbols);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message(), "line 5 is none of a System.map");
}

}  // namespace
}  // namespace inquest
