// Address spaces: what a process has mapped, and how much of it is in memory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/object.h"
#include "kernel/subsystems/task.h"

namespace inquest {

struct MappingView {
    std::uint64_t vma = 0, start = 0, end = 0;
    std::uint64_t flags = 0;   // VM_*
    std::uint64_t offset = 0;  // in the file, bytes
    std::uint64_t inode = 0;   // its number, 0 without a file
    unsigned major = 0, minor = 0;
    std::string name;  // as /proc/PID/maps has it: a path, "[heap]", "[vdso]"; "" for anonymous memory
    [[nodiscard]] std::string permissions() const;  // "r-xp"
    [[nodiscard]] std::string flag_names() const;   // as smaps' VmFlags: "rd ex mr mw me"
};

// Pages by kind, in the order of the kernel's MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES (the
// same since 4.5).
struct ResidentPages {
    std::int64_t file = 0, anon = 0, swap = 0, shmem = 0;
    [[nodiscard]] std::int64_t rss() const { return file + anon + shmem; }
};

struct AddressSpace {
    std::uint64_t mm = 0;          // 0: the task has none (a kernel thread, or it has exited)
    std::uint64_t page_table = 0;  // mm.pgd
    std::uint64_t total = 0, locked = 0, page_tables = 0;  // pages, pages, bytes
    // What was counted: `exact` with what each CPU (since 6.2) or each thread (before) has not added up yet,
    // `counted` without, which /proc/PID/status prints up to 6.15.
    std::optional<ResidentPages> exact, counted;
    std::string executable;
    std::vector<MappingView> mappings;
};

// Which threads share an address space: up to 6.1 each keeps some of its page counts to itself.
class ThreadsByMm {
  public:
    ThreadsByMm(Objects& objects, const TaskList& tasks);
    // Addresses of task_structs; empty where the kernel counts by CPU.
    [[nodiscard]] std::span<const std::uint64_t> of(std::uint64_t mm) const;

  private:
    std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> threads_;
};

// `with_mappings` false: the counts alone.
AddressSpace address_space(Objects& objects, const ThreadsByMm& threads, const TaskView& task,
                           bool with_mappings = true);

}  // namespace inquest
