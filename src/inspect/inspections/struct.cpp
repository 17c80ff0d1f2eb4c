#include "inspect/struct_command.h"

namespace inquest {

extern const Inspection plugin_inspections_struct;
const Inspection plugin_inspections_struct{"struct", kStructUsage,
                                           "a struct: its layout, or the values at an address", kStructHelp,
                                           [](Workspace& workspace, std::span<const std::string> arguments) {
                                               return show_struct(workspace, "struct", arguments);
                                           }};

}  // namespace inquest
