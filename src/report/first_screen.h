// The five lines an operator reads first: what happened, is it known, what to do now, why we think so, which
// machine.
#pragma once

#include <string>
#include <string_view>

#include "model/report.h"
#include "report/document.h"

namespace inquest {

// The issue that explains the event best, nullptr when none does.
const IssueMatch* issue_of(const Report& report, const CrashEvent& event);

// The remedy to begin with: nullptr when the issue has none, or none is due (fixed, not affected).
const Remedy* remedy_of(const IssueMatch& issue);

// What the claim rests on, shortest form: "rdi (page) = 0; lock decl 0x1c(%rdi); log lines 212, 219".
std::string why_of(const CrashEvent& event);

// "3.10.0-514.26.2.el7, nginx[9377], CPU 29, up 3:43", as far as known.
std::string machine_of(const Report& report, const CrashEvent& event);

Tone tone_of(IssueStatus status);

FirstScreen first_screen(const Report& report, const CrashEvent& event);

}  // namespace inquest
