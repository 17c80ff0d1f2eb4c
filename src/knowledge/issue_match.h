// From a signature that fits to what the report says about it.
#pragma once

#include "knowledge/issue.h"
#include "knowledge/matcher.h"
#include "knowledge/version.h"

namespace inquest {

// Status, remedies and texts for `kernel`, which is of `package`. The confidence is the fit's score times the
// issue's own, lowered where the kernel should not have the issue.
IssueMatch told(const Issue& issue, SignatureMatch&& fit, const CrashEvent& event, const Kernel& kernel,
                const KernelPackage& package);

}  // namespace inquest
