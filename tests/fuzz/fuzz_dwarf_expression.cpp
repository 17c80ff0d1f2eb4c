// DWARF location expressions of any content: every evaluation ends, and reads only what it is given.
#include <span>

#include "debuginfo/dwarf_expression.h"

using namespace inquest;

namespace {

class Bytes {
  public:
    Bytes(const unsigned char* data, std::size_t size) : left_(data, size) {}
    std::uint64_t take(std::size_t count) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < count && !left_.empty(); ++i) {
            value = value << 8 | left_.front();
            left_ = left_.subspan(1);
        }
        return value;
    }
    [[nodiscard]] bool done() const { return left_.empty(); }

  private:
    std::span<const unsigned char> left_;
};

DwarfExpression expression_of(Bytes& bytes, int depth) {
    DwarfExpression expression;
    for (std::uint64_t count = bytes.take(2) % 300; count-- > 0 && !bytes.done();) {
        DwarfOp op{.code = static_cast<std::uint8_t>(bytes.take(1))};
        const std::uint64_t shape = bytes.take(1);
        op.number = bytes.take(shape % 9);
        op.number2 = bytes.take(shape / 9 % 9);
        if (shape > 200 && depth < 40) op.nested = expression_of(bytes, depth + 1);
        if (shape % 7 == 0) op.bytes.assign(shape, static_cast<std::uint8_t>(shape));
        expression.push_back(std::move(op));
    }
    return expression;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    Bytes bytes(data, size);
    const std::uint64_t length = bytes.take(1);
    const DwarfExpression base = expression_of(bytes, 0), expression = expression_of(bytes, 0);
    DwarfContext context;
    context.reg = [](std::uint64_t number) {
        return number % 3 ? std::optional(number * 0x1111) : std::nullopt;
    };
    context.entry_reg = context.reg;
    context.read = [](std::uint64_t address, unsigned) {
        return address % 5 ? std::optional(address) : std::nullopt;
    };
    context.loaded = [](std::uint64_t linked) { return std::optional(linked + 0x1000); };
    context.cfa = 0x8000;
    context.frame_base = base;
    (void)number_of(evaluate(expression, context), length, context);
    return 0;
}
