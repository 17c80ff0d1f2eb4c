#include <array>

#include "kernel/filesystem.h"

namespace inquest {
namespace {

constexpr std::array<std::string_view, 4> kRedirect{"off", "follow", "nofollow", "on"},
    kUuid{"off", "null", "auto", "on"};
constexpr std::array<std::string_view, 3> kXino{"off", "auto", "on"}, kVerity{"off", "on", "require"};
constexpr std::uint64_t kMostLayers = 500;  // OVL_MAX_STACK

// A module parameter that says what is not shown because it is the default.
bool is_default_on(Objects& objects, std::string_view name) {
    auto address = objects.variable(name);
    return address && objects.session().read_as<std::uint8_t>(*address).value_or(0) == 1;
}

// config.lowerdir, a text, up to 6.4; since then lowerdirs[], with what was typed in [0] since 6.7
// (24e16e385f22) where it was typed at once.
void lower_layers(Objects& objects, const Object& info, const Object& config, MountOptions& out) {
    if (config.has("lowerdir")) {
        out.set("lowerdir", config.text("lowerdir").value_or("(unknown)"));
        return;
    }
    auto table = config.get("lowerdirs");
    auto text_at = [&](std::uint64_t i) -> std::string {
        auto pointer = table ? objects.session().read_pointer(*table + i * 8) : std::nullopt;
        return pointer && *pointer ? objects.session().read_string(*pointer, 4096) : "";
    };
    const std::uint64_t layers = info.get("numlayer").value_or(0),
                        data = info.get("numdatalayer").value_or(0);
    if (!table || layers > kMostLayers || data > layers) return out.incomplete();
    if (std::string typed = text_at(0); !typed.empty()) return out.set("lowerdir", typed);
    for (std::uint64_t i = 1; i < layers; ++i)
        out.set(i < layers - data ? "lowerdir+" : "datadir+", text_at(i));
}

// ovl_show_options (fs/overlayfs/super.c, since 6.5 params.c).
void options(Objects& objects, const Object& superblock, MountOptions& out) {
    Object info = objects.at("ovl_fs", superblock.get("s_fs_info").value_or(0)), config = info.in("config");
    if (!config) return out.incomplete();
    lower_layers(objects, info, config, out);
    if (auto upper = config.text("upperdir")) {
        out.set("upperdir", *upper);
        out.set("workdir", config.text("workdir").value_or(""));
    }
    if (config.get("default_permissions").value_or(0)) out.flag("default_permissions");
    auto switched = [&](std::string_view member, std::string_view parameter) {
        auto on = config.get(member);
        if (on && (*on != 0) != is_default_on(objects, parameter)) out.set(member, *on ? "on" : "off");
    };
    // Up to 6.4 redirect_mode is a text; what was not asked for is "off" then whatever is followed.
    const bool is_text = config.has("redirect_dir");
    const bool follows = is_default_on(objects, "ovl_redirect_always_follow");
    const std::string_view usual = is_default_on(objects, "ovl_redirect_dir_def") ? "on"
                                   : is_text                                      ? "off"
                                   : follows                                      ? "follow"
                                                                                  : "nofollow";
    std::string redirect = is_text ? config.text("redirect_mode").value_or("") : "";
    if (auto mode = config.get("redirect_mode"); !is_text && mode && *mode < kRedirect.size())
        redirect = kRedirect[*mode];
    if (!redirect.empty() && redirect != usual) out.set("redirect_dir", redirect);
    if (auto verity = config.get("verity_mode").value_or(0); verity && verity < kVerity.size())
        out.set("verity", kVerity[verity]);
    switched("index", "ovl_index_def");
    if (auto uuid = config.get("uuid"); uuid && config.has("lowerdirs") && *uuid != 2 && *uuid < kUuid.size())
        out.set("uuid", kUuid[*uuid]);
    if (!config.has("lowerdirs") && config.get("uuid") == 0U) out.set("uuid", "off");
    switched("nfs_export", "ovl_nfs_export_def");
    const std::uint64_t usual_xino = is_default_on(objects, "ovl_xino_auto_def") ? 1 : 0;
    // Where all layers are of one file system (numfs 1) the kernel does not show it, since 5.16.
    if (auto xino = config.get("xino"); xino && *xino < kXino.size() && *xino != usual_xino &&
                                        (!config.has("userxattr") || info.get("xino_mode") != 0U))
        out.set("xino", kXino[*xino]);
    switched("metacopy", "ovl_metacopy_def");
    if (config.get("ovl_volatile").value_or(0)) out.flag("volatile");
    if (config.get("userxattr").value_or(0)) out.flag("userxattr");
}

}  // namespace

extern const Filesystem plugin_filesystems_overlay;
const Filesystem plugin_filesystems_overlay{0x794c7630, options};

}  // namespace inquest
