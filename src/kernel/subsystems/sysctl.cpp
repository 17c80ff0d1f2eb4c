#include "kernel/subsystems/sysctl.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_set>

#include "base/text.h"
#include "kernel/structure.h"
#include "kernel/subsystems/clock.h"

namespace inquest {
namespace {

constexpr std::size_t kMostDirectories = 1 << 16, kMostEntries = 1 << 18;
constexpr std::uint64_t kLongest = 4096;  // bytes of one value
constexpr std::uint64_t kTypeMask = 0170000, kDirectory = 0040000, kLink = 0120000;

enum class Form : std::uint8_t {
    integer,
    unsigned_integer,
    boolean,
    byte,
    word,
    text,
    jiffies,
    ms_jiffies,
    user_hz,
    word_ms
};

struct Handler {
    std::string_view name;
    Form form;
};

// proc_handlers that print what lies at `data`, and how (kernel/sysctl.c and where each is defined). One that
// computes what it prints is not here, and its setting has no value.
constexpr std::array<Handler, 69> kHandlers{{
    {"addrconf_sysctl_disable", Form::integer},
    {"addrconf_sysctl_disable_policy", Form::integer},
    {"addrconf_sysctl_forward", Form::integer},
    {"addrconf_sysctl_ignore_routes_with_linkdown", Form::integer},
    {"addrconf_sysctl_mtu", Form::integer},
    {"addrconf_sysctl_proxy_ndp", Form::integer},
    {"apparmor_dointvec", Form::integer},
    {"bpf_unpriv_handler", Form::integer},
    {"compaction_proactiveness_sysctl_handler", Form::integer},
    {"devinet_conf_proc", Form::integer},
    {"devinet_sysctl_forward", Form::integer},
    {"dirty_background_bytes_handler", Form::word},
    {"dirty_background_ratio_handler", Form::integer},
    {"dirty_bytes_handler", Form::word},
    {"dirty_ratio_handler", Form::integer},
    {"dirty_writeback_centisecs_handler", Form::integer},
    {"dirtytime_interval_handler", Form::integer},
    {"ipv4_doint_and_flush", Form::integer},
    {"ipv4_fwd_update_priority", Form::integer},
    {"lowmem_reserve_ratio_sysctl_handler", Form::integer},
    {"min_free_kbytes_sysctl_handler", Form::integer},
    {"mmap_min_addr_handler", Form::word},
    {"neigh_proc_dointvec_zero_intmax", Form::integer},
    {"overcommit_kbytes_handler", Form::word},
    {"overcommit_policy_handler", Form::integer},
    {"overcommit_ratio_handler", Form::integer},
    {"percpu_pagelist_fraction_sysctl_handler", Form::integer},
    {"percpu_pagelist_high_fraction_sysctl_handler", Form::integer},
    {"perf_cpu_time_max_percent_handler", Form::integer},
    {"perf_event_max_sample_rate_handler", Form::integer},
    {"perf_event_max_stack_handler", Form::integer},
    {"perf_proc_update_handler", Form::integer},
    {"proc_do_uts_string", Form::text},
    {"proc_dobool", Form::boolean},
    {"proc_dohung_task_timeout_secs", Form::word},
    {"proc_dointvec", Form::integer},
    {"proc_dointvec_jiffies", Form::jiffies},
    {"proc_dointvec_minmax", Form::integer},
    {"proc_dointvec_minmax_bpf_enable", Form::integer},
    {"proc_dointvec_minmax_bpf_restricted", Form::integer},
    {"proc_dointvec_minmax_coredump", Form::integer},
    {"proc_dointvec_minmax_sysadmin", Form::integer},
    {"proc_dointvec_minmax_warn_RT_change", Form::integer},
    {"proc_dointvec_ms_jiffies", Form::ms_jiffies},
    {"proc_dointvec_ms_jiffies_minmax", Form::ms_jiffies},
    {"proc_dointvec_userhz_jiffies", Form::user_hz},
    {"proc_dopipe_max_size", Form::unsigned_integer},
    {"proc_dostring", Form::text},
    {"proc_dostring_coredump", Form::text},
    {"proc_dou8vec_minmax", Form::byte},
    {"proc_douintvec", Form::unsigned_integer},
    {"proc_douintvec_minmax", Form::unsigned_integer},
    {"proc_douintvec_minmax_sysadmin", Form::unsigned_integer},
    {"proc_doulongvec_minmax", Form::word},
    {"proc_doulongvec_ms_jiffies_minmax", Form::word_ms},
    {"proc_ipc_dointvec", Form::integer},
    {"proc_ipc_dointvec_minmax", Form::integer},
    {"proc_ipc_doulongvec_minmax", Form::word},
    {"proc_mq_dointvec", Form::integer},
    {"proc_mq_dointvec_minmax", Form::integer},
    {"proc_watchdog_thresh", Form::integer},
    {"sched_rr_handler", Form::integer},
    {"sched_rt_handler", Form::integer},
    {"sysctl_min_slab_ratio_sysctl_handler", Form::integer},
    {"sysctl_min_unmapped_ratio_sysctl_handler", Form::integer},
    {"timer_migration_handler", Form::boolean},
    {"vmstat_interval_handler", Form::jiffies},
    {"watermark_scale_factor_sysctl_handler", Form::integer},
    {"yama_dointvec_minmax", Form::integer},
}};

// What the kernel computes out of a variable that the table does not name.
struct Computed {
    std::string_view name, symbol;
    std::uint64_t bytes, mask;  // mask 0: the value itself, else whether one of the bits is set
};
// watchdog_enabled: bit 0 the hard one, bit 1 the soft one (include/linux/nmi.h).
constexpr std::array<Computed, 6> kComputed{{{"kernel.sysrq", "sysrq_enabled", 4, 0},
                                             {"kernel.threads-max", "max_threads", 4, 0},
                                             {"kernel.tainted", "tainted_mask", 8, 0},
                                             {"kernel.watchdog", "watchdog_enabled", 8, 3},
                                             {"kernel.nmi_watchdog", "watchdog_enabled", 8, 1},
                                             {"kernel.soft_watchdog", "watchdog_enabled", 8, 2}}};

// Several numbers stand behind tabs.
template <typename T>
std::optional<std::string> numbers(Session& session, std::uint64_t data, std::uint64_t length, auto convert) {
    std::string text;
    for (std::uint64_t at = 0; at + sizeof(T) <= std::min(length, kLongest); at += sizeof(T)) {
        auto value = session.read_as<T>(data + at);
        if (!value) return std::nullopt;
        text += fmt::format("{}{}", text.empty() ? "" : "\t", convert(*value));
    }
    return text;
}

class Reader {
  public:
    explicit Reader(Objects& objects) : objects_(objects) {
        hz_ = ticks_per_second(objects.session()).value_or(0);
    }

