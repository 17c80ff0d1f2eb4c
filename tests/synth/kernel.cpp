#include "synth/kernel.h"

#include <algorithm>

namespace inquest::synth {
namespace {

// Where this kernel has what; everything below 4 MB, which one table maps.
constexpr std::uint64_t kStext = kKernelBase, kTopTable = kKernelBase + 0x2000,
                        kKallsyms = kKernelBase + 0x200000, kBtf = kKernelBase + 0x280000,
                        kTasks = kKernelBase + 0x300000, kTaskSize = 4096;
constexpr std::uint32_t kIntKind = 1, kPointerKind = 2, kArrayKind = 3, kStructKind = 4, kUnionKind = 5,
                        kForwardKind = 7, kFunctionKind = 12, kPrototypeKind = 13, kVariableKind = 14;

std::span<const std::uint8_t> bytes_of(const auto& value) {
    return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

std::string hex(std::uint64_t value) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (int i = 15; i >= 0; --i, value >>= 4) text[static_cast<std::size_t>(i)] = kDigits[value & 15];
    return text;
}

}  // namespace

std::uint32_t BtfWriter::string(std::string_view text) {
    if (text.empty()) return 0;
    auto at = static_cast<std::uint32_t>(strings_.size());
    strings_.append_text(text);
    strings_.append('\0');
    return at;
}

std::uint32_t BtfWriter::record(std::string_view name, std::uint32_t kind, std::uint32_t count,
                                std::uint32_t size_or_type) {
    types_.append(string(name));
    types_.append(kind << 24 | count);
    types_.append(size_or_type);
    return ++count_;
}

std::uint32_t BtfWriter::integer(std::string_view name, std::uint32_t size) {
    auto id = record(name, kIntKind, 0, size);
    word(size * 8);
    return id;
}

std::uint32_t BtfWriter::pointer(std::uint32_t target) { return record("", kPointerKind, 0, target); }

std::uint32_t BtfWriter::array(std::uint32_t element, std::uint32_t count) {
    auto id = record("", kArrayKind, 0, 0);
    word(element);
    word(element);
    word(count);
    return id;
}

std::uint32_t BtfWriter::fields_of(std::string_view name, std::uint32_t kind, std::uint32_t size,
                                   const std::vector<Field>& fields) {
    constexpr std::uint32_t kHasBitFields = 1U << 31;
    const bool flag = std::ranges::any_of(fields, [](const Field& field) { return field.bits != 0; });
    auto id =
        record(name, kind, static_cast<std::uint32_t>(fields.size()) | (flag ? kHasBitFields : 0), size);
    for (const Field& field : fields) {
        word(string(field.name));
        word(field.type);
        word(field.bits << 24 | field.bit_offset);
    }
    return id;
}

std::uint32_t BtfWriter::structure(std::string_view name, std::uint32_t size,
                                   const std::vector<Field>& fields) {
    return fields_of(name, kStructKind, size, fields);
}

std::uint32_t BtfWriter::union_type(std::string_view name, std::uint32_t size,
                                    const std::vector<Field>& fields) {
    return fields_of(name, kUnionKind, size, fields);
}

std::uint32_t BtfWriter::prototype(std::uint32_t result, const std::vector<Parameter>& parameters) {
    auto id = record("", kPrototypeKind, static_cast<std::uint32_t>(parameters.size()), result);
    for (const Parameter& parameter : parameters) {
        word(string(parameter.name));
        word(parameter.type);
    }
    return id;
}

std::uint32_t BtfWriter::function(std::string_view name, std::uint32_t result,
                                  const std::vector<Parameter>& parameters) {
    return record(name, kFunctionKind, 0, prototype(result, parameters));
}

std::uint32_t BtfWriter::variable(std::string_view name, std::uint32_t type) {
    auto id = record(name, kVariableKind, 0, type);
    word(1);  // BTF_VAR_GLOBAL_ALLOCATED
    return id;
}

std::vector<std::uint8_t> BtfWriter::bytes() const {
    Bytes all;
    all.put(0, std::uint16_t{0xeb9f});
    all.put(2, std::uint8_t{1});
    all.put(4, std::uint32_t{24});                             // hdr_len
    all.put(8, std::uint32_t{0});                              // type_off
    all.put(12, static_cast<std::uint32_t>(types_.size()));    // type_len
    all.put(16, static_cast<std::uint32_t>(types_.size()));    // str_off
    all.put(20, static_cast<std::uint32_t>(strings_.size()));  // str_len
    all.append_bytes(types_.data());
    all.append_bytes(strings_.data());
    return all.data();
}

std::map<std::string, std::uint64_t> KallsymsWriter::place(Memory& memory, std::uint64_t address) const {
    Bytes tables;
    std::map<std::string, std::uint64_t> places;
    auto table = [&](const char* name) {
        tables.align(8);
        places[name] = address + tables.size();
    };
    const std::uint64_t base = symbols.begin()->first;
    auto offsets = [&] {
        table("kallsyms_offsets");
        for (const auto& [at, name] : symbols) {
            const auto from_base = static_cast<std::int64_t>(at - base),
                       from_here = static_cast<std::int64_t>(at - (address + tables.size()));
            tables.append(
                static_cast<std::int32_t>(layout == Layout::linux_7_2 ? from_here : -1 - from_base));
        }
        if (layout == Layout::linux_7_2) return;
        table("kallsyms_relative_base");
        tables.append(base);
    };
    if (layout == Layout::linux_6_1) offsets();
    table("kallsyms_num_syms");
    tables.append(static_cast<std::uint32_t>(symbols.size()));
    if (layout != Layout::linux_7_2) tables.align(8);
    places["kallsyms_names"] = address + tables.size();
    std::vector<std::uint32_t> markers;
    for (std::size_t index = 0; const auto& [at, name] : symbols) {
        if (index++ % 256 == 0)
            markers.push_back(static_cast<std::uint32_t>(address + tables.size() - places["kallsyms_names"]));
        tables.append(static_cast<std::uint8_t>(name.size()));
        tables.append_text(name);
    }
    table("kallsyms_markers");
    for (std::uint32_t marker : markers) tables.append(marker);
    table("kallsyms_seqs_of_names");
    if (layout == Layout::linux_6_1)
        for (std::size_t i = 0; i < 3 * symbols.size(); ++i) tables.append(static_cast<std::uint8_t>(i));
    table("kallsyms_token_table");
    for (int c = 0; c < 256; ++c) {
        if (c) tables.append(static_cast<std::uint8_t>(c));
        tables.append('\0');
    }
    table("kallsyms_token_index");
    for (int c = 0; c < 256; ++c) tables.append(static_cast<std::uint16_t>(c ? 2 * c - 1 : 0));
    if (layout != Layout::linux_6_1) offsets();
    tables.align(kPage);
    memory.write(address - kKernelBase, tables.data());
    return places;
}

Kernel::Kernel() {
    // Top table, its last entry; then entry 510; then four pages of 2 MB each.
    constexpr std::uint64_t kPresent = 1, kLarge = 0x80;
    memory.write(0x2000 + 511 * 8, bytes_of(0x3000 | kPresent));
    memory.write(0x3000 + 510 * 8, bytes_of(0x4000 | kPresent));
    for (std::uint64_t i = 0; i < 4; ++i) memory.write(0x4000 + i * 8, bytes_of(i << 21 | kPresent | kLarge));
    memory.write(0x2000, bytes_of(std::uint64_t{0}));
    add_task(0, "swapper/0");
}

void Kernel::put_word(std::uint64_t address, std::uint64_t value) { put(address, bytes_of(value)); }

void Kernel::put_text(std::uint64_t address, std::string_view text) {
    put(address, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::uint64_t Kernel::add_task(int pid, std::string_view name) {
    const std::uint64_t task = kTasks + tasks_.size() * kTaskSize;
    put(task, std::vector<std::uint8_t>(256));
    put(task, bytes_of(pid));
    put(task + 4, bytes_of(pid));
    put_text(task + 8, name);
    put_word(task + 24, kTasks);  // real_parent
    const std::uint64_t first = tasks_.empty() ? task : tasks_.front(),
                        last = tasks_.empty() ? task : tasks_.back();
    put_word(last + kTasksOffset, task + kTasksOffset);
    put_word(task + kTasksOffset, first + kTasksOffset);
    tasks_.push_back(task);
    return task;
}

void Kernel::add_symbol(std::uint64_t address, std::string type_and_name) {
    symbols_[address] = std::move(type_and_name);
}

std::vector<std::uint8_t> Kernel::dump() {
    auto number = types.integer("int", 4), letter = types.integer("char", 1);
    auto pointer = types.pointer(0), name = types.array(letter, 16);
    auto mm = types.pointer(types.record("mm_struct", kForwardKind, 0, 0));
    auto list = types.structure("list_head", 16, {{"next", pointer, 0}, {"prev", pointer, 64}});
    types.structure("task_struct", 256,
                    {{"pid", number, 0},
                     {"tgid", number, 32},
                     {"comm", name, 64},
                     {"real_parent", pointer, 24 * 8},
                     {"mm", mm, 32 * 8},
                     {"stack", pointer, 40 * 8},
                     {"__state", number, 48 * 8},
                     {"exit_state", number, 52 * 8},
                     {"tasks", list, kTasksOffset * 8},
                     {"pid_links", list, kPidLinksOffset * 8}});
    const auto btf = types.bytes();
    put(kBtf, btf);

    KallsymsWriter symbols;
    symbols.symbols = {{kStext, "T_stext"},
                       {kStext + 0x1000, "T_etext"},
                       {kBtf, "R__start_BTF"},
                       {kBtf + btf.size(), "R__stop_BTF"},
                       {tasks_.front(), "Dinit_task"}};
    symbols.symbols.insert(symbols_.begin(), symbols_.end());
    memory.vmcoreinfo =
        "OSRELEASE=6.1.0-synthetic\nPAGESIZE=4096\nNUMBER(phys_base)=0\nSYMBOL(_stext)=" + hex(kStext) +
        "\nSYMBOL(swapper_pg_dir)=" + hex(kTopTable) + "\n";
    for (const auto& [table, address] : symbols.place(memory, kKallsyms))
        memory.vmcoreinfo += "SYMBOL(" + table + ")=" + hex(address) + "\n";
    memory.vmcoreinfo += vmcoreinfo;
    return write_kdump(memory, Compression::lzo);
}

}  // namespace inquest::synth
