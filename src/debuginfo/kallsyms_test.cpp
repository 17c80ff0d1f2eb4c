#include "debuginfo/kallsyms.h"

#include <gtest/gtest.h>

#include "synth/kernel.h"

namespace inquest {
namespace {

constexpr std::uint64_t kTables = synth::kKernelBase + 0x10000, kStext = synth::kKernelBase + 0x1000;

struct Target {
    synth::Memory memory;
    KallsymsTables tables;

    Target() {
        synth::KallsymsWriter writer;
        writer.symbols = {
            {kStext, "T_stext"}, {kStext + 0x40, "tlong_name.constprop.0"}, {kStext + 0x80, "T_etext"}};
        auto places = writer.place(memory, kTables);
        tables = {places["kallsyms_offsets"],     places["kallsyms_relative_base"],
                  places["kallsyms_num_syms"],    places["kallsyms_names"],
                  places["kallsyms_token_table"], places["kallsyms_token_index"]};
    }

    Result<void> read(SymbolTable& symbols) {
        TargetMemory target([this](std::uint64_t address, std::span<std::uint8_t> out) {
            for (std::size_t i = 0; i < out.size(); ++i) {
                std::uint64_t at = address + i - synth::kKernelBase;
                auto page = memory.pages.find(at / synth::kPage);
                if (page == memory.pages.end()) return false;
                out[i] = page->second[at % synth::kPage];
            }
            return true;
        });
        auto done = read_kallsyms(target, tables, {kStext, 1 << 20, kStext}, symbols);
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
