#include "debuginfo/kallsyms.h"

#include <gtest/gtest.h>

#include "synth/kernel.h"

namespace inquest {
namespace {

using Layout = synth::KallsymsWriter::Layout;
constexpr std::uint64_t kTables = synth::kKernelBase + 0x10000, kStext = synth::kKernelBase + 0x1000;
constexpr KernelImage kImage{kStext, 1 << 20, kStext};

struct Target {
    synth::Memory memory;
    KallsymsTables tables;

    explicit Target(std::uint64_t more = 0, Layout layout = Layout::linux_6_1) {
        synth::KallsymsWriter writer;
        writer.layout = layout;
        writer.symbols = {
            {kStext, "T_stext"}, {kStext + 0x40, "tlong_name.constprop.0"}, {kStext + 0x80, "T_etext"}};
        for (std::uint64_t i = 0; i < more; ++i)
            writer.symbols[kStext + 0x100 + i * 16] = "tfunction_" + std::to_string(i);
        auto places = writer.place(memory, kTables);
        tables = {places["kallsyms_offsets"],     places["kallsyms_relative_base"],
                  places["kallsyms_num_syms"],    places["kallsyms_names"],
                  places["kallsyms_token_table"], places["kallsyms_token_index"]};
    }

    [[nodiscard]] TargetMemory view() const {
        return TargetMemory([this](std::uint64_t address, std::span<std::uint8_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i) {
                std::uint64_t at = address + i - synth::kKernelBase;
                auto page = memory.pages.find(at / synth::kPage);
                if (page == memory.pages.end()) return false;
                out[i] = page->second[at % synth::kPage];
            }
            return true;
        });
    }

    Result<void> read(SymbolTable& symbols) {
        auto done = read_kallsyms(view(), tables, kImage, symbols);
        symbols.seal();
        return done;
    }
};

TEST(Kallsyms, DecodesNamesAndAddresses) {
    Target target;
    SymbolTable symbols;
    auto done = target.read(symbols);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(symbols.size(), 3U);
    EXPECT_EQ(symbols.address_of("_etext"), kStext + 0x80);
    auto symbol = symbols.at(kStext + 0x47);
    ASSERT_TRUE(symbol);
    EXPECT_EQ(symbol->name, "long_name.constprop.0");
    EXPECT_EQ(symbol->type, 't');
    EXPECT_EQ(symbol->size, 0x40U);
}

TEST(Kallsyms, FindsTheTablesByTheirShapeWhereverKernelsPutThem) {
    for (Layout layout : {Layout::linux_6_1, Layout::linux_6_12, Layout::linux_7_2}) {
        Target target(2000, layout);
        const KallsymsTables truth = target.tables;
        auto found = find_kallsyms(target.view(), kImage);
        ASSERT_TRUE(found) << found.error().message();
        EXPECT_EQ(found->names, truth.names);
        EXPECT_EQ(found->num_syms, truth.num_syms);
        EXPECT_EQ(found->offsets, truth.offsets);
        EXPECT_EQ(found->relative_base, truth.relative_base);
        target.tables = *found;
        SymbolTable symbols;
        ASSERT_TRUE(target.read(symbols));
        EXPECT_EQ(symbols.address_of("function_1999"), kStext + 0x100 + 1999 * 16);
    }
}

TEST(Kallsyms, TakesTornTablesWithoutHarm) {
    const Target good;
    const std::uint64_t start = kTables - synth::kKernelBase;
    for (std::uint64_t at = start; at < start + 1200; ++at)
        for (int value : {0x00, 0x7f, 0xff}) {
            Target torn = good;
            torn.memory.pages[at / synth::kPage][at % synth::kPage] = static_cast<std::uint8_t>(value);
            SymbolTable symbols;
            (void)torn.read(symbols);
            (void)symbols.at(kStext + 0x47);
        }
}

TEST(Kallsyms, RefusesAbsurdCounts) {
    for (std::uint32_t count : {0u, 1u << 30, UINT32_MAX, 100000u}) {
        Target target;
        target.memory.write(target.tables.num_syms - synth::kKernelBase,
                            {reinterpret_cast<const std::uint8_t*>(&count), sizeof count});
        SymbolTable symbols;
        EXPECT_FALSE(target.read(symbols)) << count;
    }
}

TEST(SymbolTable, NamesAnAddressByTheKernelsFirstAndNeverByAMappingSymbol) {
    SymbolTable symbols;
    symbols.add(0x2000, 't', "second");
    symbols.add(0x1000, 't', "first");
    symbols.add(0x1000, 't', "alias");
    symbols.add_name(0x1800, 'd', ".LC0");
    symbols.add(0x3000, 't', "first");
    symbols.seal();
    EXPECT_EQ(symbols.at(0x1fff)->name, "first");
    EXPECT_EQ(symbols.at(0x1000)->size, 0x1000U);
    EXPECT_FALSE(symbols.at(0xfff));
    EXPECT_EQ(symbols.named("first").size(), 2U);
    EXPECT_EQ(symbols.address_of("first"), 0x1000U);
    EXPECT_EQ(symbols.address_of(".LC0"), 0x1800U);
    EXPECT_FALSE(symbols.address_of("missing"));
}

}  // namespace
}  // namespace inquest
