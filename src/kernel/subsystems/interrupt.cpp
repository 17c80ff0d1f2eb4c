#include "kernel/subsystems/interrupt.h"

#include "base/text.h"
#include "kernel/percpu.h"
#include "kernel/subsystems/runqueue.h"
#include "kernel/walks.h"

namespace inquest {
namespace {

constexpr std::size_t kMostActions = 256;

// Descriptors by number: a radix tree up to 6.4, a maple tree since (721255b9826b).
Walk descriptors(Objects& objects) {
    Session& session = objects.session();
    auto never = [] { return false; };
    if (auto root = objects.global("maple_tree", "sparse_irqs").get("ma_root"))
        return walk_maple_tree(session.words(), *session.types(), *root, never);
    if (auto root = objects.global("xarray", "irq_desc_tree").get("xa_head"))
        return walk_xarray(session.words(), *session.types(), *root, never);
    return {};
}

std::vector<InterruptAction> actions_of(Objects& objects, const Object& descriptor) {
    std::vector<InterruptAction> actions;
    for (Object action = descriptor.follow("action"); action; action = action.follow("next")) {
        if (actions.size() >= kMostActions) {
            objects.add_problem("the handlers of the interrupt at " + hex(descriptor.address()) +
                                " run in a circle");
            break;
        }
        actions.push_back({action.text("name", 64).value_or(""), action.get("handler").value_or(0),
                           action.get("thread_fn").value_or(0)});
    }
    return actions;
}

}  // namespace

std::vector<InterruptView> interrupts(Objects& objects) {
    Session& session = objects.session();
    std::vector<InterruptView> all;
    if (!session.types()) return all;
    const auto offsets = per_cpu_offsets(session);
    const auto cpus = online_cpus(session);
    Walk walk = descriptors(objects);
    for (const std::string& problem : walk.problems) objects.add_problem("interrupts: " + problem);
    for (const WalkedEntry& entry : walk.entries) {
        Object descriptor = objects.at("irq_desc", entry.address);
        InterruptView view;
        view.address = entry.address;
        view.irq = descriptor.get("irq_data.irq").value_or(entry.first);
        view.hardware_irq = descriptor.get("irq_data.hwirq").value_or(0);
        view.chip = descriptor.in("irq_data").follow("chip").text("name", 64).value_or("");
        view.unhandled = static_cast<std::uint32_t>(descriptor.get("irqs_unhandled").value_or(0));
        view.depth = static_cast<std::uint32_t>(descriptor.get("depth").value_or(0));
        // A per-CPU count; since 6.11 (6e4bd0a5a0aa) the first member of a structure.
        auto counts = descriptor.get("kstat_irqs");
        for (unsigned cpu : cpus)
            view.counts.push_back(counts && *counts && cpu < offsets.size()
                                      ? session.read_as<std::uint32_t>(*counts + offsets[cpu]).value_or(0)
                                      : 0);
        view.actions = actions_of(objects, descriptor);
        all.push_back(std::move(view));
    }
    return all;
}

}  // namespace inquest
