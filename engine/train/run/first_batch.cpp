#include "engine/train/run/first_batch.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/train/run/json_document.h"

namespace dsm {
namespace {

using nlohmann::json;

// The tokens [begin, end) of a batch: one sample, or one of those that were packed together.
json sampleJson(const TokenBatch& batch, std::size_t begin, std::size_t end,
                const Tokenizer& tokenizer) {
    json parts = json::array();
    std::int64_t trained = 0;
    // A target stands beside the token before it.
    const auto isTrained = [&](std::size_t i) {
        return i > begin && batch.targets[i - 1] != kNotTrained;
    };
    for (std::size_t i = begin; i < end;) {
        const bool learns = isTrained(i);
        const bool isToken = tokenizer.isSpecial(batch.ids[i]);
        std::string text;
        const std::size_t first = i;
        do {
            text += isToken ? tokenizer.tokenText(batch.ids[i])
                            : std::string(tokenizer.tokenBytes(batch.ids[i]));
            ++i;
        } while (i < end && isTrained(i) == learns && tokenizer.isSpecial(batch.ids[i]) == isToken);
        if (learns) trained += static_cast<std::int64_t>(i - first);
        json part{{"text", text}};
        if (learns) part["trained"] = true;
        if (isToken) part["token"] = true;
        parts.push_back(std::move(part));
    }
    return {{"tokens", end - begin}, {"trained", trained}, {"parts", std::move(parts)}};
}

}  // namespace

Result<void> writeFirstBatch(const std::filesystem::path& folder,
                             std::span<const TokenBatch> batches, const Tokenizer& tokenizer) {
    json list = json::array();
    std::int64_t samples = 0;
    for (const TokenBatch& batch : batches) {
        json kept = json::array();
        for (std::size_t s = 0; s + 1 < batch.segments.size(); ++s, ++samples) {
            if (samples >= kSamplesKept) continue;
            kept.push_back(sampleJson(batch, static_cast<std::size_t>(batch.segments[s]),
                                      static_cast<std::size_t>(batch.segments[s + 1]), tokenizer));
        }
        list.push_back(std::move(kept));
    }
    return writeDocument(folder / kFirstBatchName,
                         {{"batches", std::move(list)},
                          {"samples", samples},
                          {"left_out", std::max<std::int64_t>(samples - kSamplesKept, 0)}});
}

}  // namespace dsm
