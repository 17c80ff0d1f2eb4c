#include "kernel/generated_code.h"

#include <optional>

#include "kernel/walks.h"

namespace inquest {
namespace {

constexpr std::size_t kMost = 1 << 16;
constexpr std::uint64_t kLargest = 16 << 20;

class Lister {
  public:
    Lister(Session& session, const Types& types) : session_(session), types_(types) {}

    // kernel/bpf/core.c: bpf_ksym_add().
    void bpf() {
        auto link = types_.offset_of("bpf_ksym", "lnode"), start = types_.offset_of("bpf_ksym", "start"),
             end = types_.offset_of("bpf_ksym", "end"), name = types_.offset_of("bpf_ksym", "name");
        auto head = session_.symbols().address_of("bpf_kallsyms");
        if (!link || !start || !end || !name || !head) return;
        constexpr std::size_t kLongestName = 512;  // KSYM_NAME_LEN
        for (std::uint64_t symbol : list(*head, *link))
            add(word(symbol + *start), word(symbol + *end),
                session_.read_string(symbol + *name, kLongestName), "bpf");
    }

    // arch/x86/kernel/ftrace.c: create_trampoline() copies ftrace_caller or ftrace_regs_caller, and
    // arch/x86/kernel/unwind_orc.c: orc_ftrace_find() takes the entry where the original calls the tracer.
    void ftrace() {
        auto next = types_.offset_of("ftrace_ops", "next"),
             start = types_.offset_of("ftrace_ops", "trampoline"),
             size = types_.offset_of("ftrace_ops", "trampoline_size");
        auto first = session_.symbols().address_of("ftrace_ops_list");
        if (!next || !start || !size || !first) return;
        const auto at = [&](std::string_view symbol) {
            return session_.symbols().address_of(symbol).value_or(0);
        };
        const auto with_registers = session_.read_pointer(at("ftrace_regs_caller"));
        std::uint64_t ops = word(*first);
        for (std::size_t i = 0; ops && ops != at("ftrace_list_end") && i < kMost;
             ++i, ops = word(ops + *next)) {
            const std::uint64_t code = word(ops + *start);
            const bool registers = with_registers && session_.read_pointer(code) == with_registers;
            add(code, code + word(ops + *size), "ftrace_trampoline", "__builtin__ftrace",
                at(registers ? "ftrace_regs_call" : "ftrace_call"));
        }
    }

    // kernel/kprobes.c: a page of slots each; the name is in its cache (kprobe_cache_get_kallsym()).
    void kprobes() {
        auto pages = types_.offset_of("kprobe_insn_cache", "pages"),
             link = types_.offset_of("kprobe_insn_page", "list"),
             code = types_.offset_of("kprobe_insn_page", "insns");
        if (!pages || !link || !code) return;
        for (auto [cache, name] : {std::pair{"kprobe_insn_slots", "kprobe_insn_page"},
                                   std::pair{"kprobe_optinsn_slots", "kprobe_optinsn_page"}}) {
            auto at = session_.symbols().address_of(cache);
            if (!at) continue;
            for (std::uint64_t page : list(*at + *pages, *link)) {
                const std::uint64_t start = word(page + *code);
                add(start, start + session_.facts().page_size, name, "__builtin__kprobes");
            }
        }
    }

    std::vector<GeneratedCode> take() { return std::move(found_); }

  private:
    [[nodiscard]] std::uint64_t word(std::uint64_t address) const {
        return session_.read_pointer(address).value_or(0);
    }

    [[nodiscard]] std::vector<std::uint64_t> list(std::uint64_t head, std::uint64_t offset) const {
        ListRequest request{.start = head, .offset = offset, .embedded = true, .head = true, .most = kMost};
        auto read = [this](std::uint64_t address) { return session_.read_pointer(address); };
        std::vector<std::uint64_t> addresses;
        for (const WalkedEntry& entry : walk_list(read, request, [] { return false; }).entries)
            addresses.push_back(entry.address);
        return addresses;
    }

    void add(std::uint64_t start, std::uint64_t end, std::string name, std::string_view module,
             std::uint64_t unwind_at = 0) {
        if (start && end > start && end - start <= kLargest)
            found_.push_back({start, end, std::move(name), module, unwind_at});
    }

    Session& session_;
    const Types& types_;
    std::vector<GeneratedCode> found_;
};

}  // namespace

std::vector<GeneratedCode> list_generated_code(Session& session) {
    const Types* types = session.types();
    if (!types) return {};
    Lister lister(session, *types);
    lister.bpf();
    lister.ftrace();
    lister.kprobes();
    return lister.take();
}

}  // namespace inquest
