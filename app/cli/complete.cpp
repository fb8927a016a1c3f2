#include <iostream>

#include "app/cli/terminal.h"

namespace dsm::cli {

int complete(const CompleteOptions& options) {
    const auto model = loadModel(options.engine);
    if (!model) return fail(model.error());
    const std::string text = options.text ? *options.text : readInput();
    const std::vector<TokenId> prompt = (*model)->encodeText(text);
    if (prompt.empty()) {
        return fail({ErrorCode::Unsupported,
                     "There is no text to continue: give it as an argument or on standard input."});
    }
    if (options.echo) std::cout << text << std::flush;
    const auto stop = Interrupt::arm();
    const auto show = [](std::string_view piece, TokenId) { std::cout << piece << std::flush; };
    const GenerationSettings settings = overridden((*model)->ownSettings(), options.generation);
    const auto result = (*model)->generate(prompt, settings, show, stop->get_token());
    if (!result) return fail(result.error());
    std::cout << std::endl;
    if (options.statistics) note(statisticsLine(*result));
    return result->reason == StopReason::Cancelled ? kInterrupted : kOk;
}

}  // namespace dsm::cli
