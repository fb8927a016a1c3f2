#include "engine/generate/demo_model.h"

#include <cstdlib>
#include <system_error>

namespace dsm {
namespace fs = std::filesystem;

std::optional<fs::path> demoModelFolder() {
    std::error_code error;
    const auto holdsModel = [&](const fs::path& folder) {
        return fs::exists(folder / "config.json", error);
    };
    if (const char* forced = std::getenv("DSM_DEMO_MODEL"); forced != nullptr && *forced != '\0') {
        if (holdsModel(forced)) return fs::path(forced);
        return std::nullopt;
    }
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path installed = program.parent_path() / "../share/deepseekmoe/demo_model";
    if (!program.empty() && holdsModel(installed)) return installed.lexically_normal();
    const fs::path built = DSM_DEMO_MODEL_DIR;
    if (holdsModel(built)) return built;
    return std::nullopt;
}

bool isDemoModel(const fs::path& folder) {
    const std::optional<fs::path> demo = demoModelFolder();
    std::error_code error;
    return demo && fs::equivalent(*demo, folder, error);
}

}  // namespace dsm
