#include <algorithm>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/cli/output.h"
#include "app/cli/prompt_text.h"
#include "app/cli/session.h"
#include "app/cli/several_answers.h"
#include "app/cli/terminal.h"

namespace dsm::cli {
namespace {

constexpr std::int64_t kLeastPositions = 256;  // fewer are read again in no time

constexpr std::string_view kHelp =
    "Type a question and press Enter. /new begins a new conversation, /quit or Ctrl+D ends.\n"
    "Ctrl+C stops a reply.";

bool hasSystem(const ChatOptions& options) {
    return options.system && !options.system->empty();
}

// One conversation on the terminal.
class Conversation {
  public:
    Conversation(LanguageModel& model, const ChatOptions& options)
        : model_(model),
          options_(options),
          settings_(overridden(model.ownSettings(), options.generation)) {
        startAnew();
    }

    // Its session is kept beside the file that the next one goes to.
    void beginAnother() {
        if (!options_.session.empty() && isSaved_) {
            const auto kept = setAside(options_.session);
            note(kept ? "The conversation so far is kept in " + kept->string() + "."
                      : kept.error().message);
            if (!kept) return;
            isSaved_ = false;
        }
        startAnew();
        note("A new conversation.");
    }

    // Goes on with what the session's file holds.
    Result<void> resume() {
        if (options_.session.empty()) return {};
        auto messages = readSession(options_.session);
        if (!messages) return tl::unexpected(messages.error());
        if (messages->empty()) return {};
        if (auto same = checkSystem(*messages); !same) return same;
        for (ChatMessage& message : *messages) {
            const auto isKnown = [&](TokenId id) {
                return model_.tokenizer().isKnown(id) && !model_.tokenizer().isSpecial(id);
            };
            // Of another model: its text is encoded anew.
            const bool areOfModel = std::all_of(message.ids.begin(), message.ids.end(), isKnown) &&
                                    model_.tokenizer().decode(message.ids) == message.content;
            if (!areOfModel) message.ids.clear();
        }
        messages_ = std::move(*messages);
        isSaved_ = true;
        note("(Going on with a conversation of " + std::to_string(messages_.size()) +
             " messages.)");
        return {};
    }

    // Keeps what the model has read, so that the next time it isn't read again.
    void keepContext() const {
        if (options_.session.empty() || model_.contextUsed() < kLeastPositions) return;
        const auto stop = Interrupt::arm();
        const auto saved = model_.saveContext(contextFileOf(options_.session), stop->get_token());
        if (!saved && saved.error().code != ErrorCode::Cancelled) note(saved.error().message);
    }

    // Answers one question, which is in the session's file before the reply begins, and stays there
    // with as much of it as was written. One that is too long or cannot be saved is not taken.
    Result<Generation> ask(const std::string& question) {
        messages_.push_back({ChatRole::User, question, {}});
        const auto prompt = readyPrompt();
        if (!prompt) {
            messages_.pop_back();
            return tl::unexpected(prompt.error());
        }
        Result<Generation> reply = answer(*prompt);
        const bool isAnswer = reply && (!reply->text.empty() || isWhole(reply->reason));
        if (!isAnswer) return reply;
        messages_.push_back({ChatRole::Assistant, reply->text, reply->ids});
        keepMessages();
        return reply;
    }

    // Why the last message is not in the session's file.
    const std::optional<Error>& unsaved() const { return unsaved_; }

  private:
    static bool isWhole(StopReason reason) {
        return reason != StopReason::Cancelled && reason != StopReason::NotFinite;
    }

    void startAnew() {
        messages_.clear();
        if (hasSystem(options_)) {
            messages_.push_back({ChatRole::System, *options_.system, {}});
        }
    }

    // The file's own beginning holds: another would change what was answered to it.
    Result<void> checkSystem(const std::vector<ChatMessage>& messages) const {
        const ChatMessage& first = messages.front();
        const bool began = first.role == ChatRole::System;
        if (!options_.system || *options_.system == (began ? first.content : "")) return {};
        return failure(ErrorCode::Unsupported,
                       options_.session.string() + " holds a conversation that began with " +
                           (began ? "another system text" : "no system text") +
                           ". Leave --system out to go on with it, or name a new file with "
                           "--session to begin another.");
    }

    bool keepMessages() {
        if (options_.session.empty()) return true;
        const auto written = writeSession(options_.session, messages_);
        unsaved_ = written ? std::nullopt : std::optional(written.error());
        isSaved_ = isSaved_ || written;
        return written.has_value();
    }

    void restoreContext(std::span<const TokenId> prompt) {
        if (options_.session.empty() || std::exchange(isRestored_, true)) return;
        const auto restored = model_.restoreContext(contextFileOf(options_.session), prompt);
        const bool isNews = !restored && restored.error().code != ErrorCode::NotFound;
        if (isNews) note(restored.error().message);
    }

