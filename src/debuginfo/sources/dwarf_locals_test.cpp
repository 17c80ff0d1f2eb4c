#include "debuginfo/sources/dwarf_locals.h"

#include <algorithm>
#include <dwarf.h>
#include <gtest/gtest.h>

#include "debuginfo/sources/compiled_test.h"
#include "debuginfo/sources/dwarf_units.h"

namespace inquest {
namespace {

constexpr std::string_view kSource = R"(
struct pair { long a, b; };
struct item { struct item *next; int number; };
volatile long sink;
__attribute__((noipa)) long use(long *place) { return *place; }
static inline __attribute__((always_inline)) void keep(long inner) { sink = inner; }
__attribute__((noipa)) long work(struct item *item, unsigned char small, struct pair *pairs, int unused) {
    long table[2] = {small, 3};
    keep(small);
    sink = use(table);
    return table[0] + item->number + pairs->a;
}
int main(void) {
    struct item item = {0, 5};
    struct pair pair = {1, 2};
    return (int)work(&item, 7, &pair, 9);
}
)";

class Locals : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        program_ = std::make_unique<Compiled>(GetParam(), kSource);
        ASSERT_TRUE(program_->worked());
        auto file = ElfFile::open(program_->path());
        ASSERT_TRUE(file) << file.error().message();
        file_ = std::move(*file);
        auto units = DwarfUnits::open(*file_);
        ASSERT_TRUE(units) << units.error().message();
        units_ = *units;
        start_ = address_of("work");
        ASSERT_NE(start_, 0U);
    }
    std::uint64_t address_of(std::string_view wanted) const {
        if (!file_->relocatable()) return file_->symbol(wanted).value_or(0);
        for (const auto& section : file_->code_sections())
            for (const auto& [name, offset] : section.functions)
                if (name == wanted) return units_->section_address(section.index) + offset;
        return 0;
    }

    std::unique_ptr<Compiled> program_;
    std::unique_ptr<ElfFile> file_;
    std::shared_ptr<DwarfUnits> units_;
    std::uint64_t start_ = 0;
};

TEST_P(Locals, HaveTypesAndPlaces) {
    DwarfLocals locals(units_);
    auto functions = locals.at(start_);
    ASSERT_EQ(functions.size(), 1U);
    const FunctionLocals& work = functions.front();
    EXPECT_EQ(work.function, "work");
    EXPECT_FALSE(work.inlined);
    EXPECT_FALSE(work.frame_base.empty());
    auto named = [&](std::string_view name) {
        return *std::ranges::find(work.variables, name, &LocalVariable::name);
    };
    EXPECT_EQ(named("item").type, "struct item *");
    EXPECT_EQ(named("item").number, 1U);
    EXPECT_TRUE(named("item").parameter);
    ASSERT_EQ(named("item").location.size(), 1U);
    EXPECT_GE(named("item").location.front().code, DW_OP_reg0);
    EXPECT_EQ(named("small").type, "unsigned char");
    EXPECT_EQ(named("small").size, 1U);
    EXPECT_EQ(named("small").number, 2U);
    EXPECT_EQ(named("unused").number, 4U);
    EXPECT_EQ(named("table").type, "long int[2]");
    EXPECT_EQ(named("table").size, 16U);
    EXPECT_FALSE(named("table").parameter);
    EXPECT_TRUE(locals.at(8).empty());
}

TEST_P(Locals, OfInlinedFunctionsComeFirst) {
    DwarfLocals locals(units_);
    for (std::uint64_t at = start_; at < start_ + 128; ++at) {
        auto functions = locals.at(at);
        if (functions.size() != 2) continue;
        EXPECT_EQ(functions[0].function, "keep");
        EXPECT_TRUE(functions[0].inlined);
        ASSERT_EQ(functions[0].variables.size(), 1U);
        EXPECT_EQ(functions[0].variables[0].name, "inner");
        EXPECT_EQ(functions[1].function, "work");
        return;
    }
    FAIL() << "keep() is nowhere";
}

TEST_P(Locals, CallsSayWhatTheyHandOver) {
    DwarfLocals locals(units_);
    const std::uint64_t main = address_of("main");
    for (std::uint64_t back = main + 1; back < main + 256; ++back) {
        auto arguments = locals.call_before(back);
        if (arguments.empty()) continue;
        // The two numbers at least are constants.
        const auto constants = std::ranges::count_if(arguments, [](const CallArgument& argument) {
            DwarfContext nothing;
            auto value = value_of(argument.value, nothing);
            return value == 7U || value == 9U;
        });
        EXPECT_EQ(constants, 2);
        return;
    }
    FAIL() << "main() calls nothing";
}

INSTANTIATE_TEST_SUITE_P(DwarfLocals, Locals,
                         testing::Values("-O2 -gdwarf-4", "-O2 -gdwarf-5", "-O2 -c", "-O2 -c -gdwarf-4"));

}  // namespace
}  // namespace inquest
