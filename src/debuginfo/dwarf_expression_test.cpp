#include "debuginfo/dwarf_expression.h"

#include <dwarf.h>
#include <gtest/gtest.h>

namespace inquest {
namespace {

using Ops = DwarfExpression;
using Kind = DwarfPiece::Kind;

DwarfOp op(std::uint8_t code, std::uint64_t number = 0, std::uint64_t number2 = 0) {
    return {code, number, number2, {}, {}};
}

class Expression : public testing::Test {
  protected:
    Expression() {
        context_.reg = [](std::uint64_t number) -> std::optional<std::uint64_t> {
            return number < 8 ? std::optional(0x1000 + number) : std::nullopt;
        };
        context_.entry_reg = [](std::uint64_t number) -> std::optional<std::uint64_t> {
            return number == 5 ? std::optional<std::uint64_t>(0x55) : std::nullopt;
        };
        context_.read = [](std::uint64_t address, unsigned size) -> std::optional<std::uint64_t> {
            if (address < 0x1000) return std::nullopt;
            return size < 8 ? (address & ((std::uint64_t{1} << size * 8) - 1)) : address;
        };
        context_.cfa = 0x7000;
        context_.frame_base = base_;
    }
    std::optional<std::uint64_t> value(const Ops& ops, std::uint64_t size = 8) {
        return number_of(evaluate(ops, context_), size, context_);
    }
    static Ops computed(std::vector<DwarfOp> ops) {
        ops.push_back(op(DW_OP_stack_value));
        return ops;
    }

    Ops base_{op(DW_OP_call_frame_cfa)};
    DwarfContext context_;
};

TEST_F(Expression, Places) {
    EXPECT_EQ(value({op(DW_OP_reg5)}), 0x1005U);
    EXPECT_EQ(value({op(DW_OP_regx, 6)}), 0x1006U);
    EXPECT_EQ(value({op(DW_OP_reg20)}), std::nullopt);
    auto pieces = evaluate(Ops{op(DW_OP_fbreg, static_cast<std::uint64_t>(-16))}, context_);
    ASSERT_EQ(pieces.size(), 1U);
    EXPECT_EQ(pieces[0].kind, Kind::memory);
    EXPECT_EQ(pieces[0].number, 0x6ff0U);
    EXPECT_EQ(value({op(DW_OP_breg3, 4)}, 2), 0x1007U);
    EXPECT_EQ(value({op(DW_OP_breg3, 4), op(DW_OP_deref)}), 0x1007U);
    EXPECT_EQ(value({op(DW_OP_bregx, 3, 4)}), 0x1007U);
    EXPECT_TRUE(evaluate(Ops{}, context_).empty());
}

TEST_F(Expression, Addresses) {
    EXPECT_EQ(value({op(DW_OP_addr, 0x2000)}), std::nullopt);
    context_.loaded = [](std::uint64_t linked) { return std::optional(linked + 0x100); };
    EXPECT_EQ(value({op(DW_OP_addr, 0x2000)}), 0x2100U);
}

TEST_F(Expression, Arithmetic) {
    EXPECT_EQ(value(computed(
                  {op(DW_OP_lit3), op(DW_OP_constu, 4), op(DW_OP_mul), op(DW_OP_lit2), op(DW_OP_minus)})),
              10U);
    EXPECT_EQ(value(computed({op(DW_OP_lit1), op(DW_OP_const1u, 70), op(DW_OP_shl)})), 0U);
    EXPECT_EQ(value(computed({op(DW_OP_consts, UINT64_MAX), op(DW_OP_lit1), op(DW_OP_shra)})), UINT64_MAX);
    EXPECT_EQ(value(computed({op(DW_OP_breg5), op(DW_OP_const1u, 0xff), op(DW_OP_and)})), 5U);
    EXPECT_EQ(value(computed({op(DW_OP_lit1), op(DW_OP_lit0), op(DW_OP_div)})), std::nullopt);
    EXPECT_EQ(value(computed(
                  {op(DW_OP_const8u, std::uint64_t{1} << 63), op(DW_OP_consts, UINT64_MAX), op(DW_OP_div)})),
              std::nullopt);
    EXPECT_EQ(value(computed({op(DW_OP_lit5), op(DW_OP_dup), op(DW_OP_plus), op(DW_OP_neg), op(DW_OP_not)})),
              9U);
    EXPECT_EQ(value(computed({op(DW_OP_lit5), op(DW_OP_lit2), op(DW_OP_swap), op(DW_OP_minus)})),
              static_cast<std::uint64_t>(-3));
    EXPECT_EQ(value(computed({op(DW_OP_lit5), op(DW_OP_lit2), op(DW_OP_lt)})), 0U);
}

TEST_F(Expression, ValuesAtTheEntry) {
    DwarfOp entry = op(DW_OP_entry_value);
    entry.nested = {op(DW_OP_reg5)};
    EXPECT_EQ(value(computed({entry})), 0x55U);
    EXPECT_EQ(value(computed({entry, op(DW_OP_plus_uconst, 1)})), 0x56U);
    entry.nested = {op(DW_OP_reg4)};
    EXPECT_EQ(value(computed({entry})), std::nullopt);
}

TEST_F(Expression, ValuesOfCalls) {
    EXPECT_EQ(value_of(Ops{op(DW_OP_lit7)}, context_), 7U);
    EXPECT_EQ(value_of(Ops{op(DW_OP_breg3, 4)}, context_), 0x1007U);
    EXPECT_EQ(value_of(Ops{op(DW_OP_breg20, 4)}, context_), std::nullopt);
    EXPECT_EQ(value_of(Ops{}, context_), std::nullopt);
}

TEST_F(Expression, Pieces) {
    EXPECT_EQ(value({op(DW_OP_reg1), op(DW_OP_piece, 2), op(DW_OP_reg2), op(DW_OP_piece, 2)}, 4),
              0x10021001U);
    // A part that is kept nowhere leaves the others known.
    auto pieces = evaluate(Ops{op(DW_OP_reg1), op(DW_OP_piece, 8), op(DW_OP_piece, 8)}, context_);
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0].kind, Kind::value);
    EXPECT_EQ(pieces[1].kind, Kind::unknown);
    EXPECT_EQ(value({op(DW_OP_reg1), op(DW_OP_piece, 4)}), std::nullopt);  // not the whole
    EXPECT_EQ(value({op(DW_OP_reg1), op(DW_OP_piece, 9)}), std::nullopt);
    EXPECT_EQ(value({op(DW_OP_reg1), op(DW_OP_piece, 8), op(DW_OP_reg1)}), std::nullopt);
    DwarfOp implicit = op(DW_OP_implicit_value);
    implicit.bytes = {1, 2, 3, 4};
    EXPECT_EQ(value({implicit}, 4), 0x04030201U);
    EXPECT_EQ(value({implicit}, 8), std::nullopt);
}