    // Every entry below the root directory of a set.
    void walk(const Object& root) {
        struct Directory {
            Object header;  // ctl_dir
            std::string path;
        };
        std::vector<Directory> open{{root, ""}};
        for (std::size_t i = 0; i < open.size() && views_.size() < kMostEntries; ++i) {
            const Directory directory = open[i];
            if (!seen_.insert(directory.header.address()).second) {
                objects_.add_problem("the directories of sysctl run in a circle at " +
                                     hex(directory.header.address()));
                continue;
            }
            auto tree = directory.header.address_of("root.rb_node");
            if (!tree) continue;
            for (const Object& node : objects_.tree(*tree, "ctl_node", "node")) {
                Object header = node.follow("header");
                auto nodes = header.get("node"), table = header.get("ctl_table");
                const std::uint64_t size = objects_.size_of("ctl_node"),
                                    entry = objects_.size_of("ctl_table");
                if (!nodes || !table || !size || *nodes > node.address() ||
                    (node.address() - *nodes) / size > kMostEntries)
                    continue;
                Object setting = objects_.at("ctl_table", *table + (node.address() - *nodes) / size * entry);
                auto name = setting.text("procname", 256);
                auto mode = setting.get("mode");
                if (!name || !mode || name->empty()) continue;
                const std::string path =
                    directory.path + (directory.path.empty() ? "" : ".") + replace_all(*name, ".", "/");
                if ((*mode & kTypeMask) == kLink) continue;  // to a namespace's own, which is walked itself
                if ((*mode & kTypeMask) == kDirectory) {
                    if (open.size() < kMostDirectories)
                        open.push_back({objects_.at("ctl_dir", header.address()), path});
                } else {
                    views_.push_back(view_of(setting, path));
                }
            }
        }
    }

