#include "tests/support/tiny_models.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace dsm::test {

GoldenGreedy goldenGreedy(const std::string& name) {
    std::ifstream file(goldenFolder(name) / "greedy.json");
    const auto golden = nlohmann::json::parse(file);
    GoldenGreedy greedy{golden["sampled_vocab"].get<std::ptrdiff_t>(), {}};
    for (const auto& one : golden["cases"]) {
        greedy.cases.push_back({one["prompt"].get<std::vector<std::int32_t>>(),
                                one["continuation"].get<std::vector<std::int32_t>>(),
                                one["padding_would_win_at"].size()});
    }
    return greedy;
}

}  // namespace dsm::test
