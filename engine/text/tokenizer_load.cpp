#include "engine/text/tokenizer_load.h"

#include <new>
#include <nlohmann/json.hpp>

#include "engine/format/json_file.h"
#include "engine/format/model_file.h"
#include "engine/text/bpe_tokenizer.h"
#include "engine/text/sentencepiece_tokenizer.h"
#include "engine/text/tokenizer_config.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

// The largest published vocabularies take 35 MB.
constexpr std::size_t kMaxFileBytes = 256 << 20;

Result<std::unique_ptr<Tokenizer>> load(const std::filesystem::path& folder) {
    const Result<TokenizerConfig> config = readTokenizerConfig(folder);
    if (!config) return tl::unexpected(config.error());
    const std::filesystem::path jsonPath = folder / "tokenizer.json";
    const Result<nlohmann::json> document = readJson(jsonPath, kMaxFileBytes);
    if (document) return readBpeTokenizer(JsonField(*document, jsonPath.string()), *config);
    if (document.error().code != ErrorCode::NotFound) return tl::unexpected(document.error());

    const std::filesystem::path modelPath = folder / "tokenizer.model";
    const Result<MappedFile> model = openModelFile(modelPath, kMaxFileBytes);
    if (model) {
        auto tokenizer = readSentencePieceTokenizer(model->bytes(), modelPath.string(), *config);
        if (model->isChanged()) return tl::unexpected(fileWasChanged(modelPath));
        return tokenizer;
    }
    if (model.error().code != ErrorCode::NotFound) return tl::unexpected(model.error());
    return failure(ErrorCode::NotFound, ReasonCode::TokenizerNotThere, {folder.string()});
}

}  // namespace

Result<std::unique_ptr<Tokenizer>> loadTokenizer(const std::filesystem::path& folder) {
    try {
        return load(folder);
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, ReasonCode::NoMemoryForTokenizer, {folder.string()});
    }
}

Result<std::unique_ptr<Tokenizer>> loadTokenizer(const std::filesystem::path& folder,
                                                 std::int64_t modelVocabSize) {
    Result<std::unique_ptr<Tokenizer>> tokenizer = loadTokenizer(folder);
    if (!tokenizer || (*tokenizer)->vocabSize() <= modelVocabSize) return tokenizer;
    return failure(ErrorCode::Malformed, ReasonCode::TokenizerOfOtherModel,
                   {folder.string(), std::to_string((*tokenizer)->vocabSize()),
                    std::to_string(modelVocabSize)});
}

}  // namespace dsm
