#include <algorithm>
#include <iostream>

#include "app/cli/output.h"
#include "app/cli/prompt_text.h"
#include "app/cli/several_answers.h"
#include "app/cli/terminal.h"

namespace dsm::cli {
namespace {

int completeSeveral(LanguageModel& model, const std::vector<TokenId>& prompt,
                    const GenerationSettings& settings, const CompleteOptions& options) {
    const auto stop = Interrupt::arm();
    const auto answers =
        writeAnswers(model, prompt, settings, options.answers, false, stop->get_token());
    if (!answers) return fail(answers.error());
    std::cout << std::endl;
    int exitCode = kOk;
    for (const Generation& answer : *answers) {
        if (options.statistics) note(statisticsLine(answer));
        const int ended = noteEnd(answer, model);
        if (exitCode != kFailure) exitCode = std::max(exitCode, ended);
    }
    return exitCode;
}

}  // namespace

int complete(const CompleteOptions& options) {
    const auto model = loadModel(options.engine);
    if (!model) return fail(model.error());
    auto read = readPrompt(options.text, options.keepsLineFeed);
    if (!read) return fail(read.error());
    const std::string text = checkedPrompt(std::move(*read), (*model)->tokenizer());
    const std::vector<TokenId> prompt = (*model)->encodeText(text);
    if (prompt.empty()) {
        return fail({ErrorCode::Unsupported,
                     "There is no text to continue: give it as an argument or on standard input."});
    }
    if (text.empty()) note("Note: the text is empty; the model begins one of its own.");
    if (options.echo) showReply(text);
    const GenerationSettings settings = overridden((*model)->ownSettings(), options.generation);
    if (options.answers > 1) return completeSeveral(**model, prompt, settings, options);
    const auto stop = Interrupt::arm();
    const auto show = [](std::string_view piece, TokenId) { showReply(piece); };
    const auto result = (*model)->generate(prompt, settings, show, stop->get_token());
    if (!result) return fail(result.error());
    std::cout << std::endl;
    if (options.statistics) note(statisticsLine(*result));
    return noteEnd(*result, **model);
}

}  // namespace dsm::cli
