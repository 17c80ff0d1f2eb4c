// The known issues that a command works with.
#pragma once

#include <expected>

#include "cli/command.h"
#include "knowledge/knowledge.h"

namespace inquest {

inline constexpr Option kKnowledgeOption{
    "--knowledge", "DIR|FILE", "more known issues: every *.yaml below DIR, or what `issue import` made",
    true};

// The built-in issues and those of each --knowledge. When one cannot be read, that has been said, and the
// exit status is Exit::unreadable for a compiled file that is damaged or of another version, else
// Exit::usage.
std::expected<Knowledge, Exit> knowledge_of(const Arguments& arguments);

}  // namespace inquest
