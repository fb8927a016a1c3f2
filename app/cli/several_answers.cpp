#include "app/cli/several_answers.h"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <string>

#include "app/cli/output.h"
#include "app/cli/terminal.h"

namespace dsm::cli {
namespace {

class AnswerTexts {
  public:
    AnswerTexts(std::size_t count, bool isReply) : texts_(count), isReply_(isReply) {
        std::cout << "Answer 1:\n" << std::flush;
    }

    void add(std::size_t answer, std::string_view text) {
        std::string& all = texts_[answer];
        if (isReply_ && all.empty())
            text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        all += text;
        if (answer == 0) showReply(text);
    }

    void showOthers() {
        for (std::size_t i = 1; i < texts_.size(); ++i) {
            std::cout << "\n\nAnswer " << i + 1 << ":\n" << std::flush;
            showReply(texts_[i]);
        }
    }

  private:
    std::vector<std::string> texts_;
    bool isReply_;
};

}  // namespace

Result<std::vector<Generation>> writeAnswers(LanguageModel& model, std::span<const TokenId> prompt,
                                             const GenerationSettings& settings, int count,
                                             bool isReply, const std::stop_token& stop) {
    std::vector<AnswerWish> wishes;
    for (int i = 0; i < count; ++i)
        wishes.push_back({.seed = settings.sampling.seed + static_cast<std::uint64_t>(i)});
    AnswerTexts texts(wishes.size(), isReply);
    const AnswerSink show{.piece = [&](std::size_t answer, std::string_view text, TokenId) {
        texts.add(answer, text);
    }};
    auto answers = model.generateAnswers(prompt, settings, wishes, show, stop);
    if (answers) texts.showOthers();
    return answers;
}

std::size_t chooseAnswer(std::size_t count) {
    for (;;) {
        std::cout << "\nGo on with answer 1 - " << count << " [1]: " << std::flush;
        std::string line;
        if (!std::getline(std::cin, line) || line.empty()) return 0;
        std::size_t chosen = 0;
        const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), chosen);
        const bool isNumber = error == std::errc() && end == line.data() + line.size();
        if (isNumber && chosen >= 1 && chosen <= count) return chosen - 1;
        note("Type a number from 1 to " + std::to_string(count) + ".");
    }
}

}  // namespace dsm::cli
