#include "debuginfo/dwarf_expression.h"

#include <dwarf.h>

namespace inquest {
namespace {

constexpr std::size_t kMostSteps = 256, kDeepestStack = 64, kMostPieces = 32;
constexpr int kDeepest = 4;  // expressions within each other

using Number = std::optional<std::uint64_t>;

std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }

Number binary(std::uint8_t code, std::uint64_t a, std::uint64_t b) {
    switch (code) {
        case DW_OP_plus:
            return a + b;
        case DW_OP_minus:
            return a - b;
        case DW_OP_mul:
            return a * b;
        case DW_OP_div:  // signed; the one quotient that does not fit is left out with the division by 0
            if (b == 0 || (as_signed(a) == INT64_MIN && as_signed(b) == -1)) return std::nullopt;
            return static_cast<std::uint64_t>(as_signed(a) / as_signed(b));
        case DW_OP_mod:
            return b == 0 ? Number() : Number(a % b);
        case DW_OP_and:
            return a & b;
        case DW_OP_or:
            return a | b;
        case DW_OP_xor:
            return a ^ b;
        case DW_OP_shl:
            return b > 63 ? 0 : a << b;
        case DW_OP_shr:
            return b > 63 ? 0 : a >> b;
        case DW_OP_shra:
            return static_cast<std::uint64_t>(as_signed(a) >> (b > 63 ? 63 : b));
        case DW_OP_eq:
            return as_signed(a) == as_signed(b);
        case DW_OP_ne:
            return as_signed(a) != as_signed(b);
        case DW_OP_ge:
            return as_signed(a) >= as_signed(b);
        case DW_OP_gt:
            return as_signed(a) > as_signed(b);
        case DW_OP_le:
            return as_signed(a) <= as_signed(b);
        case DW_OP_lt:
            return as_signed(a) < as_signed(b);
        default:
            return std::nullopt;
    }
}

class Evaluation {
  public:
    Evaluation(const DwarfContext& context, int depth) : context_(context), depth_(depth) {}

    std::vector<DwarfPiece> run(std::span<const DwarfOp> expression) {
        if (expression.size() > kMostSteps) return {DwarfPiece{}};
        for (const DwarfOp& op : expression) {
            if (op.code == DW_OP_piece) {
                finish_piece(op.number);
                if (pieces_.size() > kMostPieces) return {DwarfPiece{}};
            } else if (!lost_ && !step(op)) {
                lost_ = true;  // the next pieces may be known all the same
            }
        }
        const bool open = lost_ || whole_ || !stack_.empty();
        if (pieces_.empty() && !expression.empty()) finish_piece(std::nullopt);
        // What stands behind the last piece without being one is damaged.
        else if (open)
            return {DwarfPiece{}};
        return std::move(pieces_);
    }

    // An address is what the expression computed, too.
    Number value(std::span<const DwarfOp> expression) {
        auto pieces = run(expression);
        if (pieces.size() != 1 || pieces.front().kind == DwarfPiece::Kind::unknown || pieces.front().size ||
            !pieces.front().bytes.empty())
            return std::nullopt;
        return pieces.front().number;
    }

  private:
    bool push(Number value) {
        if (!value || stack_.size() >= kDeepestStack) return false;
        stack_.push_back(*value);
        return true;
    }
    Number pop() {
        if (stack_.empty()) return std::nullopt;
        const std::uint64_t value = stack_.back();
        stack_.pop_back();
        return value;
    }
    bool take_whole(DwarfPiece piece) {
        if (whole_) return false;
        whole_ = std::move(piece);
        return true;
    }
    bool take_value(Number value) {
        return value && take_whole({DwarfPiece::Kind::value, *value, {}, std::nullopt});
    }
    Number reg(std::uint64_t number) const { return context_.reg ? context_.reg(number) : std::nullopt; }

    void finish_piece(std::optional<std::uint64_t> size) {
        DwarfPiece piece;
        if (!lost_ && whole_) {
            piece = std::move(*whole_);
        } else if (!lost_ && !stack_.empty()) {
            piece.kind = DwarfPiece::Kind::memory;
            piece.number = stack_.back();
        }
        piece.size = size;
        pieces_.push_back(std::move(piece));
        stack_.clear();
        whole_.reset();
        lost_ = false;
    }

