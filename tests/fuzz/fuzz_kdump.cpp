// A whole dump file of any bytes, in whatever form it claims: opening and reading pages ends, within memory.
#include "fuzz/dump_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    inquest::synth::Bytes file;
    file.put_bytes(0, {data, size});
    file.put_text(0, "KDUMP   ");
    inquest::fuzz::read_dump(file.data());
    return 0;
}
