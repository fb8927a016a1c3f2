// Any bytes as tokenizer.json: refused or accepted, never a crash; what is accepted encodes and
// decodes the same bytes as text.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/format/json_file.h"
#include "engine/text/bpe_tokenizer.h"
#include "engine/text/stream_decoder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const dsm::Result<nlohmann::json> document = dsm::parseJson(text, "tokenizer.json");
    if (!document) return 0;
    const auto tokenizer =
        dsm::readBpeTokenizer(dsm::JsonField(*document, "tokenizer.json"), dsm::TokenizerConfig());
    if (!tokenizer) return 0;
    dsm::StreamDecoder decoder(**tokenizer);
    for (const dsm::TokenId id : (*tokenizer)->encode(text)) {
        if (!(*tokenizer)->isKnown(id)) __builtin_trap();
        decoder.push(id);
    }
    decoder.finish();
    return 0;
}
