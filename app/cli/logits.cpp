#include <charconv>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <utility>

#include "app/cli/terminal.h"
#include "engine/format/model_file.h"
#include "engine/format/safetensors_writer.h"
#include "engine/model/model.h"
#include "engine/model/non_finite.h"

namespace dsm::cli {
namespace {

constexpr std::uint64_t kMostIdsBytes = std::uint64_t{256} << 20;

// White-space separated ids, each one of the vocabulary.
Result<std::vector<TokenId>> readIds(const std::filesystem::path& path, std::int64_t vocabSize) {
    auto text = readTextFile(path, kMostIdsBytes);
    if (!text) return tl::unexpected(text.error());
    std::istringstream file(std::move(*text));
    std::vector<TokenId> ids;
    for (std::string word; file >> word;) {
        std::int64_t id = -1;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
        if (error != std::errc() || end != word.data() + word.size() || id < 0 || id >= vocabSize) {
            return failure(ErrorCode::Malformed, path.string() + ": \"" + word + "\" (word " +
                                                     std::to_string(ids.size() + 1) +
                                                     ") is not a token id below " +
                                                     std::to_string(vocabSize) + ".");
        }
        ids.push_back(static_cast<TokenId>(id));
    }
    if (ids.empty()) return failure(ErrorCode::Malformed, path.string() + " holds no token ids.");
    return ids;
}

}  // namespace

int logits(const LogitsOptions& options) {
    const Result<std::filesystem::path> folder = modelFolder(options.engine.model);
    if (!folder) return fail(folder.error());
    const Result<ModelConfig> config = readConfig(*folder);
    if (!config) return fail(config.error());
    const auto ids = readIds(options.idsFile, config->vocabSize);
    if (!ids) return fail(ids.error());
    const auto count = static_cast<std::int64_t>(ids->size());
    if (count > config->maxPositions) {
        return fail({ErrorCode::Unsupported, options.idsFile.string() + " holds " +
                                                 std::to_string(count) + " ids, but the model's " +
                                                 "context ends at " +
                                                 std::to_string(config->maxPositions) + "."});
    }
    const auto stop = Interrupt::arm();
    const auto model = Model::load({.folder = *folder,
                                    .backend = options.engine.backend,
                                    .threads = options.engine.threads,
                                    .contextLimit = count,
                                    .kv = options.engine.kv,
                                    .residency = residencyOf(options.engine),
                                    .gpu = options.engine.gpu,
                                    .gpuLayers = options.engine.gpuLayers},
                                   {}, stop->get_token());
    if (!model) return fail(model.error());
    if (const auto used = useAdapter(**model, options.engine); !used) return fail(used.error());

    auto writer = SafetensorsWriter::create(
        options.out, {{.name = "logits", .dtypeName = "F32", .shape = {count, config->vocabSize}}});
    if (!writer) return fail(writer.error());
    Result<void> written;
    bool isFinite = true;
    (*model)->readWithLogits(*ids, [&](Matrix<const float> rows) {
        const std::span<const float> numbers(rows.data, static_cast<std::size_t>(rows.size()));
        isFinite = isFinite && areFinite(numbers);
        if (written) written = writer->append(std::as_bytes(numbers));
    });
    if (const auto& failed = (*model)->failure()) return fail(*failed);
    if (!isFinite) return fail(explainNonFinite(**model, *ids, stop->get_token()));
    if (written) written = writer->finish();
    if (!written) return fail(written.error());
    note("Wrote logits [" + std::to_string(count) + ", " + std::to_string(config->vocabSize) +
         "] to " + options.out.string() + " (" + (*model)->backendDescription() + ").");
    return kOk;
}

}  // namespace dsm::cli
