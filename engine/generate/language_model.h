// A language model that is ready to write: weights, tokenizer, chat template and the cache of the
// last text it read.
//
// Threads   load() and generate() belong to one thread at a time. The const getters that return
//           facts fixed at load may be called from any thread.
// Errors    Those of config, checkpoint, tokenizer and memory, each naming its file.
#pragma once

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "engine/generate/adapter_choice.h"
#include "engine/generate/generation.h"
#include "engine/generate/reply_writer.h"
#include "engine/generate/token_scores.h"
#include "engine/model/checkpoint/config.h"
#include "engine/model/model.h"
#include "engine/model/pass/memory_plan.h"
#include "engine/text/chat_template.h"
#include "engine/text/tokenizer.h"
#include "kernels/base/result.h"

namespace dsm {

// One of several answers to the same prompt.
struct AnswerWish {
    std::uint64_t seed = 0;
    std::stop_token stop = {};  // ends this one; the others go on
};
inline constexpr std::int64_t kMostAnswers = kMostRuns;  // at once

// Who hears of the answers, counted from 0; on the generating thread.
struct AnswerSink {
    std::function<void(std::size_t answer, std::string_view text, TokenId id)> piece = {};
    // Once for each, as soon as it has ended, though others go on; after its last piece.
    std::function<void(std::size_t answer, const Generation& generation)> ended = {};
};

struct LoadOptions {
    std::filesystem::path folder;
    std::optional<std::string> backend =
        std::nullopt;               // a name of kernels/backend.h; none: the best
    int threads = 0;                // 0: one per core
    std::int64_t contextLimit = 0;  // positions to reserve; 0: the model's own, at most 4096
    KvType kv = KvType::BF16;       // of the cache
    Residency residency = Residency::InMemory;
    std::optional<AdapterChoice> adapter = std::nullopt;
    std::optional<int> gpu = std::nullopt;                 // as in model.h
    std::optional<std::int64_t> gpuLayers = std::nullopt;  // as in model.h
};

class LanguageModel {
  public:
    static Result<std::unique_ptr<LanguageModel>> load(const LoadOptions& options,
                                                       const ProgressSink& progress,
                                                       std::stop_token stop);

    const std::string& name() const { return name_; }  // the folder's name
    const ModelConfig& config() const { return model_->config(); }
    const Tokenizer& tokenizer() const { return *tokenizer_; }
    // For whoever counts tokens while the model is busy, or gone.
    std::shared_ptr<const Tokenizer> sharedTokenizer() const { return tokenizer_; }
    // A Base model has none: it continues raw text.
    const std::optional<ChatTemplate>& chatTemplate() const { return template_; }
    // Why a model that has a template is used without: it is another than those known here.
    const std::optional<Error>& templateProblem() const { return templateProblem_; }
    // Whether a reply ends before it: the tokenizer's end of text, and each eos_token_id of
    // config.json and generation_config.json.
    bool endsReply(TokenId id) const;
    // What its generation_config.json asks for; the program's defaults where it says nothing.
    const GenerationSettings& ownSettings() const { return ownSettings_; }
    std::string backendDescription() const { return model_->backendDescription(); }
    // Why no GPU computes, and what lies on the one that does, or nullptr; as in model.h.
    const std::string& fallback() const { return model_->fallback(); }
    const GpuPart* gpu() const { return model_->gpu(); }
    // The GPU did: nothing can be generated any more on it.
    bool hasFailed() const { return gpu() != nullptr && model_->failure().has_value(); }
    const MemoryPlan& memory() const { return model_->memory(); }
    std::int64_t contextLimit() const { return model_->contextLimit(); }
    // Whose contexts can be restored; as in model.h.
    const std::string& fingerprint() const { return model_->fingerprint(); }

    // Computes with an adapter from the next generation on, without loading the model again;
    // nothing: with none. The context is forgotten.
    // Errors  Those of adapter_folder.h and Model::useAdapter(); the model stays as it was.
    Result<void> useAdapter(const std::optional<AdapterChoice>& choice);
    const std::optional<AdapterChoice>& adapter() const { return adapter_; }

    // What a generation after this prompt is done by, with the longest reply that it leaves.
    // Errors  As generate() has them before it reads.
    Result<GenerationSettings> settingsFor(std::span<const TokenId> prompt,
                                           GenerationSettings settings) const;
    std::span<const TokenId> endIds() const { return endIds_; }  // those of endsReply()
    // For whoever reads in contexts of his own; the thread that generates.
    Model& model() { return *model_; }