    std::vector<SysctlView> take() {
        std::ranges::sort(views_, {}, &SysctlView::name);
        return std::move(views_);
    }

  private:
    SysctlView view_of(const Object& setting, const std::string& path) {
        SysctlView view;
        view.name = path;
        view.data = setting.get("data").value_or(0);
        view.handler = objects_.symbol(setting.get("proc_handler").value_or(0));
        auto length = setting.get("maxlen");
        auto known = std::ranges::find(kHandlers, view.handler, &Handler::name);
        auto computed = std::ranges::find(kComputed, path, &Computed::name);
        if (computed != kComputed.end()) {
            view.data = objects_.session().symbols().address_of(computed->symbol).value_or(0);
            auto value = read_integer(objects_.session(), view.data, computed->bytes);
            if (view.data && value)
                view.value = std::to_string(computed->mask ? (*value & computed->mask) != 0 : *value);
            return view;
        }
        if (view.data && length && known != kHandlers.end())
            view.value = value_of(view, known->form, *length);
        return view;
    }

    std::optional<std::string> value_of(const SysctlView& view, Form form, std::uint64_t length) {
        Session& session = objects_.session();
        auto same = [](auto value) { return value; };
        if (hz_ == 0 && (form == Form::jiffies || form == Form::ms_jiffies || form == Form::user_hz ||
                         form == Form::word_ms))
            return std::nullopt;
        const auto hz = static_cast<std::int64_t>(hz_);
        switch (form) {
            case Form::integer:
                if (length == 1)  // many are a byte since 5.13 (cb9444130662)
                    return numbers<std::uint8_t>(session, view.data, 1, [](auto value) { return +value; });
                return numbers<std::int32_t>(session, view.data, length, same);
            case Form::unsigned_integer:
                return numbers<std::uint32_t>(session, view.data, length, same);
            case Form::boolean:
                return numbers<std::uint8_t>(session, view.data, 1, [](auto value) { return value ? 1 : 0; });
            case Form::byte:
                return numbers<std::uint8_t>(session, view.data, 1, [](auto value) { return +value; });
            case Form::word:
                return numbers<std::uint64_t>(session, view.data, length, same);
            case Form::jiffies:
                return numbers<std::int32_t>(session, view.data, length,
                                             [&](auto value) { return value / hz; });
            case Form::ms_jiffies:
                return numbers<std::int32_t>(session, view.data, length,
                                             [&](auto value) { return std::int64_t{value} * 1000 / hz; });
            case Form::user_hz:
                return numbers<std::int32_t>(session, view.data, length,
                                             [&](auto value) { return std::int64_t{value} * 100 / hz; });
            case Form::word_ms:
                return numbers<std::uint64_t>(session, view.data, length,
                                              [&](auto value) { return value * 1000 / hz_; });
            case Form::text: {
                if (!session.read_as<std::uint8_t>(view.data)) return std::nullopt;
                std::string text = session.read_string(view.data, std::min(length, kLongest));
                return text;
            }
        }
        return std::nullopt;
    }

    Objects& objects_;
    std::uint64_t hz_ = 0;
    std::unordered_set<std::uint64_t> seen_;
    std::vector<SysctlView> views_;
};

// Where namespaces keep their own settings: struct net since 2.6, user namespaces 4.9, IPC 5.19
// (1f5c135ee509), PID 6.14.
struct NamespaceSet {
    std::string_view structure, symbol, member;
};
constexpr std::array<NamespaceSet, 5> kSets{{{"net", "init_net", "sysctls"},
                                             {"user_namespace", "init_user_ns", "set"},
                                             {"ipc_namespace", "init_ipc_ns", "ipc_set"},
                                             {"ipc_namespace", "init_ipc_ns", "mq_set"},
                                             {"pid_namespace", "init_pid_ns", "set"}}};

}  // namespace

std::vector<SysctlView> sysctls(Objects& objects) {
    Reader reader(objects);
    Object root = objects.global("ctl_table_root", "sysctl_table_root").in("default_set.dir");
    if (root) reader.walk(root);
    for (const NamespaceSet& set : kSets)
        if (Object own = objects.global(set.structure, set.symbol).in(set.member).in("dir")) reader.walk(own);
    return reader.take();
}

}  // namespace inquest
