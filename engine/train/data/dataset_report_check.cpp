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
    void warn(NoteKind kind, Reason reason) { notes_.push_back({true, std::move(reason), kind}); }
    void remark(NoteKind kind, Reason reason) {
        notes_.push_back({false, std::move(reason), kind});
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
    if (chosen_ == SampleTemplate::Reference) warn(NoteKind::NeverEnds, ReasonCode::NoteNeverEnds);
    if (chosen_ == SampleTemplate::Reference && model_.hasChatTemplate)
        warn(NoteKind::OtherForm, ReasonCode::NoteOtherForm);
    if (chosen_ == SampleTemplate::Chat && !model_.hasChatTemplate)
        remark(NoteKind::BaseModel, ReasonCode::NoteBaseModel);
    if (chosen_ == SampleTemplate::Raw && model_.hasChatTemplate)
        remark(NoteKind::NoChatForm, ReasonCode::NoteNoChatForm);
}

void TrainingCheck::checkEnd() {
    if (chosen_ == SampleTemplate::Reference) return;
    const TokenId eos = model_.tokenizer.eosId();
    if (eos < 0) {
        warn(NoteKind::NoEndToken, ReasonCode::NoteNoEndToken);
    } else if (eos != model_.config.eosId) {
        warn(NoteKind::OtherEndToken, {ReasonCode::NoteOtherEndToken,
                                       {std::to_string(eos), std::to_string(model_.config.eosId)}});
    }
}

void TrainingCheck::checkLengths() {
    const std::string limit = std::to_string(maximumTokens_);
    if (maximumTokens_ > model_.config.maxPositions) {
        warn(NoteKind::TooLong,
             {ReasonCode::NoteTooLong, {limit, std::to_string(model_.config.maxPositions)}});
    }
    if (report_.cut == 0) return;
    warn(NoteKind::Cut, {ReasonCode::NoteCut,
                         {std::to_string(report_.cut), percent(report_.cut, report_.examples),
                          limit, std::to_string(report_.cutInsideAnswer)}});
}

void TrainingCheck::checkRows() {
    const std::string limit = std::to_string(maximumTokens_);
    if (report_.trainNothing == 1)
        warn(NoteKind::TrainNothing, {ReasonCode::NoteRowTrainsNothing, {limit}});
    if (report_.trainNothing > 1) {
        warn(NoteKind::TrainNothing,
             {ReasonCode::NoteRowsTrainNothing, {std::to_string(report_.trainNothing), limit}});
    }
    const std::int64_t unreadable = report_.refused - report_.trainNothing;
    if (unreadable > 0) {
        warn(NoteKind::Refused,
             {ReasonCode::NoteRefused, {std::to_string(unreadable), std::to_string(report_.rows)}});
    }
    const bool isContext = report_.history == HistoryUse::Context;
    if (report_.withHistory > 0) {
        remark(NoteKind::History,
               {isContext ? ReasonCode::NoteHistoryContext : ReasonCode::NoteHistoryTrained,
                {std::to_string(report_.withHistory)}});
    }
    if (isContext) remark(NoteKind::History, ReasonCode::NoteLastAnswer);
}

void TrainingCheck::checkTexts() {
    if (report_.specialNames == 0) return;
    warn(NoteKind::SpecialNames, {ReasonCode::NoteSpecialNames,
                                  {std::to_string(report_.specialNames),
                                   model_.tokenizer.tokenText(model_.tokenizer.eosId())}});
}

}  // namespace

std::vector<TrainingNote> checkTraining(const DatasetReport& report, SampleTemplate chosen,
                                        std::int64_t maximumTokens, const TrainedModel& model) {
    return TrainingCheck(report, chosen, maximumTokens, model).run();
}

std::vector<TrainingNote> checkWarmup(std::int64_t warmupSteps, std::int64_t steps) {
    if (warmupSteps == 0 || warmupSteps < steps) return {};
    // The first step of a warm-up has the rate 0.
    if (steps == 1) return {{true, ReasonCode::NoteWarmupOneStep, NoteKind::Warmup}};
    return {{true,
             {ReasonCode::NoteWarmupTooLong, {std::to_string(warmupSteps), std::to_string(steps)}},
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

std::vector<Reason> reportLines(const std::string& file, const DatasetReport& report,
                                const std::vector<TrainingNote>& notes) {
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    std::vector<Reason> lines{
        {ReasonCode::LogRows,
         {file, number(report.examples), number(report.rows), number(report.refused),
          number(report.repeated), number(report.tokens), number(report.trainedTokens)}}};
    for (const RefusedRow& row : report.firstRefused) {
        Reason line = report.reasonAt(row.place);
        line.add(ReasonCode::LogRefused);
        line.add(row.reason);
        lines.push_back(std::move(line));
    }
    const std::int64_t more =
        report.refused - static_cast<std::int64_t>(report.firstRefused.size());
    if (more > 0) lines.emplace_back(ReasonCode::LogMoreRefused, std::vector{number(more)});
    if (report.edited > 0 || report.leftOut > 0) {
        lines.push_back({ReasonCode::LogEdited, {number(report.edited), number(report.leftOut)}});
    }
    if (report.near > 0) {
        const RepeatedRow& first = report.firstNear.front();
        lines.push_back({ReasonCode::LogNear,
                         {number(report.near), report.fileOf(first.place), number(first.place.line),
                          report.fileOf(first.first), number(first.first.line)}});
    }
    for (const auto& [column, count] : report.unusedColumns)
        lines.push_back({ReasonCode::LogColumnUnused, {column, number(count)}});
    for (const TrainingNote& one : notes) {
        Reason line = one.isWarning ? ReasonCode::LogWarning : ReasonCode::LogNote;
        line.add(one.reason);
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace dsm
