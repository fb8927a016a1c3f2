// WorkerModel: the model of a worker's thread, and what is done with it: loading, writing, comparing,
// and keeping what was read of conversations.
//
// Ownership Borrows the mail, which outlives it.
// Threads   The worker's, where every method is called.
// Errors    Travel as events of the mail; exceptions end the order that met them with a message.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "app/services/model/context_store.h"
#include "app/services/model/serving_place.h"
#include "app/services/model/worker_mail.h"
#include "app/services/model/worker_types.h"
#include "engine/generate/language_model.h"
#include "engine/generate/side_by_side.h"

namespace dsm {

// The status from when a load is wished on.
WorkerStatus loadingStatus(const LoadOptions& options);

class WorkerModel {
  public:
    // `crashMark` is a file that names the model folder while a crash may be its fault: from the
    // beginning of a load to its end, and from the first order to write to its first token.
    // `place` is where other programs find the model (worker_model_serve.cpp).
    WorkerModel(std::filesystem::path crashMark, ContextStore contexts, WorkerMail& mail,
                std::shared_ptr<ServingPlace> place);

    void load(const LoadOptions& options, std::uint64_t wish, const std::stop_token& stop);
    void unload(std::uint64_t wish);
    void write(const WriteOrder& order, const std::stop_token& stop);
    void useAdapter(const std::optional<AdapterChoice>& choice);
    void compare(const CompareOrder& order, const std::stop_token& stop);
    // Says what the model finds of a text (worker_model_study.cpp).
    void study(const StudyOrder& order, const std::stop_token& stop);
    // What was read of another conversation is saved.
    void openConversation(std::int64_t conversation, const std::stop_token& stop);
    void forget(std::int64_t conversation);
    // Other programs may ask from now on, or no more, as the place says.
    void offer();
    // Computes for them, pass by pass, until nothing is left or somebody else waits; then there is
    // something left.
    bool serve(const std::function<bool()>& othersWait);
    // Saves what was read; the thread ends.
    void end();

  private:
    Result<SideBySide> compareOn(const CompareOrder& order, const std::stop_token& stop);
    void saveContext(const std::stop_token& stop);
    void giveUpGpu(const ToldError& error);
    Result<Generation> writeOn(const WriteOrder& order, std::span<const TokenId> prompt,
                               std::stop_token stop);
    // Several replies at once (worker_model_answers.cpp).
    void writeAnswers(const WriteOrder& order, const std::stop_token& stop);
    Result<void> writeAnswersOn(const WriteOrder& order, std::span<const TokenId> prompt,
                                const AnswerSink& sink, const std::stop_token& stop);
    Result<void> studyOn(const StudyOrder& order, const std::stop_token& stop,
                         worker_event::Studied& studied);
    Result<void> scoreOn(std::span<const TokenId> ids, const std::stop_token& stop);
    // What the status says of a reply that begins, has another token, or is over.
    void noteBegin(const WriteOrder& order, std::span<const TokenId> prompt);
    void noteToken(double tokensPerSecond);
    void noteEnd();
    void setCrashMark(bool suspected);
    // Before the model goes, or changes: all that other programs wait for ends.
    void withdraw();

    const std::filesystem::path crashMark_;
    std::shared_ptr<LanguageModel> model_;  // shared with who serves it
    bool provenModel_ = false;              // it has written a token
    bool isReadingPrompt_ = false;
    LoadOptions loaded_;
    ContextStore contexts_;
    std::int64_t conversation_ = 0;  // that the model's context belongs to
    bool contextSaved_ = true;
    std::vector<TokenScore> scores_;  // of the text that was studied last, by this model
    WorkerMail& mail_;
    std::shared_ptr<ServingPlace> place_;
};

}  // namespace dsm
