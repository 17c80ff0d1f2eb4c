#include "report/compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <set>

#include "report/wording.h"

namespace inquest {
namespace {

constexpr double kSameTime = 0.01;    // part by which two uptimes may differ,
constexpr double kSameMinutes = 600;  // and seconds, whichever is less
constexpr double kLowMemory = 0.03;   // of all memory: less is little
constexpr std::size_t kMostFrames = 6, kMostFactors = 40;

// Ways into the kernel and out of it, and how it dies: nearly every trace has them.
constexpr std::array<std::string_view, 37> kEverywhere{"entry_",
                                                       "do_syscall",
                                                       "__x64_sys_",
                                                       "__arm64_sys_",
                                                       "ksys_",
                                                       "SyS_",
                                                       "sys_",
                                                       "el0",
                                                       "el1",
                                                       "ret_from_",
                                                       "kthread",
                                                       "worker_thread",
                                                       "process_one_work",
                                                       "system_call",
                                                       "secondary_",
                                                       "start_secondary",
                                                       "start_kernel",
                                                       "cpu_startup",
                                                       "do_idle",
                                                       "x86_64_start",
                                                       "invoke_syscall",
                                                       "vfs_write",
                                                       "vfs_read",
                                                       "__vfs_",
                                                       "new_sync_",
                                                       "panic",
                                                       "vpanic",
                                                       "dump_stack",
                                                       "__warn",
                                                       "die",
                                                       "oops_",
                                                       "__fput",
                                                       "____fput",
                                                       "task_work_run",
                                                       "do_exit",
                                                       "do_group_exit",
                                                       "exit_to_user_mode"};

bool is_everywhere(std::string_view function) {
    return std::ranges::any_of(kEverywhere,
                               [&](std::string_view prefix) { return function.starts_with(prefix); });
}

// Compilers' suffixes say nothing of the crash.
std::string plain(std::string_view function) { return std::string(function.substr(0, function.find('.'))); }

class Factors {
  public:
    explicit Factors(const std::vector<CrashCase>& cases) : cases_(cases) {
        for (std::size_t i = 0; i < cases.size(); ++i) of(i);
        uptimes();
        memory();
    }

    std::vector<SharedFactor> take() {
        for (auto& [key, factor] : found_) {
            if (factor.cases.size() < 2) continue;
            factor.known = std::max(factor.known, known_[factor.factor]);
            if (factor.factor == "CPU" && !tells_cpu(factor)) continue;
            shared_.push_back(std::move(factor));
        }
        std::ranges::stable_sort(shared_, [](const SharedFactor& one, const SharedFactor& other) {
            return std::pair(one.expected, other.cases.size()) < std::pair(other.expected, one.cases.size());
        });
        if (shared_.size() > kMostFactors) shared_.resize(kMostFactors);
        return std::move(shared_);
    }

  private:
    void add(std::size_t i, std::string_view name, std::string value, bool expected = false) {
        if (value.empty()) return;
        auto& factor = found_[{std::string(name), value}];
        if (!factor.cases.empty() && factor.cases.back() == i) return;  // twice in one crash
        factor.factor = name;
        factor.value = std::move(value);
        factor.expected = expected;
        factor.cases.push_back(i);
        if (seen_.insert({std::string(name), i}).second) ++known_[std::string(name)];
    }

    void of(std::size_t i) {
        const CrashCase& crash = cases_[i];
        const CrashEvent& event = crash.event;
        add(i, "kernel", crash.kernel.release, true);
        add(i, "architecture", crash.kernel.arch, true);
        add(i, "hardware", event.hardware.empty() ? crash.host.hardware : event.hardware, true);
        add(i, "kind", std::string(name_of(event.kind)));
        if (event.verdict.cause != Cause::unknown && event.verdict.confidence >= kConfident)
            add(i, "cause", std::string(name_of(event.verdict.cause)));
        if (!is_everywhere(event.ip.symbol)) add(i, "faulting function", plain(event.ip.symbol));
        add(i, "blamed function", plain(event.guilty.function));
        add(i, "module", event.guilty.module.empty() ? event.ip.module : event.guilty.module);
        if (!event.task.comm.starts_with("swapper/")) add(i, "task", event.task.comm);
        if (event.cpu) add(i, "CPU", std::to_string(*event.cpu));
        if (event.fault_address) add(i, "fault address", fmt::format("{:#x}", *event.fault_address));
        for (const std::string& issue : crash.issues) add(i, "known issue", issue);
        for (const std::string& message : crash.repeated_messages) add(i, "repeated message", message);
        for (const Module& module : event.modules)
            if (module.out_of_tree() || module.proprietary())
                add(i, "module loaded (not the kernel's own)", module.name);
        functions(i, event);
    }

