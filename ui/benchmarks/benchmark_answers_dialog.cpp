#include "ui/benchmarks/benchmark_answers_dialog.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/benchmarks/benchmark_service.h"
#include "ui/benchmarks/benchmark_words.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/verbatim.h"

namespace dsm {
namespace {

constexpr int kAnswersWidth = 720;
constexpr int kAnswersListHeight = 160;
constexpr int kAnswerTextHeight = 220;

QString answerText(const BenchmarkAnswerShown& answer) {
    using Dialog = BenchmarkAnswersDialog;
    QStringList lines{answer.place + QStringLiteral(": ") + presentJudgement(answer.judgement)};
    if (answer.isCut)
        lines.append(Dialog::tr("The beginning of the prompt did not fit into the context."));
    const QLocale locale;
    for (const BenchmarkChoiceShown& choice : answer.choices) {
        QString line = QStringLiteral("%1  %2").arg(locale.toString(choice.logLikelihood, 'f', 3),
                                                    choice.text);
        if (choice.isRight) line += Dialog::tr("  (right)");
        if (choice.isChosen) line += Dialog::tr("  (the likeliest)");
        lines.append(line);
    }
    if (!answer.written.isEmpty()) lines.append(Dialog::tr("Written: %1").arg(answer.written));
    if (!answer.taken.isEmpty())
        lines.append(Dialog::tr("Of it counts: %1").arg(answer.taken.join(QStringLiteral(" | "))));
    if (!answer.targets.isEmpty())
        lines.append(
            Dialog::tr("Right would be: %1").arg(answer.targets.join(QStringLiteral(" | "))));
    lines.append({QString(), Dialog::tr("The prompt:"), answer.prompt});
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

BenchmarkAnswersDialog::BenchmarkAnswersDialog(BenchmarkService& benchmarks,
                                               const BenchmarkRunInfo& run, QWidget* parent)
    : ScrollDialog(parent),
      benchmarks_(benchmarks),
      run_(run.id),
      onlyWrong_(new QCheckBox(tr("Only what is wrong"), this)),
      list_(new QListWidget(this)),
      text_(new QPlainTextEdit(this)) {
    setWindowTitle(verbatimTitle(presentRun(run)));
    for (QWidget* field : std::initializer_list<QWidget*>{list_, text_})
        field->setProperty("kind", QStringLiteral("field"));
    list_->setUniformItemSizes(true);
    list_->setMinimumHeight(kAnswersListHeight);
    list_->setAccessibleName(tr("Questions"));
    text_->setReadOnly(true);
    text_->setTabChangesFocus(true);
    text_->setMinimumHeight(kAnswerTextHeight);
    text_->setAccessibleName(tr("Question and answer"));
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kSmall);
    column->addWidget(onlyWrong_);
    column->addWidget(list_, 1);
    column->addWidget(text_, 2);
    auto* close = new QPushButton(tr("Close"), this);
    close->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(close);
    setContent(content, buttons);
    resize(kAnswersWidth, sizeHint().height());
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    connect(onlyWrong_, &QCheckBox::toggled, this, &BenchmarkAnswersDialog::fill);
    connect(list_, &QListWidget::currentRowChanged, this, &BenchmarkAnswersDialog::showChosen);
    fill();
}

void BenchmarkAnswersDialog::fill() {
    {
        const QSignalBlocker quiet(list_);
        list_->clear();
        for (const BenchmarkAnswerInfo& answer : benchmarks_.answers(run_)) {
            if (onlyWrong_->isChecked() && answer.judgement != Judgement::Wrong) continue;
            auto* item = new QListWidgetItem(
                QStringLiteral("%1  %2  %3")
                    .arg(answer.number + 1)
                    .arg(presentJudgement(answer.judgement), answer.question.simplified()),
                list_);
            item->setData(Qt::UserRole, answer.number);
        }
        if (list_->count() > 0) list_->setCurrentRow(0);
    }
    showChosen();
}

void BenchmarkAnswersDialog::showChosen() {
    const QListWidgetItem* item = list_->currentItem();
    const auto answer = item == nullptr
                            ? std::nullopt
                            : benchmarks_.answer(run_, item->data(Qt::UserRole).toLongLong());
    text_->setPlainText(answer ? answerText(*answer) : QString());
}

}  // namespace dsm
