#include <algorithm>
#include <iostream>

#include "app/cli/output.h"
#include "app/cli/prompt_text.h"
#include "app/cli/terminal.h"
#include "app/cli/training_command.h"
#include "engine/generate/side_by_side.h"

namespace dsm::cli {
namespace {

// As a question where the model has a chat template, else as a text to continue.
Result<std::vector<TokenId>> encodePrompt(const LanguageModel& model, const std::string& text,
                                          const GenerationSettings& settings) {
    if (!model.chatTemplate() && !model.templateProblem()) return model.encodeText(text);
    const ChatMessage question{ChatRole::User, text, {}};
    auto prompt = model.encodeChat({&question, 1}, replyReserve(settings, model.contextLimit()));
    if (!prompt) return tl::unexpected(prompt.error());
    return std::move(prompt->ids);
}

}  // namespace

int compare(const CompareOptions& options) {
    EngineOptions base = options.engine;
    base.adapter.clear();
    const auto model = loadModel(base);
    if (!model) return fail(model.error());
    auto read = readPrompt(options.prompt, options.keepsLineFeed);
    if (!read) return fail(read.error());
    const std::string text = checkedPrompt(std::move(*read), (*model)->tokenizer());
    const GenerationSettings settings = overridden((*model)->ownSettings(), options.generation);
    const auto prompt = encodePrompt(**model, text, settings);
    if (!prompt) return fail(prompt.error());
    if (text.empty() || prompt->empty()) {
        return fail({ErrorCode::Unsupported, "There is no question: give it as an argument."});
    }
    const auto stop = Interrupt::arm();
    bool isTunedShown = false;
    std::cout << "Without the adapter:\n";
    const auto show = [&](bool isTuned, std::string_view piece) {
        if (isTuned && !isTunedShown) std::cout << "\n\nWith the adapter:\n";
        isTunedShown = isTuned;
        showReply(piece);
    };
    const auto answers = generateSideBySide(**model, *adapterOf(options.engine), *prompt, settings,
                                            show, stop->get_token());
    if (!answers) return fail(answers.error());
    if (!isTunedShown) std::cout << "\n\nWith the adapter:\n";
    std::cout << std::endl;
    if (const std::string problem = answers->problem(); !problem.empty())
        return fail({ErrorCode::Malformed, problem});
    const int untunedEnd = noteEnd(answers->base, **model);
    return std::max(untunedEnd, noteEnd(answers->tuned, **model));
}

}  // namespace dsm::cli
