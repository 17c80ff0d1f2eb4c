// makedumpfile's flattened form: any records, over any kind of dump.
#include "fuzz/dump_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    inquest::synth::Bytes file;
    file.put_text(0, "makedumpfile");
    file.put(4095, std::uint8_t{0});
    file.append_bytes({data, size});
    inquest::fuzz::read_dump(file.data());
    return 0;
}
