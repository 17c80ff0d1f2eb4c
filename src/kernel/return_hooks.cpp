#include "kernel/return_hooks.h"

#include <algorithm>
#include <array>

namespace inquest {
namespace {

constexpr std::size_t kMostKept = 4096;
// arch/*/kernel: what a return address is replaced by. Renamed in 5.14 (adf8a61a940c) and 5.18
// (73f9b911faa7).
constexpr std::array<std::string_view, 3> kKretprobeTrampolines{
    "arch_rethook_trampoline", "__kretprobe_trampoline", "kretprobe_trampoline"};
// kernel/kprobes.c: KPROBE_TABLE_SIZE, a macro, of the hash table that there was up to 5.10.
constexpr std::uint64_t kKretprobeBuckets = 64;

}  // namespace

void ReturnHooks::find_trampolines() {
    if (kretprobe_trampolines_) return;
    kretprobe_trampolines_.emplace();
    for (std::string_view name : kKretprobeTrampolines)
        if (auto address = session_.symbols().address_of(name)) kretprobe_trampolines_->push_back(*address);
    graph_trampoline_ = session_.symbols().address_of("return_to_handler").value_or(0);
}

bool ReturnHooks::is_trampoline(std::uint64_t address) {
    find_trampolines();
    return (graph_trampoline_ && address == graph_trampoline_) ||
           std::ranges::find(*kretprobe_trampolines_, address) != kretprobe_trampolines_->end();
}

std::optional<KeptReturn> ReturnHooks::original(std::uint64_t address, std::uint64_t slot) {
    std::optional<KeptReturn> found;
    // A function that both trace has the one's trampoline kept by the other.
    for (unsigned nested = 0; nested < 4 && is_trampoline(address); ++nested) {
        if (!read_) read_kept();
        const bool by_graph = address == graph_trampoline_;
        const auto& kept = by_graph ? by_graph_ : by_kretprobe_;
        // Several kretprobes of one function keep each other's trampoline; the first of them kept the
        // address.
        auto at = std::ranges::find_if(
            kept, [&](const Kept& one) { return one.slot == slot && one.address != address; });
        if (at == kept.end()) return std::nullopt;
        address = at->address;
        found = KeptReturn{address, by_graph ? "function-graph" : "kretprobe"};
    }
    return is_trampoline(address) ? std::nullopt : found;
}

void ReturnHooks::read_kept() {
    read_ = true;
    if (const Types* types = session_.types()) {
        read_kretprobes(*types);
        read_old_kretprobes(*types);
        read_graph(*types);
    }
}

// A list in the task: of rethook_node since 5.18 (73f9b911faa7), of kretprobe_instance since 5.11
// (d741bf41d7c7). `frame`, before `fp`, is the address of the stack slot on
// x86, the caller's x29 on arm64.
void ReturnHooks::read_kretprobes(const Types& types) {
    struct Form {
        std::string_view head, node, link, slot, address;
    };
    static constexpr std::array<Form, 2> kForms{
        {{"rethooks.first", "rethook_node", "llist", "frame", "ret_addr"},
         {"kretprobe_instances.first", "kretprobe_instance", "llist", "fp", "ret_addr"}}};
    for (const Form& form : kForms) {
        auto head = types.offset_of("task_struct", form.head), link = types.offset_of(form.node, form.link),
             slot = types.offset_of(form.node, form.slot), address = types.offset_of(form.node, form.address);
        if (!head || !link || !slot || !address) continue;
        std::uint64_t next = word(task_ + *head);
        for (std::size_t i = 0; next && i < kMostKept; ++i, next = word(next)) {
            const std::uint64_t node = next - *link;
            by_kretprobe_.push_back({word(node + *slot), word(node + *address)});
        }
    }
}

// Up to 5.10 a hash table by task.
void ReturnHooks::read_old_kretprobes(const Types& types) {
    auto table = session_.symbols().address_of("kretprobe_inst_table");
    auto link = types.offset_of("kretprobe_instance", "hlist"),
         slot = types.offset_of("kretprobe_instance", "fp"),
         address = types.offset_of("kretprobe_instance", "ret_addr"),
         task = types.offset_of("kretprobe_instance", "task");
    if (!table || !link || !slot || !address || !task) return;
    for (std::uint64_t bucket = 0; bucket < kKretprobeBuckets; ++bucket) {
        std::uint64_t next = word(*table + bucket * 8);
        for (std::size_t i = 0; next && i < kMostKept; ++i, next = word(next)) {
            const std::uint64_t instance = next - *link;
            if (word(instance + *task) == task_)
                by_kretprobe_.push_back({word(instance + *slot), word(instance + *address)});
        }
    }
}

// Up to 6.10 an array of ftrace_ret_stack; since 6.11 (42675b723b48) a page of words, in which entries of
// that struct lie among words of the tracers' own. An entry is where `retp` is the slot, in either; arm64 has
// the same in `fp`, which a piece of two neighbours has not.
void ReturnHooks::read_graph(const Types& types) {
    auto stack = types.offset_of("task_struct", "ret_stack");
    auto slot = types.offset_of("ftrace_ret_stack", "retp"),
         address = types.offset_of("ftrace_ret_stack", "ret");
    const std::uint64_t start = stack ? word(task_ + *stack) : 0;
    if (!start || !slot || !address) return;
    auto fp = session_.arch().name == "arm64" ? types.offset_of("ftrace_ret_stack", "fp") : std::nullopt;
    constexpr std::uint64_t kLargest = 4096;
    for (std::uint64_t entry = start; entry < start + kLargest; entry += 8) {
        auto retp = session_.read_pointer(entry + *slot), ret = session_.read_pointer(entry + *address);
        if (!retp || !ret) return;
        if (fp && session_.read_pointer(entry + *fp) != retp) continue;
        by_graph_.push_back({*retp, *ret});
    }
}

}  // namespace inquest
