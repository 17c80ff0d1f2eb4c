// What a value that was used as a pointer looks like.
#pragma once

#include <cstdint>
#include <string>

#include "arch/arch.h"

namespace inquest::reason {

struct PointerValue {
    enum class Type : std::uint8_t {
        null,           // 0, or within the first page: NULL plus a member's offset
        error,          // ERR_PTR(-1 .. -4095)
        list_poison,    // what list_del and hlist_del leave behind
        freed_slab,     // 0x6b: POISON_FREE
        unset_slab,     // 0x5a: POISON_INUSE, allocated but never written
        poison,         // any other of the kernel's marks: name says which
        kasan_shadow,   // an address in KASAN's shadow: `real` is what was meant
        text,           // bytes of ASCII: name holds them
        non_canonical,  // no address at all on this machine
        user,           // an address of user space
        kernel,         // may well be a pointer
        unknown,        // the architecture does not tell
    };
    Type type = Type::unknown;
    std::string name;         // "LIST_POISON1", "-ENOENT (-2)", "\"usr/lib/\"", "modules": for a sentence
    std::int64_t offset = 0;  // value minus the mark: LIST_POISON1+8
    std::uint64_t real = 0;   // kasan_shadow only
};

// `arch` may be nullptr: then only what needs no knowledge of the address space is told.
PointerValue read_pointer(std::uint64_t value, const Arch* arch);

// No virtual address at all on x86_64: the processor raises a general protection fault for it.
bool is_non_canonical(std::uint64_t value, const Arch* arch);

// The kernel address that differs from a non-canonical one of x86_64 in exactly one of the bits that have to
// be equal; 0 when there is none.
std::uint64_t one_bit_from_canonical(std::uint64_t value, const Arch* arch);

}  // namespace inquest::reason
