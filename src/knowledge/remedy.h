// What to do on the machine at hand. Root will paste these commands: nothing out of a log gets into one
// unless it matches a strict pattern.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "knowledge/issue.h"
#include "knowledge/version.h"
#include "model/report.h"

namespace inquest {

struct RemedyContext {
    const Kernel& kernel;
    const KernelPackage& package;  // identify_kernel() of it
    const AffectedAnswer& answer;  // is_affected() of that
    std::string_view module;       // that the event is about, "" none
};

// The rules that hold for this kernel, in their order: those of other products and versions are left out, and
// so are upgrades and live patches for a kernel that does not have the issue. An upgrade for any product is
// left out when there is one for this product. A command's {release}, {build} (of the release, behind its
// last '-'), {arch}, {module}, {fixed} and {package} are filled in. When a value is missing or is not clean,
// or when it is not known whether the rule is for this kernel, the command is empty and the action says why.
std::vector<Remedy> remedies_for(const std::vector<RemedyRule>& rules, const RemedyContext& context);

// "{name}" in a command that stands for nothing, for lint.
std::vector<std::string> unknown_placeholders(std::string_view command);

}  // namespace inquest
