// The closed lists of the report: what can happen to a kernel, and why it did.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace inquest {

// What happened. The order is that of docs/report-schema.json; extending it takes a line in CHANGELOG.md.
enum class Kind : std::uint8_t {
    null_pointer_dereference,
    bad_page_fault,
    general_protection_fault,
    bad_instruction_fetch,
    divide_error,
    invalid_opcode,
    kernel_bug,
    warning,
    panic,
    double_fault,
    stack_overflow,
    list_corruption,
    refcount,
    slab_corruption,
    use_after_free,
    out_of_bounds,
    double_free,
    kasan,
    kmsan,
    kcsan,
    kfence,
    ubsan,
    lockdep,
    atomic_sleep,
    scheduling_while_atomic,
    soft_lockup,
    hard_lockup,
    rcu_stall,
    hung_task,
    oom_kill,
    oom_panic,
    page_allocation_failure,
    bad_page_state,
    memory_leak,
    machine_check,
    hardware_error,
    nmi,
    filesystem_error,
    mount_root_failure,
    sysrq_crash,
    objects_remaining,
    external_abort,
    other,
};

// How bad it is, worst last: warnings let the machine go on, fatal ones end it.
enum class Severity : std::uint8_t { info, warning, error, fatal };

// Why it happened (verdict.cause).
enum class Cause : std::uint8_t {
    null_argument,
    unset_function_pointer,
    use_after_free,
    double_free,
    refcount_underflow,
    refcount_leak,
    not_a_slab_page,
    rcu_recycled_object,
    stale_module_text,
    stack_overflow,
    wild_pointer,
    bit_flip,
    list_corruption,
    lock_deadlock,
    lock_misuse,
    lockup,
    memory_exhaustion,
    memory_leak,
    error_pointer,
    divide_by_zero,
    assertion,
    hardware,
    configuration,
    deliberate,
    unknown,
};

// The names of the contract: "null-pointer-dereference", "fatal", "null-argument".
std::string_view name_of(Kind kind);
std::string_view name_of(Severity severity);
std::string_view name_of(Cause cause);

std::optional<Kind> kind_named(std::string_view name);
std::optional<Cause> cause_named(std::string_view name);

// The worst that an event of this kind does by itself; a panic or an oops in the log raises it.
Severity usual_severity(Kind kind);

}  // namespace inquest