    bool step(const DwarfOp& op) {
        if (whole_) return false;  // only a piece may follow
        const std::uint8_t code = op.code;
        if (code >= DW_OP_lit0 && code <= DW_OP_lit31) return push(code - DW_OP_lit0);
        if (code >= DW_OP_reg0 && code <= DW_OP_reg31) return take_value(reg(code - DW_OP_reg0));
        if (code >= DW_OP_breg0 && code <= DW_OP_breg31) return push_sum(reg(code - DW_OP_breg0), op.number);
        switch (code) {
            case DW_OP_nop:
                return true;
            case DW_OP_regx:
                return take_value(reg(op.number));
            case DW_OP_bregx:
                return push_sum(reg(op.number), op.number2);
            case DW_OP_addr:
                return push(context_.loaded ? context_.loaded(op.number) : std::nullopt);
            case DW_OP_const1u:
            case DW_OP_const2u:
            case DW_OP_const4u:
            case DW_OP_const8u:
            case DW_OP_constu:
            case DW_OP_const1s:
            case DW_OP_const2s:
            case DW_OP_const4s:
            case DW_OP_const8s:
            case DW_OP_consts:
                return push(op.number);
            case DW_OP_fbreg:
                return push_sum(frame_base(), op.number);
            case DW_OP_call_frame_cfa:
                return push(context_.cfa);
            case DW_OP_entry_value:
            case DW_OP_GNU_entry_value:
                return push(entry_value(op.nested));
            case DW_OP_plus_uconst:
                return push_sum(pop(), op.number);
            case DW_OP_stack_value:
                return take_value(pop());
            case DW_OP_implicit_value:
                return take_whole({DwarfPiece::Kind::value, 0, op.bytes, std::nullopt});
            case DW_OP_deref:
                return push(read(pop(), 8));
            case DW_OP_deref_size:
                return push(read(pop(), static_cast<unsigned>(op.number & 0xff)));
            case DW_OP_dup:
                return !stack_.empty() && push(stack_.back());
            case DW_OP_drop:
                return pop().has_value();
            case DW_OP_over:
                return stack_.size() >= 2 && push(stack_[stack_.size() - 2]);
            case DW_OP_swap:
                if (stack_.size() < 2) return false;
                std::swap(stack_[stack_.size() - 1], stack_[stack_.size() - 2]);
                return true;
            case DW_OP_neg:
                return push_of(pop(), [](std::uint64_t a) { return 0 - a; });
            case DW_OP_not:
                return push_of(pop(), [](std::uint64_t a) { return ~a; });
            case DW_OP_abs:
                return push_of(pop(), [](std::uint64_t a) { return as_signed(a) < 0 ? 0 - a : a; });
            default: {
                auto b = pop(), a = pop();
                return a && b && push(binary(code, *a, *b));
            }
        }
    }

    template <typename Change>
    bool push_of(Number value, Change change) {
        return value && push(change(*value));
    }
    bool push_sum(Number a, std::uint64_t b) { return a && push(*a + b); }

    Number read(Number address, unsigned size) const {
        if (!address || size == 0 || size > 8 || !context_.read) return std::nullopt;
        return context_.read(*address, size);
    }

    [[nodiscard]] Number inner(std::span<const DwarfOp> expression, const DwarfContext& context) const {
        return depth_ < kDeepest ? Evaluation(context, depth_ + 1).value(expression) : std::nullopt;
    }

    [[nodiscard]] Number frame_base() const {
        DwarfContext context = context_;
        context.frame_base = {};
        return inner(context_.frame_base, context);
    }

    // A register as it was at the function's entry; memory may have changed since.
    [[nodiscard]] Number entry_value(std::span<const DwarfOp> nested) const {
        DwarfContext context;
        context.reg = context_.entry_reg;
        return nested.empty() ? std::nullopt : inner(nested, context);
    }

    const DwarfContext& context_;
    int depth_;
    std::vector<std::uint64_t> stack_;
    std::optional<DwarfPiece> whole_;  // a register, a value: a location of its own
    bool lost_ = false;                // something in this piece is not known
    std::vector<DwarfPiece> pieces_;
};

}  // namespace

std::vector<DwarfPiece> evaluate(std::span<const DwarfOp> expression, const DwarfContext& context) {
    return Evaluation(context, 0).run(expression);
}

std::optional<std::uint64_t> value_of(std::span<const DwarfOp> expression, const DwarfContext& context) {
    return Evaluation(context, 0).value(expression);
}

std::optional<std::uint64_t> number_of(std::span<const DwarfPiece> pieces, std::uint64_t size,
                                       const DwarfContext& context) {
    if (size == 0 || size > 8 || pieces.empty()) return std::nullopt;
    std::uint64_t whole = 0, at = 0;
    for (const DwarfPiece& piece : pieces) {
        const std::uint64_t width = piece.size.value_or(size - at);
        if (piece.kind == DwarfPiece::Kind::unknown || width == 0 || width > size - at) return std::nullopt;
        std::uint64_t part = piece.number;
        if (piece.kind == DwarfPiece::Kind::memory) {
            auto there =
                context.read ? context.read(piece.number, static_cast<unsigned>(width)) : std::nullopt;
            if (!there) return std::nullopt;
            part = *there;
        } else if (!piece.bytes.empty()) {
            if (piece.bytes.size() < width) return std::nullopt;
            part = 0;
            for (std::uint64_t i = 0; i < width; ++i) part |= std::uint64_t{piece.bytes[i]} << i * 8;
        }
        if (width < 8) part &= (std::uint64_t{1} << width * 8) - 1;
        whole |= part << at * 8;
        at += width;
    }
    return at == size ? std::optional(whole) : std::nullopt;
}

}  // namespace inquest
