// Any bytes as a config.json: refused with a message, or a config whose sizes can be counted and
// which is written as it was read.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/checkpoint/config.h"
#include "engine/model/checkpoint/tensor_table.h"
#include "kernels/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto config = dsm::parseConfig(text, "fuzz");
    if (!config) {
        DSM_CHECK(config.error().message.find("fuzz") != std::string::npos);
        return 0;
    }
    DSM_CHECK(config->parameters() > 0);
    DSM_CHECK(config->activeParametersPerToken() <= config->parameters());
    DSM_CHECK(config->heads % config->keyValueHeads == 0);
    const auto again = dsm::parseConfig(dsm::writeConfig(*config), "fuzz");
    DSM_CHECK(again.has_value() && *again == *config);
    // A table of a million tensors takes seconds under the sanitizers.
    if (config->layers * config->routedExperts > 10'000) return 0;
    std::int64_t numbers = 0;
    for (const dsm::TensorSpec& spec : dsm::tensorTable(*config))
        numbers += spec.rows * spec.cols;
    DSM_CHECK(numbers == config->parameters());
    return 0;
}
