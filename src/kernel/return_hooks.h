// Return addresses that a tracer replaced on a task's stack by that of its own trampoline.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/session.h"
#include "unwind/unwind.h"

namespace inquest {

class ReturnHooks {
  public:
    // What kretprobes and the function graph tracer put aside of this task's return addresses: the kernel's
    // lists are read when the first trampoline is met.
    ReturnHooks(Session& session, std::uint64_t task) : session_(session), task_(task) {}

    // The true return address behind `address`, which was found at `slot` (of the stack; on arm64 the
    // caller's x29, by which tracers know it there). nullopt when `address` is no trampoline, or nobody kept
    // what was at that slot.
    std::optional<KeptReturn> original(std::uint64_t address, std::uint64_t slot);

  private:
    struct Kept {
        std::uint64_t slot, address;
    };
    void find_trampolines();
    bool is_trampoline(std::uint64_t address);
    void read_kept();
    void read_kretprobes(const Types& types);
    void read_old_kretprobes(const Types& types);
    void read_graph(const Types& types);
    [[nodiscard]] std::uint64_t word(std::uint64_t address) const {
        return session_.read_pointer(address).value_or(0);
    }

    Session& session_;
    std::uint64_t task_;
    std::optional<std::vector<std::uint64_t>> kretprobe_trampolines_;
    std::uint64_t graph_trampoline_ = 0;
    bool read_ = false;
    std::vector<Kept> by_kretprobe_, by_graph_;
};

}  // namespace inquest
