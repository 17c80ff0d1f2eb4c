#include "debuginfo/sources/elf.h"

#include <gtest/gtest.h>

#include "debuginfo/sources/compiled_test.h"

namespace inquest {
namespace {

TEST(ElfFile, ReadsBuildIdSymbolsAndSections) {
    Compiled program("");
    ASSERT_TRUE(program.worked());
    auto file = ElfFile::open(program.path());
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_EQ((*file)->build_id().size(), 40U);
    EXPECT_FALSE((*file)->relocatable());
    EXPECT_TRUE((*file)->has_symbols());
    EXPECT_TRUE((*file)->has_dwarf());
    auto outer = (*file)->symbol("outer");
    ASSERT_TRUE(outer);
    EXPECT_FALSE((*file)->symbol("nobody"));
    auto text = (*file)->section(".text");
    EXPECT_GE(*outer, text.address);
    EXPECT_LT(*outer, text.address + text.bytes.size());

    SymbolTable symbols;
    (*file)->add_symbols(symbols, 0);
    symbols.seal();
    EXPECT_EQ(symbols.address_of("outer"), outer);
}

TEST(ElfFile, UnpacksACompressedFile) {
    Compiled program("");
    ASSERT_TRUE(program.worked());
    ASSERT_EQ(std::system(("gzip -k " + program.path()).c_str()), 0);
    auto plain = ElfFile::open(program.path()), packed = ElfFile::open(program.path() + ".gz");
    ASSERT_TRUE(plain && packed);
    EXPECT_EQ((*packed)->build_id(), (*plain)->build_id());
    EXPECT_EQ((*packed)->symbol("outer"), (*plain)->symbol("outer"));
}

TEST(ElfFile, ListsTheFunctionsOfARelocatableFile) {
    Compiled program("-c");
    ASSERT_TRUE(program.worked());
    auto file = ElfFile::open(program.path());
    ASSERT_TRUE(file) << file.error().message();
    EXPECT_TRUE((*file)->relocatable());
    bool found = false;
    for (const auto& section : (*file)->code_sections())
        for (const auto& [name, offset] : section.functions) found = found || name == "outer";
    EXPECT_TRUE(found);
}

TEST(ElfFile, SaysWhatAFileIsNot) {
    Compiled program("", "int main(void) { return 0; }");
    ASSERT_TRUE(program.worked());
    EXPECT_FALSE(ElfFile::open(program.path() + ".missing"));
    EXPECT_FALSE(ElfFile::open(program.folder().string()));
    EXPECT_FALSE(ElfFile::open((program.folder() / "program.c").string()));
    std::filesystem::resize_file(program.path(), 100);
    auto cut = ElfFile::open(program.path());
    if (cut) {
        EXPECT_FALSE((*cut)->has_symbols());
        EXPECT_FALSE((*cut)->has_dwarf());
        EXPECT_TRUE((*cut)->section(".text").bytes.empty());
    }
}

TEST(BuildId, IsFoundAmongOtherNotes) {
    const std::vector<std::uint8_t> notes{4,   0, 0, 0, 2,   0,   0,   0, 1,    0,    0, 0, 'X', 'e',
                                          'n', 0, 1, 2, 0,   0,   4,   0, 0,    0,    2, 0, 0,   0,
                                          3,   0, 0, 0, 'G', 'N', 'U', 0, 0xab, 0x01, 0, 0};
    EXPECT_EQ(build_id_of_notes(notes), "ab01");
    for (std::size_t size = 0; size + 2 < notes.size(); ++size)
        EXPECT_EQ(build_id_of_notes(std::span(notes).first(size)), "");
}

}  // namespace
}  // namespace inquest
