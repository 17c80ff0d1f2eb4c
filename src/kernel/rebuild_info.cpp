#include "kernel/rebuild_info.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "dump/notes.h"

namespace inquest {
namespace {

// As kernel/crash_core.c and kernel/printk/printk.c (log_buf_vmcoreinfo_setup) write them.
constexpr std::string_view kSymbols[] = {"init_uts_ns",   "prb",          "log_buf",       "log_buf_len",
                                         "log_first_idx", "log_next_idx", "swapper_pg_dir"};
constexpr std::string_view kSizes[] = {"printk_ringbuffer", "prb_desc", "printk_info", "printk_log"};
struct Place {
    std::string_view structure, member;
};
constexpr Place kOffsets[] = {
    {"uts_namespace", "name"},
    {"printk_ringbuffer", "desc_ring"},
    {"printk_ringbuffer", "text_data_ring"},
    {"prb_desc_ring", "count_bits"},
    {"prb_desc_ring", "descs"},
    {"prb_desc_ring", "infos"},
    {"prb_desc_ring", "head_id"},
    {"prb_desc_ring", "tail_id"},
    {"prb_desc", "state_var"},
    {"prb_desc", "text_blk_lpos"},
    {"prb_data_blk_lpos", "begin"},
    {"prb_data_blk_lpos", "next"},
    {"prb_data_ring", "size_bits"},
    {"prb_data_ring", "data"},
    {"printk_info", "ts_nsec"},
    {"printk_info", "text_len"},
    {"printk_info", "caller_id"},
    {"printk_log", "ts_nsec"},
    {"printk_log", "len"},
    {"printk_log", "text_len"},
};

std::string call(std::string_view type, std::string_view what) {
    return std::string(type).append("(").append(what).append(")");
}

// Of the note that the linker puts between __start_notes and __stop_notes.
std::string build_id(Session& session) {
    constexpr std::uint64_t kMostNotes = 64 << 10;
    constexpr std::uint32_t kBuildId = 3;  // NT_GNU_BUILD_ID
    auto start = session.symbols().address_of("__start_notes"),
         stop = session.symbols().address_of("__stop_notes");
    if (!start || !stop || *stop <= *start) return {};
    std::string text;
    for_each_note(session.memory().bytes(*start, *stop - *start, kMostNotes), [&](const Note& note) {
        if (note.name != "GNU" || note.type != kBuildId) return true;
        for (std::uint8_t byte : note.description) text += hex16(byte).substr(16);
        return false;
    });
    return text;
}

}  // namespace

void rebuild_info(Session& session, Vmcoreinfo& info) {
    for (std::string_view name : kSymbols)
        if (auto address = session.symbols().address_of(name)) info.set(call("SYMBOL", name), hex(*address));
    if (const Types* types = session.types()) {
        for (std::string_view name : kSizes)
            if (auto id = types->find(name, TypeKind::structure))
                info.set(call("SIZE", name), std::to_string(types->size_of(*id)));
        for (const Place& one : kOffsets)
            if (auto offset = types->offset_of(one.structure, one.member))
                info.set(call("OFFSET", std::string(one.structure).append(".").append(one.member)),
                         std::to_string(*offset));
        if (auto uts = info.symbol("init_uts_ns"))
            if (auto release = types->offset_of("uts_namespace", "name.release"))
                info.set("OSRELEASE", session.read_string(*uts + *release, 64));
    }
    if (auto id = build_id(session); !id.empty()) info.set("BUILD-ID", std::move(id));
}

}  // namespace inquest
