#include "debuginfo/sources/dwarf_lines.h"

#include <gtest/gtest.h>

#include "debuginfo/sources/compiled_test.h"

namespace inquest {
namespace {

// The places at the first address from `start` on at which something is inlined.
std::vector<SourcePlace> first_inlined(DwarfLines& lines, std::uint64_t start) {
    for (std::uint64_t at = start; at < start + 64; ++at)
        if (auto places = lines.at(at); places.size() == 2) return places;
    return {};
}

class Versions : public testing::TestWithParam<const char*> {};

TEST_P(Versions, InlinedFunctionsHaveTheirLines) {
    Compiled program(GetParam());
    ASSERT_TRUE(program.worked());
    auto file = ElfFile::open(program.path());
    ASSERT_TRUE(file) << file.error().message();
    auto lines = DwarfLines::open(**file);
    ASSERT_TRUE(lines) << lines.error().message();
    std::uint64_t start = 0;
    if ((*file)->relocatable()) {
        for (const auto& section : (*file)->code_sections())
            for (const auto& [name, offset] : section.functions)
                if (name == "outer") start = (*lines)->section_address(section.index) + offset;
    } else {
        start = (*file)->symbol("outer").value_or(0);
    }
    ASSERT_NE(start, 0U);
    EXPECT_EQ((*lines)->at(start).back().function, "outer");
    auto places = first_inlined(**lines, start);
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0].function, "store");
    EXPECT_TRUE(places[0].inlined);
    EXPECT_EQ(places[0].line, kStoreLine);
    EXPECT_TRUE(places[0].file.ends_with("program.c")) << places[0].file;
    EXPECT_EQ(places[1].function, "outer");
    EXPECT_FALSE(places[1].inlined);
    EXPECT_EQ(places[1].line, kCallLine);
    EXPECT_TRUE((*lines)->at(8).empty());
}

INSTANTIATE_TEST_SUITE_P(DwarfLines, Versions,
                         testing::Values("-gdwarf-4", "-gdwarf-5", "-gz=zlib", "-c", "-c -gdwarf-4",
                                         "-gno-statement-frontiers -gdwarf-5"));

TEST(DwarfLines, NeedDwarf) {
    Compiled program("-g0");
    ASSERT_TRUE(program.worked());
    auto file = ElfFile::open(program.path());
    ASSERT_TRUE(file);
    EXPECT_FALSE(DwarfLines::open(**file));
}

}  // namespace
}  // namespace inquest
