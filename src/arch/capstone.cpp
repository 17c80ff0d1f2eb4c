#include "arch/capstone.h"

#include <algorithm>

#include "arch/capstone_engine.h"
#include "base/text.h"

namespace inquest {
namespace capstone {

Engine::Engine(cs_arch arch, unsigned mode, bool detail) {
    if (cs_open(arch, static_cast<cs_mode>(mode), &handle_) != CS_ERR_OK) {
        handle_ = 0;
        return;
    }
    if (detail) cs_option(handle_, CS_OPT_DETAIL, CS_OPT_ON);
    if (arch == CS_ARCH_X86) cs_option(handle_, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
    instruction_ = cs_malloc(handle_);
}

Engine::~Engine() {
    if (instruction_) cs_free(instruction_, 1);
    if (handle_) cs_close(&handle_);
}

const cs_insn* Engine::decode(std::span<const std::uint8_t> code, std::uint64_t address) {
    if (!instruction_) return nullptr;
    const std::uint8_t* start = code.data();
    std::size_t left = code.size();
    return cs_disasm_iter(handle_, &start, &left, &address, instruction_) ? instruction_ : nullptr;
}

std::string Engine::register_name(unsigned id) const {
    const char* name = id ? cs_reg_name(handle_, id) : nullptr;
    return name ? name : "";
}

Decoded common_part(const Engine& engine, const cs_insn& instruction, bool tight) {
    Decoded decoded;
    decoded.address = instruction.address;
    decoded.length = instruction.size;
    decoded.text = instruction.mnemonic;
    if (instruction.op_str[0]) {
        decoded.text += ' ';
        decoded.text += tight ? replace_all(instruction.op_str, ", ", ",") : std::string(instruction.op_str);
    }
    decoded.is_call = cs_insn_group(engine.handle(), &instruction, CS_GRP_CALL);
    decoded.is_jump = cs_insn_group(engine.handle(), &instruction, CS_GRP_JUMP);
    decoded.is_return = cs_insn_group(engine.handle(), &instruction, CS_GRP_RET);
    return decoded;
}

std::string signed_hex(std::int64_t value) {
    return value < 0 ? "-" + hex(0 - static_cast<std::uint64_t>(value))
                     : hex(static_cast<std::uint64_t>(value));
}

void add_unique(std::vector<std::string>& names, std::string name) {
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

}  // namespace capstone

std::optional<Decoded> disassemble_nothing(std::span<const std::uint8_t>, std::uint64_t) {
    return std::nullopt;
}

}  // namespace inquest
