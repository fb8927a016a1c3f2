#include "engine/generate/language_model.h"

#include <algorithm>
#include <chrono>

#include "engine/generate/generation_config.h"
#include "engine/generate/setting_range.h"
#include "engine/generate/stop_strings.h"
#include "engine/generate/token_picker.h"
#include "engine/model/adapter/adapter_file.h"
#include "engine/model/adapter/adapter_folder.h"
#include "engine/model/non_finite.h"
#include "engine/text/stream_decoder.h"
#include "engine/text/tokenizer_load.h"

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

double perSecond(std::int64_t count, Seconds time) {
    return count > 0 && time.count() > 0 ? static_cast<double>(count) / time.count() : 0;
}

std::string folderName(const std::filesystem::path& folder) {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::weakly_canonical(folder, error);
    return (error ? folder : whole).filename().string();
}

// Turns tokens into the text that may be shown.
class ReplyText {
  public:
    ReplyText(const Tokenizer& tokenizer, const std::vector<std::string>& stops)
        : decoder_(tokenizer), stops_(stops) {}

    std::string push(TokenId id) { return stops_.push(decoder_.push(id)); }
    std::string finish() { return stops_.push(decoder_.finish()) + stops_.finish(); }
    bool stopFound() const { return stops_.found(); }

  private:
    StreamDecoder decoder_;
    StopStrings stops_;
};

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

Result<Generation> LanguageModel::generate(std::span<const TokenId> prompt,
                                           const GenerationSettings& settings,
                                           const PieceSink& sink, std::stop_token stop) {
    DSM_CHECK(!prompt.empty());
    if (auto failed = Tokenizer::takeFailure(); failed) return tl::unexpected(std::move(*failed));
    if (auto checked = checkSettings(settings); !checked) return tl::unexpected(checked.error());
    const auto promptTokens = static_cast<std::int64_t>(prompt.size());
    if (promptTokens >= contextLimit()) {
        return failure(ErrorCode::Unsupported, "The text is " + std::to_string(promptTokens) +
                                                   " tokens long, but this model's context holds " +
                                                   std::to_string(contextLimit()) +
                                                   ". Shorten it.");
    }
    ReplyText text(*tokenizer_, settings.stopStrings);
    Generation result;
    result.statistics.promptTokens = promptTokens;

    // The last token is always read again: its logits are needed.
    const std::int64_t reused = std::min(model_->cache().commonPrefix(prompt), promptTokens - 1);
    result.statistics.reusedTokens = reused;
    model_->rewind(reused);
    const Clock::time_point started = Clock::now();
    const auto logits = model_->read(prompt.subspan(static_cast<std::size_t>(reused)), stop);
    const Clock::time_point promptRead = Clock::now();
    if (logits) {
        result.statistics.promptTokensPerSecond =
            perSecond(promptTokens - reused, promptRead - started);
    }

    const auto emit = [&](const std::string& piece, TokenId id) {
        result.text += piece;
        if (sink) sink(piece, id);
    };
    std::unique_ptr<TokenPicker> picker;
    if (logits) {
        picker = pickTokens(*model_,
                            {.sampling = settings.sampling,
                             .prompt = prompt,
                             .vocabSize = tokenizer_->vocabSize(),
                             .maximumTokens = settings.maximumTokens},
                            *logits);
    }
    for (;;) {
        const std::optional<TokenId> id = picker ? picker->next(stop) : std::nullopt;
        if (!id && model_->failure()) return tl::unexpected(*model_->failure());
        if (!id || stop.stop_requested()) {
            result.reason = StopReason::Cancelled;
            break;
        }
        if (*id == kNotFinite) {
            result.reason = StopReason::NotFinite;
            break;
        }
        if (result.ids.empty()) result.statistics.timeToFirstToken = Clock::now() - started;
        if (endsReply(*id)) {
            result.reason = StopReason::EndOfText;
            break;
        }
        result.ids.push_back(*id);
        emit(text.push(*id), *id);
        if (text.stopFound()) {
            result.reason = StopReason::StopString;
            break;
        }
        if (static_cast<std::int64_t>(result.ids.size()) >= settings.maximumTokens) {
            result.reason = StopReason::MaximumTokens;
            break;
        }
        if (model_->cache().size() == contextLimit()) {
            result.reason = StopReason::ContextFull;
            break;
        }
    }
    const Clock::time_point ended = Clock::now();
    picker.reset();  // a GPU that was a token ahead has come to rest
    if (result.reason == StopReason::NotFinite) {
        std::vector<TokenId> whole(prompt.begin(), prompt.end());
        whole.insert(whole.end(), result.ids.begin(), result.ids.end());
        result.problem = explainNonFinite(*model_, whole, stop).message;
    }
    if (const std::string rest = text.finish(); !rest.empty()) emit(rest, -1);

    const auto generated = static_cast<std::int64_t>(result.ids.size());
    result.statistics.generatedTokens = generated;
    result.statistics.tokensPerSecond = perSecond(generated - 1, ended - promptRead);
    return result;
}

}  // namespace dsm
