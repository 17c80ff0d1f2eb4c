// The known issues that a command works with.
#pragma once

#include <optional>

#include "cli/command.h"
#include "knowledge/knowledge.h"

namespace inquest {

inline constexpr Option kKnowledgeOption{
    "--knowledge", "DIR|FILE", "more known issues: every *.yaml below DIR, or what `issue import` made",
    true};

// The built-in issues and those of each --knowledge; nullopt when one cannot be read, which has been said.
std::optional<Knowledge> knowledge_of(const Arguments& arguments);

}  // namespace inquest