    // From the blamed function outwards; what is further in is how the kernel reports.
    void functions(std::size_t i, const CrashEvent& event) {
        constexpr std::string_view kName = "function in the trace";
        for (std::string_view symbol :
             {std::string_view(event.ip.symbol), std::string_view(event.guilty.function)})
            if (!is_everywhere(symbol)) add(i, kName, plain(symbol));
        auto first = std::ranges::find(event.trace, event.guilty.function, &Frame::symbol);
        if (first == event.trace.end()) first = event.trace.begin();
        std::size_t frames = 0;
        for (; first != event.trace.end() && frames < kMostFrames; ++first)
            if (first->reliable && !first->symbol.empty() && !is_everywhere(first->symbol)) {
                add(i, kName, plain(first->symbol));
                ++frames;
            }
    }

    std::optional<double> uptime_of(const CrashCase& crash) {
        return crash.event.time ? crash.event.time : crash.host.uptime;
    }

    // Crashes that happened as long after their boot: the largest set within a hundredth.
    void uptimes() {
        std::vector<std::pair<double, std::size_t>> times;
        for (std::size_t i = 0; i < cases_.size(); ++i)
            if (auto time = uptime_of(cases_[i]); time && *time > 60) times.emplace_back(*time, i);
        std::ranges::sort(times);
        for (std::size_t first = 0; first < times.size();) {
            std::size_t last = first;
            while (last + 1 < times.size() && times[last + 1].first - times[first].first <=
                                                  std::min(times[first].first * kSameTime, kSameMinutes))
                ++last;
            if (last > first) add_uptime(times, first, last);
            first = last + 1;
        }
    }

    void add_uptime(const std::vector<std::pair<double, std::size_t>>& times, std::size_t first,
                    std::size_t last) {
        SharedFactor factor{.factor = "uptime", .known = times.size()};
        const double low = times[first].first, high = times[last].first;
        factor.value =
            duration(low) == duration(high) ? duration(low) : duration(low) + " to " + duration(high);
        for (std::size_t i = first; i <= last; ++i) factor.cases.push_back(times[i].second);
        std::ranges::sort(factor.cases);
        // A round number of hours, days or weeks is what a timer or a job makes.
        for (auto [seconds, name] :
             {std::pair(7 * 86400.0, "7 days"), {86400.0, "24 hours"}, {3600.0, "an hour"}}) {
            const double times_of = std::round(high / seconds);
            if (times_of >= 1 && times_of <= 4 && std::abs(high - times_of * seconds) < seconds * kSameTime) {
                factor.note = times_of == 1
                                  ? fmt::format("close to {}: something that runs so long after boot?", name)
                                  : fmt::format("close to {} times {}", static_cast<int>(times_of), name);
                break;
            }
        }
        shared_.push_back(std::move(factor));
    }

    void memory() {
        SharedFactor low{.factor = "free memory"};
        std::uint64_t most = 0;
        for (std::size_t i = 0; i < cases_.size(); ++i) {
            const CrashCase& crash = cases_[i];
            if (!crash.free_memory) continue;
            ++low.known;
            if (!crash.host.memory || static_cast<double>(*crash.free_memory) >=
                                          kLowMemory * static_cast<double>(*crash.host.memory))
                continue;
            low.cases.push_back(i);
            most = std::max(most, *crash.free_memory);
        }
        if (low.cases.size() < 2) return;
        low.value = "at most " + byte_size(most);
        low.note = "little of their memory; whether too little, the watermarks of each tell";
        shared_.push_back(std::move(low));
    }