    // Ids for a raw text: the beginning-of-sentence id where the tokenizer adds one, then the text.
    std::vector<TokenId> encodeText(std::string_view text) const;

    // Ids for a conversation that the model is to answer. Where it is longer than the context
    // leaves room for (`reserve` positions are kept free for the reply), whole exchanges are left
    // out from the oldest on; a system message and the last message stay.
    // Errors  Unsupported: no chat template, or one of another model; or the last message alone is
    // too long, with numbers.
    struct ChatPrompt {
        std::vector<TokenId> ids;
        std::int64_t droppedMessages = 0;
    };
    Result<ChatPrompt> encodeChat(std::span<const ChatMessage> messages,
                                  std::int64_t reserve) const;

    // Continues `prompt` (not empty, and shorter than the context). Positions whose ids agree with
    // what the cache holds are not computed again. Stops within one token of `stop`, and within
    // one micro-batch while the prompt is read; what was written until then is the result. So it is
    // when numbers stop being finite: the context is then forgotten, and the text read once more to
    // find out where that begins.
    // Errors  Unsupported: the prompt is too long for the context or for maximumLength, the
    //         tokenizer did not get through it, or a setting is out of its range (setting_range.h). Malformed: all tokens are equally
    //         likely. Those of a GPU that failed: nothing can be generated any more.
    Result<Generation> generate(std::span<const TokenId> prompt, const GenerationSettings& settings,
                                const PieceSink& sink, std::stop_token stop);

    // Several answers to one prompt at once: it is read once, and then the model goes through its
    // weights once for a token of each. On the CPU, and up to eight of them on a GPU, each is to
    // the token what generate() writes with its seed. The context then holds the first of them.
    // Errors  As generate(); OutOfMemory where there is no room for their contexts. Answers that
    //         had ended by themselves were handed out.
    Result<std::vector<Generation>> generateAnswers(std::span<const TokenId> prompt,
                                                    const GenerationSettings& settings,
                                                    std::span<const AnswerWish> answers,
                                                    const AnswerSink& sink, std::stop_token stop);

    // How likely each token of a text is after those before it (token_scores.h), from `wish.from`
    // on. `ids` is not empty. Positions that the context holds and whose logits nobody needs are
    // not computed again. Stops within a layer.
    // Errors  Unsupported: longer than the context, or the tokenizer did not get through it.
    //         Malformed: numbers that are not finite. Cancelled. Those of a GPU that failed.
    Result<std::vector<TokenScore>> score(std::span<const TokenId> ids, const ScoreWish& wish,
                                          const std::stop_token& stop);
    // The `count` likeliest tokens after a text, best first. As score().
    Result<std::vector<LikelyToken>> likeliestAfter(std::span<const TokenId> ids, std::size_t count,
                                                    const std::stop_token& stop);

    // As in model.h: how far the reading of a prompt is. Also called for each token written.
    void onPassRead(std::function<void(std::int64_t positions)> told) {
        model_->onPassRead(std::move(told));
    }

    // Positions the cache holds now; for the thread that generates, as are the next ones.
    std::int64_t contextUsed() const { return model_->cache().size(); }
    // About what a file of it takes.
    std::uint64_t contextBytes() const {
        return KvCache::plannedBytes(config(), std::max<std::int64_t>(1, contextUsed()),
                                     model_->cache().type());
    }
    // What the cache holds, to a file and back; as in model.h.
    Result<void> saveContext(const std::filesystem::path& path, const std::stop_token& stop) const {
        return model_->saveContext(path, stop);
    }
    Result<std::int64_t> restoreContext(const std::filesystem::path& path,
                                        std::span<const TokenId> prompt) {
        return model_->restoreContext(path, prompt);
    }

  private:
    class Answers;
    LanguageModel() = default;

    // Reads what the context lacks of the prompt; the logits of its last token, as Model::read().
    std::optional<std::span<float>> readPrompt(std::span<const TokenId> prompt, PromptRead& read,
                                               std::stop_token stop);
    Result<void> checkScored(std::span<const TokenId> ids) const;
    // Why a pass gave no logits.
    Error readingEnded() const;
    // With the place where the numbers went wrong, if they did.
    Generation finished(ReplyWriter& writer, std::span<const TokenId> prompt,
                        const std::stop_token& stop);

    std::string name_;
    std::unique_ptr<Model> model_;
    std::shared_ptr<const Tokenizer> tokenizer_;
    std::optional<ChatTemplate> template_;
    std::optional<Error> templateProblem_;
    std::vector<TokenId> endIds_;
    GenerationSettings ownSettings_;
    std::optional<AdapterChoice> adapter_;
};

}  // namespace dsm
