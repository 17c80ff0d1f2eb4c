// A kernel of a few symbols, types and tasks in synthetic memory: x86-64, 4 levels, no KASLR, the tables
// of 6.1.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "synth/dump.h"

namespace inquest::synth {

constexpr std::uint64_t kKernelBase = 0xffffffff80000000;

// The bytes of a BTF section that is built up type by type; types are numbered from 1.
class BtfWriter {
  public:
    BtfWriter() { strings_.append('\0'); }

    struct Field {
        std::string_view name;
        std::uint32_t type, bit_offset;
        std::uint32_t bits = 0;  // of a bit-field
    };
    struct Parameter {
        std::string_view name;
        std::uint32_t type;
    };
    std::uint32_t integer(std::string_view name, std::uint32_t size);
    std::uint32_t pointer(std::uint32_t target);
    std::uint32_t array(std::uint32_t element, std::uint32_t count);
    std::uint32_t structure(std::string_view name, std::uint32_t size, const std::vector<Field>& fields);
    std::uint32_t union_type(std::string_view name, std::uint32_t size, const std::vector<Field>& fields);
    std::uint32_t prototype(std::uint32_t result, const std::vector<Parameter>& parameters);
    // A function of its own prototype; its id.
    std::uint32_t function(std::string_view name, std::uint32_t result,
                           const std::vector<Parameter>& parameters);
    std::uint32_t variable(std::string_view name, std::uint32_t type);
    // A record of any content, for damage: the kind, how many members it claims, and the word behind.
    std::uint32_t record(std::string_view name, std::uint32_t kind, std::uint32_t count,
                         std::uint32_t size_or_type);
    void word(std::uint32_t value) { types_.append(value); }

    [[nodiscard]] std::vector<std::uint8_t> bytes() const;

  private:
    std::uint32_t string(std::string_view text);
    std::uint32_t fields_of(std::string_view name, std::uint32_t kind, std::uint32_t size,
                            const std::vector<Field>& fields);
    Bytes types_, strings_;
    std::uint32_t count_ = 0;
};

// kallsyms as scripts/kallsyms.c writes it, with every token one character; addresses of its tables by name.
struct KallsymsWriter {
    enum class Layout { linux_6_1, linux_6_12, linux_7_2 };  // where the offsets stand, and what they mean
    std::map<std::uint64_t, std::string> symbols;            // address to type letter and name
    Layout layout = Layout::linux_6_1;
    std::map<std::string, std::uint64_t> place(Memory& memory, std::uint64_t address) const;
};

class Kernel {
  public:
    Kernel();

    void put(std::uint64_t address, std::span<const std::uint8_t> bytes) {
        memory.write(address - kKernelBase, bytes);
    }
    void put_word(std::uint64_t address, std::uint64_t value);
    void put_text(std::uint64_t address, std::string_view text);

    // A task_struct of its own at the next free place, in the list behind the ones before; its address.
    std::uint64_t add_task(int pid, std::string_view name);

    // A symbol of its own ("Dpanic_on_oops"), below the tables; kFree is where its bytes may lie.
    void add_symbol(std::uint64_t address, std::string type_and_name);

    // Writes types, symbols and VMCOREINFO; the dump is complete then.
    std::vector<std::uint8_t> dump();

    static constexpr std::uint64_t kFree = kKernelBase + 0x180000;  // half a MB that nothing lies in
    static constexpr std::uint64_t kTasksOffset = 64;               // of task_struct.tasks, a list_head
    static constexpr std::uint64_t kPidLinksOffset = 96;
    Memory memory;

    std::string vmcoreinfo;  // lines to stand behind those that dump() writes
    BtfWriter types;         // more structures may be added before dump()

  private:
    std::vector<std::uint64_t> tasks_;
    std::map<std::uint64_t, std::string> symbols_;
};

}  // namespace inquest::synth