    // What the model is to read, once the question is saved.
    Result<std::vector<TokenId>> readyPrompt() {
        auto prompt = model_.encodeChat(messages_, replyReserve(settings_, model_.contextLimit()));
        if (!prompt) return tl::unexpected(prompt.error());
        if (!keepMessages()) return tl::unexpected(*unsaved_);
        if (prompt->droppedMessages > 0) {
            note("(The conversation is longer than the context: its first " +
                 std::to_string(prompt->droppedMessages) + " messages are left out.)");
        }
        return std::move(prompt->ids);
    }

    Result<Generation> answer(const std::vector<TokenId>& prompt) {
        restoreContext(prompt);
        if (options_.answers > 1) return chosenAnswer(prompt);
        const auto stop = Interrupt::arm();
        bool begun = false;
        const auto show = [&](std::string_view text, TokenId) {
            // The template leaves the space after "Assistant:" to the model.
            if (!begun && !text.empty()) {
                text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
                begun = !text.empty();
            }
            showReply(text);
        };
        return model_.generate(prompt, settings_, show, stop->get_token());
    }

    // The one of several that the conversation goes on with.
    Result<Generation> chosenAnswer(const std::vector<TokenId>& prompt) {
        const auto stop = Interrupt::arm();
        auto answers =
            writeAnswers(model_, prompt, settings_, options_.answers, true, stop->get_token());
        if (!answers) return tl::unexpected(answers.error());
        const bool isAsked = inputIsTerminal() && outputIsTerminal() && !stop->stop_requested();
        return std::move((*answers)[isAsked ? chooseAnswer(answers->size()) : 0]);
    }

    LanguageModel& model_;
    const ChatOptions& options_;
    const GenerationSettings settings_;
    std::vector<ChatMessage> messages_;
    bool isRestored_ = false;
    bool isSaved_ = false;  // the file holds this conversation
    std::optional<Error> unsaved_;
};

bool readQuestion(bool interactive, std::string& line) {
    if (interactive) std::cout << "\nYou: " << std::flush;
    if (!std::getline(std::cin, line)) {
        if (interactive) std::cout << '\n';
        return false;
    }
    if (line.ends_with('\r')) line.pop_back();
    return true;
}

}  // namespace

int chat(const ChatOptions& options) {
    std::optional<SessionLock> lock;
    if (!options.session.empty()) {
        auto taken = SessionLock::take(options.session);
        if (!taken) return fail(taken.error());
        lock.emplace(std::move(*taken));
    }
    const auto model = loadModel(options.engine);
    if (!model) return fail(model.error());
    if (const auto& problem = (*model)->templateProblem(); problem) return fail(*problem);
    if (!(*model)->chatTemplate()) {
        return fail({ErrorCode::Unsupported,
                     (*model)->name() + " has no chat template: it is a Base model that continues "
                                        "text. Use: deepseekmoe complete"});
    }
    if (hasSystem(options)) {
        note("Note: DeepSeekMoE Chat was not trained with a system prompt; it may ignore it.");
    }
    const bool interactive = inputIsTerminal() && outputIsTerminal();
    if (interactive) note(std::string(kHelp));

    Conversation conversation(**model, options);
    if (const auto resumed = conversation.resume(); !resumed) return fail(resumed.error());
    int exitCode = kOk;
    for (std::string line; outputWorks() && readQuestion(interactive, line);) {
        if (line.find_first_not_of(" \t") == std::string::npos) continue;
        if (interactive && (line == "/quit" || line == "/exit")) break;
        if (interactive && line == "/help") {
            note(std::string(kHelp));
            continue;
        }
        if (interactive && line == "/new") {
            conversation.beginAnother();
            continue;
        }
        line = checkedPrompt(std::move(line), (*model)->tokenizer());
        if (interactive) std::cout << (*model)->name() << ": " << std::flush;
        const Result<Generation> reply = conversation.ask(line);
        std::cout << std::endl;
        if (!reply) {
            exitCode = fail(reply.error());
            continue;
        }
        if (options.statistics) note(statisticsLine(*reply));
        const int ended = noteEnd(*reply, **model);
        if (ended == kInterrupted && !interactive) return kInterrupted;
        if (ended == kInterrupted) note("(stopped)");
        if (ended != kOk && exitCode != kFailure) exitCode = ended;
        if (conversation.unsaved()) exitCode = fail(*conversation.unsaved());
    }
    conversation.keepContext();
    if (!interactive) return exitCode;
    return conversation.unsaved() ? kFailure : kOk;
}

}  // namespace dsm::cli
