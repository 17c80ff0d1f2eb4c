// Code of any bytes: each instruction ends within them, and what it is lifted to names registers that there
// are.
#include <cstdlib>

#include "arch/arch.h"
#include "arch/lift.h"

using namespace inquest;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_register(const Arch& arch, RegisterId id) {
    require(id == kNoRegister || id < arch.convention->names.size());
}

void check(const Arch& arch, const Effect& effect) {
    for (RegisterId id : {effect.target, effect.source, effect.memory.base, effect.memory.index})
        check_register(arch, id);
    require(effect.width == 8 || effect.width == 4);
    const bool has_target = effect.kind != Effect::Kind::load && effect.kind != Effect::Kind::store &&
                            effect.kind != Effect::Kind::touch;
    require(!has_target || effect.target != kNoRegister);
    const bool has_source = effect.kind == Effect::Kind::copy || effect.kind == Effect::Kind::mask;
    require(!has_source || effect.source != kNoRegister);
}

void lift_all(const Arch& arch, std::span<const unsigned char> code) {
    for (std::uint64_t address = 0; !code.empty();) {
        Lifted lifted;
        if (!arch.lift(code, address, lifted)) return;
        require(lifted.length > 0 && lifted.length <= code.size());
        require(lifted.count <= lifted.steps.size());
        check_register(arch, lifted.target_register);
        for (const Effect& effect : lifted.effects()) check(arch, effect);
        code = code.subspan(lifted.length);
        address += lifted.length;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    for (const Arch* arch : all_arches())
        if (arch->lift) lift_all(*arch, {data, size});
    return 0;
}
