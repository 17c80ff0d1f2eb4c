// ELF cores of any content.
#include "fuzz/dump_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    inquest::synth::Bytes file;
    file.put_bytes(0, {data, size});
    file.put_text(0,
                  "\x7f"
                  "ELF\x02\x01\x01");
    file.put(16, std::uint16_t{4});  // a core
    inquest::fuzz::read_dump(file.data());
    return 0;
}
