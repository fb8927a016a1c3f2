#include "engine/generate/language_model.h"

#include <algorithm>
#include <utility>

#include "engine/generate/generation_config.h"
#include "engine/generate/setting_range.h"
#include "engine/generate/token_picker.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/non_finite.h"
#include "engine/text/tokenizer_load.h"
#include "kernels/base/reason.h"

namespace dsm {
namespace {

std::string folderName(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(folder, error);
    return (error ? folder : whole).filename().string();
}

}  // namespace

Result<std::unique_ptr<LanguageModel>> LanguageModel::load(const LoadOptions& options,
                                                           const ProgressSink& progress,
                                                           std::stop_token stop) {
    auto result = std::unique_ptr<LanguageModel>(new LanguageModel);
    result->name_ = folderName(options.folder);

    // The small files first: what is wrong with them shows at once.
    const Result<ModelConfig> config = readConfig(options.folder);
    if (!config) return tl::unexpected(config.error());
    Result<std::unique_ptr<Tokenizer>> tokenizer = loadTokenizer(options.folder, config->vocabSize);
    if (!tokenizer) return tl::unexpected(tokenizer.error());
    Result<std::optional<ChatTemplate>> chatTemplate = ChatTemplate::load(options.folder);
    if (!chatTemplate && chatTemplate.error().code == ErrorCode::Unsupported) {
        result->templateProblem_ = chatTemplate.error();
        chatTemplate = std::nullopt;
    }
    if (!chatTemplate) return tl::unexpected(chatTemplate.error());
    Result<GenerationConfig> own = readGenerationConfig(options.folder, config->vocabSize);
    if (!own) return tl::unexpected(own.error());
    Result<std::unique_ptr<Model>> model = Model::load({.folder = options.folder,
                                                        .backend = options.backend,
                                                        .threads = options.threads,
                                                        .contextLimit = options.contextLimit,
                                                        .kv = options.kv,
                                                        .residency = options.residency,
                                                        .gpu = options.gpu,
                                                        .gpuLayers = options.gpuLayers,
                                                        .sampledVocab = (*tokenizer)->vocabSize()},
                                                       progress, std::move(stop));
    if (!model) return tl::unexpected(model.error());
    result->tokenizer_ = std::move(*tokenizer);
    result->template_ = std::move(*chatTemplate);
    result->ownSettings_ = std::move(own->settings);
    result->endIds_ = std::move(own->endIds);
    result->endIds_.insert(result->endIds_.end(), config->moreEosIds.begin(),
                           config->moreEosIds.end());
    for (const TokenId id : {config->eosId, result->tokenizer_->eosId()})
        result->endIds_.push_back(id);
    result->model_ = std::move(*model);
    if (options.adapter) {
        if (auto used = result->useAdapter(options.adapter); !used) {
            return tl::unexpected(used.error());
        }
    }
    return result;
}

Result<void> LanguageModel::useAdapter(const std::optional<AdapterChoice>& choice) {
    if (choice == adapter_) return {};
    std::shared_ptr<const LoraAdapter> adapter;
    const bool isSameFolder = choice && adapter_ && choice->folder == adapter_->folder;
    if (isSameFolder) {
        adapter = model_->adapter();
    } else if (choice) {
        auto read = readAdapter(choice->folder, config());
        if (!read) return tl::unexpected(read.error());
        adapter = std::make_shared<const LoraAdapter>(std::move(*read));
    }
    if (auto used = model_->useAdapter(std::move(adapter), choice ? choice->scale : 1); !used) {
        return used;
    }
    adapter_ = choice;
    return {};
}

std::vector<TokenId> LanguageModel::encodeText(std::string_view text) const {
    std::vector<TokenId> ids;
    if (tokenizer_->addBos() && tokenizer_->bosId() >= 0) ids.push_back(tokenizer_->bosId());
    tokenizer_->encode(text, ids);
    return ids;
}

bool LanguageModel::endsReply(TokenId id) const {
    return std::find(endIds_.begin(), endIds_.end(), id) != endIds_.end();
}

Result<GenerationSettings> LanguageModel::settingsFor(std::span<const TokenId> prompt,
                                                      GenerationSettings settings) const {
    DSM_CHECK(!prompt.empty());
    if (auto failed = Tokenizer::takeFailure(); failed) return tl::unexpected(std::move(*failed));
    if (auto checked = checkSettings(settings); !checked) return tl::unexpected(checked.error());
    const auto tokens = static_cast<std::int64_t>(prompt.size());
    if (tokens >= contextLimit()) {
        return failure(ErrorCode::Unsupported, ReasonCode::TextTooLong,
                       {std::to_string(tokens), std::to_string(contextLimit())});
    }
    if (settings.maximumLength == 0) return settings;
    if (tokens >= settings.maximumLength) {
        return failure(ErrorCode::Unsupported, ReasonCode::TextTooLongForMaximum,
                       {std::to_string(tokens), std::to_string(settings.maximumLength)});
    }
    settings.maximumTokens = std::min(settings.maximumTokens, settings.maximumLength - tokens);
    return settings;
}

std::optional<std::span<float>> LanguageModel::readPrompt(std::span<const TokenId> prompt,
                                                          PromptRead& read, std::stop_token stop) {
    const auto tokens = static_cast<std::int64_t>(prompt.size());
    // The last token is always read again: its logits are needed.
    const std::int64_t reused = std::min(model_->cache().commonPrefix(prompt), tokens - 1);
    read.statistics.promptTokens = tokens;
    read.statistics.reusedTokens = reused;
    model_->rewind(reused);
    read.started = PromptRead::Clock::now();
    const auto logits =
        model_->read(prompt.subspan(static_cast<std::size_t>(reused)), std::move(stop));
    read.ended = PromptRead::Clock::now();
    if (logits) {
        read.statistics.promptTokensPerSecond =
            perSecond(tokens - reused, read.ended - read.started);
    }
    return logits;
}

Generation LanguageModel::finished(ReplyWriter& writer, std::span<const TokenId> prompt,
                                   const std::stop_token& stop) {
    if (writer.reason() != StopReason::NotFinite) return writer.finish({});
    std::vector<TokenId> whole(prompt.begin(), prompt.end());
    whole.insert(whole.end(), writer.ids().begin(), writer.ids().end());
    return writer.finish(explainNonFinite(*model_, whole, stop).message);
}

Result<Generation> LanguageModel::generate(std::span<const TokenId> prompt,
                                           const GenerationSettings& wanted, const PieceSink& sink,
                                           std::stop_token stop) {
    const auto settings = settingsFor(prompt, wanted);
    if (!settings) return tl::unexpected(settings.error());
    PromptRead read;
    const auto logits = readPrompt(prompt, read, stop);
    if (logits) {
        if (auto checked = checkChoice(*logits, tokenizer_->vocabSize(), name_); !checked)
            return tl::unexpected(checked.error());
    }
    ReplyWriter writer(*tokenizer_, endIds_, *settings, read, sink);
    std::unique_ptr<TokenPicker> picker;
    if (logits) {
        picker = pickTokens(*model_,
                            {.sampling = settings->sampling,
                             .prompt = prompt,
                             .vocabSize = tokenizer_->vocabSize(),
                             .maximumTokens = settings->maximumTokens,
                             .looksAhead = settings->looksAhead},
                            *logits);
    }
    while (!writer.hasEnded()) {
        const std::optional<TokenId> id = picker ? picker->next(stop) : std::nullopt;
        if (!id && model_->failure()) return tl::unexpected(*model_->failure());
        if (!id || stop.stop_requested()) {
            writer.cancel();
        } else {
            const std::size_t positions = prompt.size() + writer.ids().size();
            writer.take(*id, static_cast<std::int64_t>(positions) == contextLimit());
        }
    }
    picker.reset();  // a GPU that was a token ahead has come to rest
    return finished(writer, prompt, stop);
}

}  // namespace dsm
