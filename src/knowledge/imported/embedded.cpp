// The catalogue that comes with the program: bytes of the executable, paged in from it where they are read.
#include "knowledge/imported/catalogue.h"

// clang-format off
asm(R"(
    .section .rodata
    .balign 16
    .global inquest_catalogue_begin
    .global inquest_catalogue_end
inquest_catalogue_begin:
    .incbin ")" INQUEST_CATALOGUE R"("
inquest_catalogue_end:
    .byte 0
    .previous
)");
// clang-format on

extern "C" {
extern const char inquest_catalogue_begin[];
extern const char inquest_catalogue_end[];
}

namespace inquest {

std::string_view Catalogue::built_in_bytes() {
    return {inquest_catalogue_begin,
            static_cast<std::size_t>(inquest_catalogue_end - inquest_catalogue_begin)};
}

// A damaged one is as good as none; the tests check that it is not.
const Catalogue& Catalogue::built_in() {
    static const Catalogue catalogue = view(built_in_bytes()).value_or(Catalogue());
    return catalogue;
}

}  // namespace inquest
