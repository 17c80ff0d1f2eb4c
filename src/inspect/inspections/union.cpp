#include "inspect/struct_command.h"

namespace inquest {

extern const Inspection plugin_inspections_union;
const Inspection plugin_inspections_union{"union", kStructUsage,
                                          "a union: its layout, or the values at an address", kStructHelp,
                                          [](Workspace& workspace, std::span<const std::string> arguments) {
                                              return show_struct(workspace, "union", arguments);
                                          }};

}  // namespace inquest
