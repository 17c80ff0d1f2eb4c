#include "kernel/global_types.h"

#include <algorithm>

namespace inquest {
namespace {

// Only variables whose type was the same in every kernel from 4.18 to 7.2, or that vanished in between. Where
// a kernel has no such symbol or no such type, the entry means nothing there.
constexpr GlobalType kTypes[] = {
    {"__cpu_active_mask", "struct cpumask"},
    {"__cpu_online_mask", "struct cpumask"},
    {"__cpu_possible_mask", "struct cpumask"},
    {"__cpu_present_mask", "struct cpumask"},
    {"__per_cpu_offset", "unsigned long []"},
    {"boot_cpu_data", "struct cpuinfo_x86"},
    {"const_current_task", "struct task_struct *"},
    {"cpu_info", "struct cpuinfo_x86"},
    {"crashing_cpu", "int"},
    {"current_task", "struct task_struct *"},
    {"dentry_hashtable", "struct hlist_bl_head *"},
    {"idle_threads", "struct task_struct *"},
    {"init_cred", "struct cred"},
    {"init_files", "struct files_struct"},
    {"init_fs", "struct fs_struct"},
    {"init_mm", "struct mm_struct"},
    {"init_net", "struct net"},
    {"init_nsproxy", "struct nsproxy"},
    {"init_pid_ns", "struct pid_namespace"},
    {"init_task", "struct task_struct"},
    {"init_user_ns", "struct user_namespace"},
    {"init_uts_ns", "struct uts_namespace"},
    {"inode_hashtable", "struct hlist_head *"},
    {"iomem_resource", "struct resource"},
    {"ioport_resource", "struct resource"},
    {"irq_stat", "irq_cpustat_t"},
    {"jiffies", "unsigned long"},
    {"jiffies_64", "u64"},
    {"linux_banner", "char []"},
    {"log_buf", "char *"},
    {"log_buf_len", "u32"},
    {"max_low_pfn", "unsigned long"},
    {"max_pfn", "unsigned long"},
    {"min_low_pfn", "unsigned long"},
    {"modules", "struct list_head"},
    {"net_namespace_list", "struct list_head"},
    {"nr_cpu_ids", "unsigned int"},
    {"nr_swapfiles", "unsigned int"},
    {"nr_threads", "int"},
    {"oops_in_progress", "int"},
    {"page_offset_base", "unsigned long"},
    {"panic_cpu", "atomic_t"},
    {"panic_on_oops", "int"},
    {"panic_on_warn", "int"},
    {"panic_timeout", "int"},
    {"phys_base", "unsigned long"},
    {"prb", "struct printk_ringbuffer *"},
    {"root_task_group", "struct task_group"},
    {"runqueues", "struct rq"},
    {"saved_command_line", "char *"},
    {"slab_caches", "struct list_head"},
    {"super_blocks", "struct list_head"},
    {"swap_info", "struct swap_info_struct *[]"},
    {"sysctl_hung_task_timeout_secs", "unsigned long"},
    {"sysctl_oom_kill_allocating_task", "int"},
    {"sysctl_overcommit_memory", "int"},
    {"sysctl_overcommit_ratio", "int"},
    {"sysctl_panic_on_oom", "int"},
    {"system_state", "enum system_states"},
    {"system_wq", "struct workqueue_struct *"},
    {"tainted_mask", "unsigned long"},
    {"total_forks", "unsigned long"},
    {"vm_node_stat", "atomic_long_t []"},
    {"vm_zone_stat", "atomic_long_t []"},
    {"vmalloc_base", "unsigned long"},
    {"vmemmap_base", "unsigned long"},
    {"workqueues", "struct list_head"},
};

}  // namespace

std::span<const GlobalType> global_types() { return kTypes; }

std::optional<std::string_view> global_type(std::string_view symbol) {
    auto found = std::ranges::lower_bound(kTypes, symbol, {}, &GlobalType::symbol);
    if (found == std::end(kTypes) || found->symbol != symbol) return std::nullopt;
    return found->type;
}

}  // namespace inquest
