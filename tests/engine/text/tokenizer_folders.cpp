#include "tests/engine/text/tokenizer_folders.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace dsm::test {

std::vector<Vector> readVectors(const std::filesystem::path& path) {
    std::vector<Vector> vectors;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const nlohmann::json entry = nlohmann::json::parse(line);
        vectors.push_back(
            {entry["text"].get<std::string>(), entry["ids"].get<std::vector<TokenId>>()});
    }
    return vectors;
}

}  // namespace dsm::test
