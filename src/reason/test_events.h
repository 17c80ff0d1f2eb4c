// Events built by hand, for the tests.
#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "model/event.h"

namespace inquest::reason {

// "ff 00 <48> 8b 47 38", as x86 prints it.
inline CodeBytes x86_code(std::string_view text) {
    CodeBytes code;
    code.text = text;
    for (auto word : split_words(text)) {
        if (word.starts_with('<')) {
            code.fault_offset = code.bytes.size();
            word = word.substr(1, 2);
        }
        code.bytes.push_back(static_cast<std::uint8_t>(*parse_hex(word)));
    }
    return code;
}

// "f9400c00 (f9406801)", as arm64 prints it.
inline CodeBytes arm64_code(std::string_view text) {
    CodeBytes code;
    code.text = text;
    for (auto word : split_words(text)) {
        if (word.starts_with('(')) {
            code.fault_offset = code.bytes.size();
            word = word.substr(1, 8);
        }
        auto value = *parse_hex(word);
        for (int i = 0; i < 4; ++i) code.bytes.push_back(static_cast<std::uint8_t>(value >> 8 * i));
    }
    return code;
}

inline Frame frame(std::string symbol, std::string module = {}) {
    Frame made;
    made.symbol = std::move(symbol);
    made.module = std::move(module);
    return made;
}

inline CrashEvent x86_fault(std::string function, std::uint64_t offset, std::optional<Address> address,
                            std::vector<Register> registers) {
    CrashEvent event;
    event.kernel.arch = "x86_64";
    event.kind = Kind::null_pointer_dereference;
    event.error_code = "0000";
    event.ip.symbol = std::move(function);
    event.ip.offset = offset;
    event.fault_address = address;
    event.registers = std::move(registers);
    return event;
}

// From seed 003: no Code:, but the instruction as `dis` showed it.
inline CrashEvent free_pages_event() {
    CrashEvent event = x86_fault("__free_pages", 5, 0x1c, {{"rdi", 0}, {"rax", 0xfffffe00}});
    event.error_code.clear();
    event.instruction.text = "lock decl 0x1c(%rdi)";
    event.trace = {frame("ceph_aio_read", "ceph"), frame("do_sync_read")};
    return event;
}

// From seed 001.
inline CrashEvent slab_free_event() {
    CrashEvent event;
    event.kernel.arch = "arm64";
    event.kind = Kind::null_pointer_dereference;
    event.error_code = "96000005";
    event.ip.symbol = "kmem_cache_free";
    event.ip.offset = 0xfc;
    event.fault_address = 0xd0;
    event.registers = {{"x0", 0}, {"x1", 0}, {"x21", 0xffff8003dd4a9980}, {"x3", 0xffff7e0001e46c00}};
    event.code = arm64_code("9a820000 f9400c00 eb0002bf 54fff980 (f9406801)");
    event.trace = {frame("kmem_cache_free"), frame("ext4_i_callback")};
    event.trace[0].offset = 0xfc;
    return event;
}

}  // namespace inquest::reason