    // One CPU of the same few is often shared by chance.
    bool tells_cpu(SharedFactor& factor) {
        double chance = 1;
        for (std::size_t i : factor.cases) {
            auto count = cases_[i].host.cpus;
            if (!count || *count == 0) return false;
            if (i != factor.cases.front()) chance *= *count;
        }
        if (chance < 8 || chance > 1e9) return chance > 1e9;
        factor.note = fmt::format("by chance 1 in {:.0f}", chance);
        return true;
    }

    const std::vector<CrashCase>& cases_;
    std::map<std::pair<std::string, std::string>, SharedFactor> found_;
    std::map<std::string, std::size_t> known_;
    std::set<std::pair<std::string, std::size_t>> seen_;
    std::vector<SharedFactor> shared_;
};

// Factors that bind two crashes together by themselves; the rest only add to it.
bool binds(const SharedFactor& factor) {
    static constexpr std::array<std::string_view, 5> kBinding{
        "faulting function", "blamed function", "function in the trace", "known issue", "module"};
    return std::ranges::find(kBinding, factor.factor) != kBinding.end();
}

bool has(const SharedFactor& factor, std::size_t i) { return std::ranges::binary_search(factor.cases, i); }

// Crashes belong together that share something that binds and one thing more.
std::vector<LookAlikes> groups_of(const Comparison& all) {
    const std::size_t count = all.cases.size();
    std::vector<std::size_t> group(count);
    std::iota(group.begin(), group.end(), std::size_t{0});
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = i + 1; j < count; ++j) {
            std::set<std::string_view> names;
            bool bound = false;
            for (const SharedFactor& factor : all.factors) {
                if (factor.expected || !has(factor, i) || !has(factor, j)) continue;
                names.insert(factor.factor);
                bound |= binds(factor);
            }
            if (!bound || names.size() < 2) continue;
            const std::size_t from = group[j], to = group[i];
            std::ranges::replace(group, from, to);
        }
    std::vector<LookAlikes> found;
    for (std::size_t leader = 0; leader < count; ++leader) {
        LookAlikes alike;
        for (std::size_t i = 0; i < count; ++i)
            if (group[i] == leader) alike.cases.push_back(i);
        if (alike.cases.size() < 2 || alike.cases.size() == count) continue;
        for (std::size_t f = 0; f < all.factors.size(); ++f)
            if (!all.factors[f].expected && std::ranges::includes(all.factors[f].cases, alike.cases))
                alike.factors.push_back(f);
        found.push_back(std::move(alike));
    }
    return found;
}

}  // namespace

std::vector<CrashCase> crash_cases(const Report& report) {
    std::map<int, const CrashEvent*> by_boot;
    for (const CrashEvent& event : report.events) {
        if (event.severity < Severity::error) continue;
        const CrashEvent*& best = by_boot[event.boot];
        if (!best || event.primary || (!best->primary && event.severity > best->severity)) best = &event;
    }
    std::vector<CrashCase> cases;
    for (auto [boot, event] : by_boot) {
        CrashCase one{.name = report.input.path, .event = *event, .host = report.host};
        one.kernel = event->kernel.release.empty() ? report.kernel : event->kernel;
        if (by_boot.size() > 1) {
            one.name += fmt::format("#{}", cases.size() + 1);
            if (!event->primary) one.host = {};  // what the report says of the host is the primary event's
        }
        for (const IssueMatch& issue : report.known_issues)
            if (issue.confidence >= kConfident &&
                std::ranges::find(issue.events, event->id) != issue.events.end())
                one.issues.push_back(issue.id);
        for (const Finding& finding : report.findings)
            if (finding.id == "repeated-message" && (event->primary || by_boot.size() == 1) &&
                !finding.evidence.empty())
                one.repeated_messages.push_back(finding.evidence.front().text);
        cases.push_back(std::move(one));
    }
    return cases;
}

Comparison compare(std::vector<CrashCase> cases) {
    Comparison comparison;
    comparison.cases = std::move(cases);
    comparison.factors = Factors(comparison.cases).take();
    comparison.groups = groups_of(comparison);
    return comparison;
}

}  // namespace inquest
