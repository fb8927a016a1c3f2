#include <iostream>

#include "app/cli/output.h"
#include "app/cli/prompt_text.h"
#include "app/cli/terminal.h"

namespace dsm::cli {

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
    const auto stop = Interrupt::arm();
    const auto show = [](std::string_view piece, TokenId) { showReply(piece); };
    const GenerationSettings settings = overridden((*model)->ownSettings(), options.generation);
    const auto result = (*model)->generate(prompt, settings, show, stop->get_token());
    if (!result) return fail(result.error());
    std::cout << std::endl;
    if (options.statistics) note(statisticsLine(*result));
    return noteEnd(*result, **model);
}

}  // namespace dsm::cli
