#include "finetune_ui/run/run_answers.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <vector>

#include "app/services/program/said.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

constexpr qsizetype kMostWords = 400;  // compared by their longest common part

QStringList promptsOf(const QList<PromptAnswer>& answers) {
    QStringList prompts;
    for (const PromptAnswer& answer : answers) {
        if (!prompts.contains(answer.prompt)) prompts.append(answer.prompt);
    }
    return prompts;
}

// Which words of `now` are in the longest common sequence with `before`.
std::vector<bool> keptWords(const QStringList& now, const QStringList& before) {
    const auto n = static_cast<std::size_t>(now.size());
    const auto m = static_cast<std::size_t>(before.size());
    std::vector<std::vector<int>> length(n + 1, std::vector<int>(m + 1));
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = m; j-- > 0;) {
            const bool isSame = now[qsizetype(i)] == before[qsizetype(j)];
            length[i][j] =
                isSame ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
        }
    }
    std::vector<bool> kept(n);
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
        if (now[qsizetype(i)] == before[qsizetype(j)]) {
            kept[i++] = true;
            ++j;
        } else if (length[i + 1][j] >= length[i][j + 1]) {
            ++i;
        } else {
            ++j;
        }
    }
    return kept;
}

}  // namespace

RunAnswers::RunAnswers(const Theme& theme, QWidget* parent) : FormCard(theme, parent) {
    connect(&theme, &Theme::changed, this, &RunAnswers::showAnswers);
    onLanguageChange(this, [this] { showAnswers(); });
}

QString RunAnswers::marked(const QString& text, const QString& before) {
    const QStringList words = text.split(u' ');
    const QStringList old = before.split(u' ');
    if (words.size() > kMostWords || old.size() > kMostWords) return text.toHtmlEscaped();
    const std::vector<bool> kept = keptWords(words, old);
    QStringList shown;
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QString word = words[i].toHtmlEscaped();
        shown.append(kept[static_cast<std::size_t>(i)] ? word
                                                       : QStringLiteral("<b>%1</b>").arg(word));
    }
    return shown.join(u' ').replace(u'\n', QStringLiteral("<br>"));
}

QString RunAnswers::stepsFrom(qint64 first, qint64 last) {
    const QString to = QLocale().toString(last);
    return first == 0 ? tr("Up to step %1").arg(to)
                      : tr("Steps %1 to %2").arg(QLocale().toString(first), to);
}

void RunAnswers::setAnswers(const QList<PromptAnswer>& answers) {
    answers_ = answers;
    showAnswers();
}

void RunAnswers::clear() {
    delete list_;
    list_ = nullptr;
}

void RunAnswers::showAnswers() {
    clear();
    setVisible(!answers_.isEmpty());
    if (answers_.isEmpty()) return;
    setHeading(tr("The same prompts again and again"),
               tr("Answered before the first step and at each checkpoint. What an answer has anew "
                  "is bold; equal ones are one line."));
    list_ = new QWidget(this);
    auto* grid = new QGridLayout(list_);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::kMedium);
    grid->setVerticalSpacing(space::kTiny);
    grid->setColumnStretch(1, 1);
    int row = 0;
    for (const QString& prompt : promptsOf(answers_)) {
        auto* title = new Label(prompt, list_);
        title->setWordWrap(true);
        tone(title, TextStyle::InterfaceStrong, ColorRole::Text);
        grid->addWidget(title, row++, 0, 1, 2);
        QString before;
        QLabel* step = nullptr;
        const PromptAnswer* first = nullptr;  // of those that are the same
        for (const PromptAnswer& answer : answers_) {
            if (answer.prompt != prompt) continue;
            const bool isSame = first != nullptr && answer.answer == first->answer &&
                                answer.problem == first->problem;
            if (isSame) {
                step->setText(stepsFrom(first->step, answer.step));
                continue;
            }
            first = &answer;
            step = makeNote(theme_, list_);
            step->setWordWrap(false);
            step->setText(answer.step == 0 ? tr("Before")
                                           : tr("Step %1").arg(QLocale().toString(answer.step)));
            auto* text = new QLabel(list_);
            text->setTextFormat(Qt::RichText);
            text->setWordWrap(true);
            text->setTextInteractionFlags(Qt::TextSelectableByMouse);
            tone(text, TextStyle::Interface, ColorRole::Text);
            if (!answer.problem.isEmpty()) {
                text->setText(
                    QStringLiteral("<i>%1</i>").arg(saidAgain(answer.problem).toHtmlEscaped()));
            } else {
                text->setText(before.isEmpty() ? answer.answer.toHtmlEscaped()
                                               : marked(answer.answer, before));
                before = answer.answer;
            }
            grid->addWidget(step, row, 0, Qt::AlignTop);
            grid->addWidget(text, row++, 1);
        }
        grid->setRowMinimumHeight(row++, space::kSmall);
    }
    body()->addWidget(list_);
    list_->show();
}

}  // namespace dsm
