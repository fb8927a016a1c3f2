// What a report, a template and a model say together.
#include <cmath>

#include "engine/text/chat_template.h"
#include "engine/train/data/dataset_report.h"

namespace dsm {
namespace {

std::string percent(std::int64_t part, std::int64_t whole) {
    const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    return std::to_string(static_cast<std::int64_t>(std::ceil(share))) + " %";
}

class TrainingCheck {
  public:
    TrainingCheck(const DatasetReport& report, SampleTemplate chosen, std::int64_t maximumTokens,
                  const TrainedModel& model)
        : report_(report), chosen_(chosen), maximumTokens_(maximumTokens), model_(model) {}

    std::vector<TrainingNote> run() {
        checkTemplate();
        checkEnd();
        checkLengths();
        checkRows();
        checkTexts();
        return std::move(notes_);
    }

  private:
    void warn(NoteKind kind, std::string text) { notes_.push_back({true, std::move(text), kind}); }
    void remark(NoteKind kind, std::string text) {
        notes_.push_back({false, std::move(text), kind});
    }

    void checkTemplate();
    void checkEnd();
    void checkLengths();
    void checkRows();
    void checkTexts();

    const DatasetReport& report_;
    const SampleTemplate chosen_;
    const std::int64_t maximumTokens_;
    const TrainedModel& model_;
    std::vector<TrainingNote> notes_;
};

void TrainingCheck::checkTemplate() {
    if (chosen_ == SampleTemplate::Reference) {
        warn(
            NoteKind::NeverEnds,
            "The reference template never trains the end-of-text token: a model tuned with it does "
            "not stop by itself in a chat. Use the template chat to have replies that end.");
    }
    if (chosen_ == SampleTemplate::Reference && model_.hasChatTemplate) {
        warn(NoteKind::OtherForm,
             "This is a Chat model, trained with \"User: ..\" and \"Assistant:\"; the reference "
             "template asks in another form, which only the script of the model's authors uses.");
    }
    if (chosen_ == SampleTemplate::Chat && !model_.hasChatTemplate) {
        remark(
            NoteKind::BaseModel,
            "This is a Base model: it learns the form of a chat from this data set alone, and its "
            "folder has no chat template. A Chat model needs far fewer examples.");
    }
    if (chosen_ == SampleTemplate::Raw && model_.hasChatTemplate) {
        remark(
            NoteKind::NoChatForm,
            "This is a Chat model, but the raw template has no \"User:\" and \"Assistant:\": what "
            "is learned shows in completions more than in chats.");
    }
}

void TrainingCheck::checkEnd() {
    if (chosen_ == SampleTemplate::Reference) return;
    const TokenId eos = model_.tokenizer.eosId();
    if (eos < 0) {
        warn(NoteKind::NoEndToken,
             "The tokenizer has no end-of-text token, so the model cannot learn where to stop.");
    } else if (eos != model_.config.eosId) {
        warn(NoteKind::OtherEndToken, "The tokenizer ends texts with token " + std::to_string(eos) +
                                          ", but config.json says " +
                                          std::to_string(model_.config.eosId) +
                                          ": replies may not stop.");
    }
}

void TrainingCheck::checkLengths() {
    if (maximumTokens_ > model_.config.maxPositions) {
        warn(NoteKind::TooLong, "Samples may have " + std::to_string(maximumTokens_) +
                                    " tokens, but the model was made for " +
                                    std::to_string(model_.config.maxPositions) + ".");
    }
    if (report_.cut == 0) return;
    warn(NoteKind::Cut, std::to_string(report_.cut) + " examples (" +
                            percent(report_.cut, report_.examples) + ") are longer than " +
                            std::to_string(maximumTokens_) +
                            " tokens and lose their end, the end-of-text token with it; " +
                            std::to_string(report_.cutInsideAnswer) + " are cut inside an answer.");
}

void TrainingCheck::checkRows() {
    if (report_.trainNothing > 0) {
        warn(NoteKind::TrainNothing,
             std::to_string(report_.trainNothing) +
                 (report_.trainNothing == 1 ? " row trains" : " rows train") +
                 " nothing and is left out: all its answers are only to be read, or lie beyond " +
                 std::to_string(maximumTokens_) + " tokens.");
    }
    const std::int64_t unreadable = report_.refused - report_.trainNothing;
    if (unreadable > 0) {
        warn(NoteKind::Refused, std::to_string(unreadable) + " of " + std::to_string(report_.rows) +
                                    " rows are refused and not trained.");
    }
    const bool isContext = report_.history == HistoryUse::Context;
    if (report_.withHistory > 0) {
        remark(NoteKind::History,
               std::to_string(report_.withHistory) +
                   " examples have earlier turns in a column of history; their answers are " +
                   (isContext ? "context, not trained." : "trained, too."));
    }
    if (isContext) {
        remark(NoteKind::History,
               "Of each conversation the last answer alone is trained, and any whose weight is 1.");
    }
}

void TrainingCheck::checkTexts() {
    if (report_.specialNames == 0) return;
    warn(NoteKind::SpecialNames, std::to_string(report_.specialNames) +
                                     " examples spell a special token, such as " +
                                     model_.tokenizer.tokenText(model_.tokenizer.eosId()) +
                                     ". It is trained as plain text; take it out of the data.");
}

}  // namespace

std::vector<TrainingNote> checkTraining(const DatasetReport& report, SampleTemplate chosen,
                                        std::int64_t maximumTokens, const TrainedModel& model) {
    return TrainingCheck(report, chosen, maximumTokens, model).run();
}

std::vector<TrainingNote> checkWarmup(std::int64_t warmupSteps, std::int64_t steps) {
    if (warmupSteps == 0 || warmupSteps < steps) return {};
    if (steps == 1) {  // the first step of a warm-up has the rate 0
        return {{true,
                 "Nothing will be learned: the run has 1 step, and a warm-up begins with the "
                 "learning rate 0. Set warmup_steps to 0, or train for more steps.",
                 NoteKind::Warmup}};
    }
    return {{true,
             "The warm-up has " + std::to_string(warmupSteps) + " steps and the run " +
                 std::to_string(steps) +
                 ": the learning rate never reaches its height. Set warmup_steps to a tenth "
                 "of the steps or less.",
             NoteKind::Warmup}};
}

Result<TrainedModel> readTrainedModel(const std::filesystem::path& folder,
                                      const Tokenizer& tokenizer, SampleTemplate chosen) {
    auto config = readConfig(folder);
    if (!config) return tl::unexpected(config.error());
    const auto chat = ChatTemplate::load(folder);
    const bool isOther = !chat && chat.error().code == ErrorCode::Unsupported;
    if (!chat && (!isOther || chosen == SampleTemplate::Chat)) return tl::unexpected(chat.error());
    return TrainedModel{tokenizer, std::move(*config), isOther || chat->has_value()};
}

std::vector<std::string> reportLines(const std::string& file, const DatasetReport& report,
                                     const std::vector<TrainingNote>& notes) {
    std::vector<std::string> lines{
        file + ": " + std::to_string(report.examples) + " examples of " +
        std::to_string(report.rows) + " rows, " + std::to_string(report.refused) + " refused, " +
        std::to_string(report.repeated) + " repeated; " + std::to_string(report.tokens) +
        " tokens, of which " + std::to_string(report.trainedTokens) + " are trained."};
    for (const RefusedRow& row : report.firstRefused)
        lines.push_back(report.nameOf(row.place) + " refused: " + row.reason.text());
    const std::int64_t more =
        report.refused - static_cast<std::int64_t>(report.firstRefused.size());
    if (more > 0) lines.push_back("and " + std::to_string(more) + " more refused rows.");
    if (report.edited > 0 || report.leftOut > 0) {
        lines.push_back(std::to_string(report.edited) + " rows are read as they were edited, and " +
                        std::to_string(report.leftOut) + " more are left out.");
    }
    if (report.near > 0) {
        lines.push_back(std::to_string(report.near) +
                        " examples are nearly equal to an earlier one, the first of them " +
                        report.nameOf(report.firstNear.front().place) + " to " +
                        report.nameOf(report.firstNear.front().first) + ".");
    }
    for (const auto& [column, count] : report.unusedColumns) {
        lines.push_back("The column " + column + " is not used; " + std::to_string(count) +
                        " examples have it.");
    }
    for (const TrainingNote& one : notes)
        lines.push_back((one.isWarning ? "Warning: " : "Note: ") + one.text);
    return lines;
}

}  // namespace dsm
