#include "debuginfo/sources/dwarf_types.h"

#include <gtest/gtest.h>

#include "debuginfo/sources/compiled_test.h"
#include "debuginfo/sources/dwarf_index.h"

namespace inquest {
namespace {

class DwarfVersions : public testing::TestWithParam<const char*> {};

TEST_P(DwarfVersions, TypesAreAsTheCompilerLaidThemOut) {
    Compiled program(GetParam());
    ASSERT_TRUE(program.worked());
    auto file = ElfFile::open(program.path());
    ASSERT_TRUE(file);
    auto opened = DwarfTypes::open(**file);
    ASSERT_TRUE(opened) << opened.error().message();
    const DwarfTypes& types = **opened;

    auto item = types.find_struct("item");
    ASSERT_TRUE(item);
    EXPECT_EQ(types.size_of(*item), 96U);
    EXPECT_EQ(types.offset_of("item", "name"), 8U);
    EXPECT_EQ(types.offset_of("item", "words"), 16U);
    EXPECT_EQ(types.offset_of("item", "real"), 64U);
    auto words = types.member(*item, "words");
    ASSERT_TRUE(words);
    EXPECT_EQ(types.name_of(words->type), "word_t[2][3]");
    EXPECT_EQ(types.size_of(words->type), 48U);
    auto next = types.member(*item, "next"), name = types.member(*item, "name");
    ASSERT_TRUE(next && name);
    EXPECT_EQ(types.name_of(next->type), "struct item *");
    EXPECT_EQ(types.name_of(name->type), "const char *");

    auto b = types.member(*item, "bits.b"), c = types.member(*item, "bits.c");
    ASSERT_TRUE(b && c);
    EXPECT_EQ(b->offset * 8 + b->bit_offset, 68 * 8 + 3U);
    EXPECT_EQ(b->bit_size, 7U);
    EXPECT_EQ(c->offset * 8 + c->bit_offset, 68 * 8 + 10U);
    EXPECT_TRUE(types.type(types.resolve(c->type)).is_signed);

    auto colour = types.find("colour", TypeKind::enumeration);
    ASSERT_TRUE(colour);
    auto values = types.enumerators(*colour);
    ASSERT_EQ(values.size(), 3U);
    EXPECT_EQ(values[1], (std::pair<std::string_view, std::int64_t>("green", 5)));
    EXPECT_EQ(values[2].second, -1);

    auto word = types.find("word_t");
    ASSERT_TRUE(word);
    EXPECT_EQ(types.type(*word).kind, TypeKind::type_def);
    auto variable = types.find("first_item", TypeKind::variable);
    ASSERT_TRUE(variable);
    EXPECT_EQ(types.type(*variable).target, *item);
    auto function = types.find("outer", TypeKind::function);
    ASSERT_TRUE(function);
    auto parameters = types.members(types.type(*function).target);
    ASSERT_EQ(parameters.size(), 2U);
    EXPECT_EQ(parameters[0].name, "item");
    EXPECT_EQ(types.name_of(parameters[1].type), "int");

    auto later = types.member(*item, "later");
    ASSERT_TRUE(later);
    EXPECT_EQ(types.type(types.type(later->type).target).kind, TypeKind::forward);
    EXPECT_FALSE(types.find("later"));
    EXPECT_FALSE(types.find("nothing of that name"));
    EXPECT_FALSE(types.find(""));
    EXPECT_EQ(types.type(types.end()).kind, TypeKind::void_type);
}

INSTANTIATE_TEST_SUITE_P(DwarfTypes, DwarfVersions,
                         testing::Values("-gdwarf-2 -gstrict-dwarf", "-gdwarf-3", "-gdwarf-4", "-gdwarf-5",
                                         "-gz=zlib", "-gdwarf-5 -gdwarf64"));

TEST(DwarfIndex, SurvivesAnyCutAndAnyFlippedByte) {
    Compiled program("-nostdlib -Wl,-e,main");
    ASSERT_TRUE(program.worked());
    auto file = ElfFile::open(program.path());
    ASSERT_TRUE(file);
    auto section = [&](std::string_view name) {
        auto bytes = (*file)->section(name).bytes;
        return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
    };
    const auto info = section(".debug_info"), abbreviations = section(".debug_abbrev"),
               strings = section(".debug_str"), line_strings = section(".debug_line_str");
    constexpr TypeKind kStructure = TypeKind::structure;
    auto look = [&](std::span<const std::uint8_t> some_info, std::span<const std::uint8_t> some_kinds) {
        DwarfIndex index({some_info, some_kinds, strings, line_strings, {}});
        return index.find("item", std::span(&kStructure, 1));
    };
    EXPECT_TRUE(look(info, abbreviations));
    for (std::size_t size = 0; size < info.size(); ++size) look(std::span(info).first(size), abbreviations);
    for (std::size_t i = 0; i < info.size(); ++i) {
        auto damaged = info;
        damaged[i] ^= 0xff;
        look(damaged, abbreviations);
    }
    for (std::size_t i = 0; i < abbreviations.size(); ++i) {
        auto damaged = abbreviations;
        damaged[i] ^= 0xff;
        look(info, damaged);
    }
}

}  // namespace
}  // namespace inquest
