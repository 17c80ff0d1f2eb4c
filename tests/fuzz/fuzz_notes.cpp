// ELF notes of any content.
#include <cstdlib>

#include "dump/notes.h"
#include "dump/prstatus.h"
#include "dump/qemu_cpu.h"

using namespace inquest;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::size_t told = 0;
    for_each_note({data, size}, [&](const Note& note) {
        told += note.name.size() + note.description.size();
        return true;
    });
    if (told > size) std::abort();
    (void)vmcoreinfo_text({data, size});
    (void)cpu_registers({data, size});
    (void)qemu_cpus({data, size});
    return 0;
}
