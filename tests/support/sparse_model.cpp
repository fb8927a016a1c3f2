#include "tests/support/sparse_model.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/check.h"

namespace dsm::test {

void writeSparseModel(const std::filesystem::path& folder, const ModelConfig& config, bool isChat) {
    std::filesystem::create_directories(folder);
    nlohmann::ordered_json header;
    std::int64_t end = 0;
    for (const TensorSpec& spec : tensorTable(config)) {
        const std::int64_t begin = end;
        end += spec.rows * spec.cols * 2;
        header[spec.name] = {
            {"dtype", "BF16"}, {"shape", spec.shape()}, {"data_offsets", {begin, end}}};
    }
    std::string json = header.dump();
    json.resize((json.size() + 7) / 8 * 8, ' ');
    const std::filesystem::path weights = folder / "model.safetensors";
    {
        std::ofstream file(weights, std::ios::binary);
        const std::uint64_t length = json.size();
        for (int shift = 0; shift < 64; shift += 8)
            file.put(static_cast<char>(length >> shift));
        file << json;
        DSM_CHECK(file.good());
    }
    std::filesystem::resize_file(weights, 8 + json.size() + static_cast<std::size_t>(end));
    std::ofstream(folder / "config.json") << writeConfig(config);
    std::ifstream tiny(std::filesystem::path(DSM_SOURCE_DIR) /
                       "tests/golden/tiny/tokenizer_config.json");
    nlohmann::json tokenizer = nlohmann::json::parse(tiny);
    if (!isChat) tokenizer.erase("chat_template");
    std::ofstream(folder / "tokenizer_config.json") << tokenizer.dump();
}

}  // namespace dsm::test
