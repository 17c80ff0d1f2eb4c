#include "crashlog/collector.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace inquest {
namespace {

std::string folding_key(const CrashEvent& event) {
    return std::to_string(event.boot) + '|' + std::string(name_of(event.kind)) + '|' + event.signature;
}

constexpr std::size_t kLongestCpuList = 64;

// Keeps the list of CPUs that a repeated report came from.
void note_cpu(CrashEvent& first, std::optional<int> cpu) {
    if (!cpu || !first.cpu) return;
    auto known = std::ranges::find(first.facts, "repeated-on-cpus", &Fact::name);
    if (known == first.facts.end()) {
        if (cpu == first.cpu) return;
        first.facts.push_back({"repeated-on-cpus", std::to_string(*first.cpu), first.lines.first});
        known = first.facts.end() - 1;
    }
    auto listed = split_words(known->value);
    auto number = std::to_string(*cpu);
    if (std::ranges::find(listed, number) == listed.end() && known->value.size() < kLongestCpuList)
        known->value += ' ' + number;
}

// What one event of a boot tells of the kernel holds for the others of that boot.
void share_machine(std::vector<CrashEvent>& events) {
    std::unordered_map<int, Kernel> known;
    for (const CrashEvent& event : events) {
        Kernel& kernel = known[event.boot];
        if (kernel.release.empty()) {
            kernel.release = event.kernel.release;
            kernel.version = event.kernel.version;
        }
        if (kernel.arch.empty()) kernel.arch = event.kernel.arch;
    }
    for (CrashEvent& event : events) {
        const Kernel& kernel = known[event.boot];
        if (event.kernel.release.empty()) {
            event.kernel.release = kernel.release;
            event.kernel.version = kernel.version;
        }
        if (event.kernel.arch.empty()) event.kernel.arch = kernel.arch;
    }
}

}  // namespace

// Past the limit the events of earlier boots go first: the last one is explained.
void Collector::make_room(int boot) {
    if (events_.size() < options_.distinct_limit || events_.empty() || events_.front().boot == boot) return;
    int oldest = events_.front().boot;
    auto kept = std::ranges::find_if(events_, [&](const CrashEvent& event) { return event.boot != oldest; });
    not_kept_ += static_cast<std::uint64_t>(kept - events_.begin());
    events_.erase(events_.begin(), kept);
    by_signature_.clear();
    for (std::size_t i = 0; i < events_.size(); ++i)
        if (!events_[i].signature.empty()) by_signature_.emplace(folding_key(events_[i]), i);
}

CrashEvent* Collector::same_crash(const CrashEvent& event) {
    auto same = [&](const CrashEvent& other) {
        return other.task.pid == event.task.pid && event.task.pid && other.ip.symbol == event.ip.symbol &&
               !event.ip.symbol.empty() && other.severity >= Severity::error;
    };
    auto found = std::ranges::find_if(events_, same);
    return found == events_.end() ? nullptr : &*found;
}

std::vector<CrashEvent*> Collector::latest(int boot) {
    static constexpr std::size_t kFew = 8;
    std::vector<CrashEvent*> found;
    for (auto event = events_.rbegin(); event != events_.rend() && found.size() < kFew; ++event)
        if (event->boot == boot) found.push_back(&*event);
    return found;
}

void Collector::add(CrashEvent event) {
    event.id = ++last_id_;
    if (options_.every_event && sink_) return sink_(std::move(event));
    if (!event.signature.empty()) {
        if (auto known = by_signature_.find(folding_key(event)); known != by_signature_.end()) {
            CrashEvent& first = events_[known->second];
            ++first.repeats;
            note_cpu(first, event.cpu);
            if (first.kernel.release.empty()) first.kernel = std::move(event.kernel);
            first.severity = std::max(first.severity, event.severity);
            return;
        }
    }
    make_room(event.boot);
    if (events_.size() >= options_.distinct_limit) {
        ++not_kept_;
        return;
    }
    if (!event.signature.empty()) by_signature_.emplace(folding_key(event), events_.size());
    events_.push_back(std::move(event));
}

void Collector::finish(LogContents& contents, bool excerpts) {
    share_machine(events_);
    rank(events_, excerpts);
    contents.events_not_kept = not_kept_;
    if (!sink_) {
        contents.events = std::move(events_);
        return;
    }
    for (CrashEvent& event : events_) sink_(std::move(event));
}

}  // namespace inquest
