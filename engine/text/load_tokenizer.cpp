#include "engine/format/json_file.h"
#include "engine/text/bpe_tokenizer.h"
#include "engine/text/sentencepiece_tokenizer.h"
#include "engine/text/tokenizer.h"
#include "engine/text/tokenizer_config.h"
#include "kernels/base/mapped_file.h"

namespace dsm {
namespace {

constexpr std::size_t kMaxFileBytes = 256 << 20;

}  // namespace

Result<std::unique_ptr<Tokenizer>> loadTokenizer(const std::filesystem::path& folder) {
    const Result<TokenizerConfig> config = readTokenizerConfig(folder);
    if (!config) return tl::unexpected(config.error());
    const std::filesystem::path jsonPath = folder / "tokenizer.json";
    const Result<nlohmann::json> document = readJson(jsonPath, kMaxFileBytes);
    if (document) return readBpeTokenizer(JsonField(*document, jsonPath.string()), *config);
    if (document.error().code != ErrorCode::NotFound) return tl::unexpected(document.error());

    const std::filesystem::path modelPath = folder / "tokenizer.model";
    const Result<MappedFile> model = MappedFile::open(modelPath);
    if (model) return readSentencePieceTokenizer(model->bytes(), modelPath.string(), *config);
    if (model.error().code != ErrorCode::NotFound) return tl::unexpected(model.error());
    return failure(ErrorCode::NotFound, folder.string() +
                                            ": the folder holds neither tokenizer.json nor "
                                            "tokenizer.model.");
}

}  // namespace dsm
