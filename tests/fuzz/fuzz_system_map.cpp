// System.map of any content.
#include "debuginfo/sources/system_map.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    SymbolTable symbols;
    (void)read_system_map(text, 0x1000000, symbols);
    symbols.seal();
    (void)symbols.at(0xffffffff82000000);
    (void)system_map_symbol(text, "_stext");
    return 0;
}
