// The JSON contract, inquest.report/1 (docs/report-schema.json).
#pragma once

#include "base/json.h"
#include "model/report.h"

namespace inquest {

// 64-bit values are "0x" strings; what is not known is null; lists are never null.
Json to_json(const Kernel& kernel);
Json to_json(const CrashEvent& event);
// The same, open for more members.
Json::Object members_of(const CrashEvent& event);
Json to_json(const IssueMatch& issue);
Json to_json(const Verdict& verdict);
Json to_json(const Report& report);

}  // namespace inquest
