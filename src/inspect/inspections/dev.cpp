#include <fmt/format.h>

#include "base/text.h"
#include "inspect/inspection.h"
#include "kernel/subsystems/device.h"

namespace inquest {
namespace {

Result<InspectionAnswer> run(Workspace& workspace, std::span<const std::string> arguments) {
    auto options = Options::parse("dev", "", arguments);
    if (!options) return std::unexpected(std::move(options.error()));
    if (!options->words().empty()) return fail("dev takes no words");
    Objects objects(workspace.session());
    auto characters = character_devices(objects), blocks = block_devices(objects);
    if (characters.empty() && blocks.empty())
        return cannot_tell("the kernel's symbols do not tell where its devices are (chrdevs, major_names)");
    InspectionAnswer answer;
    Json::Array character_list, block_list;
    answer.text = fmt::format("{:>5} {:>7} {:>7}  {:24}  OPERATIONS\n", "CHAR", "MINOR", "COUNT", "NAME");
    for (const DeviceNumbers& device : characters) {
        const std::string operations = device.operations ? workspace.symbol_text(device.operations) : "";
        answer.text += fmt::format("{:>5} {:>7} {:>7}  {:24}  {}\n", device.major, device.first_minor,
                                   device.minors, escape_for_terminal(device.name), operations);
        Json one;
        one.set("major", device.major);
        one.set("first_minor", device.first_minor);
        one.set("minors", device.minors);
        one.set("name", device.name);
        one.set("operations", operations);
        character_list.push_back(std::move(one));
    }
    answer.text += fmt::format("\n{:>5}  NAME\n", "BLOCK");
    for (const DeviceNumbers& device : blocks) {
        answer.text += fmt::format("{:>5}  {}\n", device.major, escape_for_terminal(device.name));
        Json one;
        one.set("major", device.major);
        one.set("name", device.name);
        block_list.push_back(std::move(one));
    }
    answer.json.set("character", std::move(character_list));
    answer.json.set("block", std::move(block_list));
    answer.problems = objects.problems();
    return answer;
}

}  // namespace

extern const Inspection plugin_inspections_dev;
const Inspection plugin_inspections_dev{"dev", "", "character and block devices by number, as /proc/devices",
                                        "Character devices with their range of minor numbers and the file "
                                        "operations behind them; block devices by\n"
                                        "their major number.\n",
                                        run};

}  // namespace inquest
