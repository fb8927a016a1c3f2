#include "tests/support/damaged_model.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "kernels/base/check.h"

namespace dsm::test {

bool spoilFile(const std::filesystem::path& path, const Damage& damage) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    std::uint64_t length = 0;
    file.read(reinterpret_cast<char*>(&length), sizeof length);
    std::string text(length, ' ');
    file.read(text.data(), static_cast<std::streamsize>(length));
    const auto header = nlohmann::json::parse(text);
    if (!header.contains(damage.tensor)) return false;
    const auto& tensor = header[damage.tensor];
    const bool isWide = tensor["dtype"] == "F32";
    const std::uint32_t wide = damage.isInfinity ? 0x7f800000U : 0x7fc00000U;
    const auto narrow = static_cast<std::uint16_t>(wide >> 16);
    const std::int64_t each = isWide ? 4 : 2;
    file.seekp(
        static_cast<std::streamoff>(8 + length + tensor["data_offsets"][0].get<std::uint64_t>()) +
        damage.first * each);
    for (std::int64_t i = 0; i < damage.count; ++i) {
        file.write(
            isWide ? reinterpret_cast<const char*>(&wide) : reinterpret_cast<const char*>(&narrow),
            each);
    }
    return true;
}

std::filesystem::path damagedModel(const TemporaryFolder& folder, const Damage& damage,
                                   const std::string& name) {
    const std::filesystem::path model = folder / "damaged";
    std::filesystem::remove_all(model);
    std::filesystem::copy(std::filesystem::path(DSM_SOURCE_DIR) / "tests/golden" / name, model);
    bool isSpoilt = false;
    for (const auto& entry : std::filesystem::directory_iterator(model)) {
        std::filesystem::permissions(entry.path(), std::filesystem::perms::owner_write,
                                     std::filesystem::perm_options::add);
        if (entry.path().extension() == ".safetensors" &&
            entry.path().filename() != "golden.safetensors")
            isSpoilt = spoilFile(entry.path(), damage) || isSpoilt;
    }
    DSM_CHECK(isSpoilt);
    return model;
}

}  // namespace dsm::test
