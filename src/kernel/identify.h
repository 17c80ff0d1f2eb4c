// What an address of the kernel is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/code_map.h"
#include "kernel/session.h"
#include "kernel/subsystems/slab.h"
#include "kernel/subsystems/task.h"
#include "kernel/subsystems/vmalloc.h"

namespace inquest {

enum class AddressKind : std::uint8_t {
    nothing,  // no address of the kernel's that this dump knows
    user,     // of user space
    symbol,   // code or data of the kernel's image or of a module, with a symbol
    module,   // a module's memory, without one
    per_cpu,  // a CPU's own area
    task_stack,
    slab,        // an object of a slab cache, or the padding behind one
    page,        // a page that is none of a slab
    descriptor,  // a struct page
    vmalloc,     // an area of the vmalloc space
};
std::string_view name_of(AddressKind kind);  // "nothing", "user", ..., "task-stack"

enum class ObjectState : std::uint8_t { unknown, allocated, free };
std::string_view name_of(ObjectState state);

struct Identity {
    std::uint64_t address = 0;
    AddressKind kind = AddressKind::nothing;
    // A phrase: "allocated object of slab cache kmalloc-64, 0x10 bytes into it". Names in it come from the
    // dump.
    std::string text;

    // Of a symbol, or of the per-CPU variable or module.
    std::string symbol, module;
    std::optional<unsigned> cpu;
    int pid = -1;       // of a stack, or of a task_struct
    std::string cache;  // of a slab object
    std::uint64_t object = 0, slab = 0;
    std::uint32_t index = 0;
    ObjectState state = ObjectState::unknown;
    // Into the symbol, object, stack or area.
    std::uint64_t offset = 0;
    std::optional<PageView> page;
    std::optional<VmallocArea> area;
};

// Looks addresses up; what it needs for that is read when it is first needed, and kept. References must
// outlive it.
class Identifier {
  public:
    Identifier(Session& session, CodeMap& code, const TaskList& tasks);

    Identity identify(std::uint64_t address);

    // What is not in the dump, so that an answer may be poorer than it could be.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  private:
    bool as_symbol(Identity& found);
    bool as_per_cpu(Identity& found);
    bool as_stack(Identity& found);
    bool as_vmalloc(Identity& found);
    bool as_memory(Identity& found);
    bool as_slab(Identity& found, const PageView& page);
    void as_page(Identity& found, const PageView& page);
    const PageMap* pages();
    const SlabAllocator* slabs();
    const std::vector<std::uint64_t>& ready_objects(const SlabCache& cache);

    Session& session_;
    CodeMap& code_;
    const TaskList& tasks_;
    std::uint64_t stack_size_;
    std::optional<VmallocAreas> vmalloc_;
    std::optional<Result<PageMap>> pages_;
    std::optional<Result<SlabAllocator>> slabs_;
    std::map<std::uint64_t, std::vector<std::uint64_t>> ready_;  // by address of the cache
    std::vector<std::string> problems_;
};

}  // namespace inquest