TEST_F(Expression, WhatIsNotModelledIsUnknown) {
    for (std::uint8_t code : {DW_OP_bra, DW_OP_skip, DW_OP_call4, DW_OP_form_tls_address, DW_OP_convert,
                              DW_OP_implicit_pointer, DW_OP_push_object_address, DW_OP_hi_user})
        EXPECT_EQ(value(computed({op(DW_OP_lit1), op(DW_OP_lit1), op(code)})), std::nullopt)
            << unsigned{code};
    EXPECT_EQ(value(computed({})), std::nullopt);
    EXPECT_EQ(value({op(DW_OP_reg1), op(DW_OP_reg2)}), std::nullopt);
    EXPECT_EQ(value(Ops(1000, op(DW_OP_nop))), std::nullopt);
    EXPECT_EQ(value(Ops(200, op(DW_OP_lit1))), std::nullopt);
}

TEST_F(Expression, NestingEnds) {
    DwarfOp entry = op(DW_OP_entry_value);
    entry.nested = {op(DW_OP_reg5)};
    for (int i = 0; i < 100; ++i) {
        DwarfOp outer = op(DW_OP_entry_value);
        outer.nested = {entry};
        entry = std::move(outer);
    }
    EXPECT_EQ(value(computed({entry})), std::nullopt);
    const Ops itself{op(DW_OP_fbreg, 0)};
    context_.frame_base = itself;
    EXPECT_EQ(value({op(DW_OP_fbreg, 0)}), std::nullopt);
}

}  // namespace
}  // namespace inquest
