#include "finetune_ui/runs/run_row.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMouseEvent>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/program/reason_words.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/cards/folding_row.h"
#include "finetune_ui/cards/form_card.h"
#include "finetune_ui/runs/sparkline.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/pill.h"

namespace dsm {
namespace {

constexpr int kMeterParts = 1000;
constexpr int kLeastMeterWidth = 60;
const QString kBetween = QStringLiteral("  ·  ");

QString joined(QStringList parts) {
    parts.removeAll(QString());
    return parts.join(kBetween);
}

// Names of files may be long and without a space: lines break within them, too.
QString breakable(const QString& text) {
    constexpr int kLongest = 12;
    QString broken;
    int letters = 0;
    for (const QChar letter : text) {
        letters = letter.isSpace() ? 0 : letters + 1;
        if (letters > kLongest && !letter.isLowSurrogate() && !letter.isMark()) {
            broken += QChar(0x200B);
            letters = 1;
        }
        broken += letter;
    }
    return broken;
}

}  // namespace

RunRow::RunRow(const RunParts& parts, qint64 id, QWidget* parent)
    : Card(parts.theme, parent),
      parts_(parts),
      training_(parts.training),
      curves_(training_, id),
      choice_(new QCheckBox(this)),
      name_(new FittingButton(this)),
      state_(new Pill(theme_, this)),
      made_(makeNote(theme_, this)),
      result_(makeNote(theme_, this)),
      meter_(new QProgressBar(this)),
      line_(new Sparkline(theme_, this)) {
    // In a narrow window its texts need more height than it would like to have.
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    makeLayout();
    connect(name_, &QPushButton::clicked, this, [this] { Q_EMIT opened(this->id()); });
    connect(choice_, &QCheckBox::toggled, this, &RunRow::chosen);
    connect(&theme_, &Theme::changed, this, &RunRow::applyTheme);
    onLanguageChange(this, [this] { showRun(); });
    applyTheme();
    showRun();
}

void RunRow::makeLayout() {
    name_->setProperty("kind", QStringLiteral("name"));
    setCursor(Qt::PointingHandCursor);
    meter_->setRange(0, kMeterParts);
    meter_->setTextVisible(false);
    meter_->setMinimumWidth(kLeastMeterWidth);
    auto* about = new QWidget(this);
    auto* words = new QVBoxLayout(about);
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(space::kTiny);
    words->addWidget(new ButtonRow({name_, state_}, about));
    words->addWidget(result_);
    words->addWidget(made_);
    words->addWidget(meter_);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(kPadding - space::kTiny, space::kMedium, kPadding, space::kMedium);
    row->setSpacing(space::kMedium);
    row->addWidget(choice_);
    row->addWidget(new FoldingRow(about, line_, this, space::kMedium), 1);
}

void RunRow::applyTheme() {
    name_->setFont(theme_.font(TextStyle::InterfaceStrong));
}

QString RunRow::results() {
    const auto loss = curves_.last(QStringLiteral("train/loss"));
    const auto evaluation = curves_.last(QStringLiteral("eval/loss"));
    return joined({loss ? tr("loss %1").arg(presentLoss(*loss)) : QString(),
                   evaluation ? tr("evaluation %1").arg(presentLoss(*evaluation)) : QString()});
}

void RunRow::showRun() {
    const TrainingJob job = training_.job(id());
    const QJsonObject settings = settingsOf(job);
    // An ampersand of a name is no key.
    name_->setText(QString(job.name).replace(u'&', QStringLiteral("&&")));
    name_->setToolTip(tr("Open this run"));
    const RunStateWording state = presentRunState(job);
    state_->setContent(state.tone, state.text, presentReason(job.error));
    const bool isWhole = job.state == TrainingState::Finished && !hasEndedEarly(job);
    const auto left = job.state == TrainingState::Running ? curves_.secondsLeft() : std::nullopt;
    const QString planned =
        isPlanned(job)
            ? tr("begins on %1").arg(QLocale().toString(job.startsAt, QLocale::ShortFormat))
            : QString();
    QString result = joined({planned, isWhole ? QString() : presentRunStep(job),
                             left ? tr("%1 left").arg(presentSpan(*left)) : QString(), results()});
    if (job.state == TrainingState::Failed) result = presentReason(job.error);
    result_->setText(breakable(result));
    result_->setAccessibleName(result);
    result_->setVisible(!result.isEmpty());
    const QString made = joined({parts_.baseName(settings), dataOf(settings),
                                 QLocale().toString(job.created, QLocale::ShortFormat),
                                 job.tags.join(QStringLiteral(", "))});
    made_->setText(breakable(made));
    made_->setAccessibleName(made);
    meter_->setVisible(!isWhole && job.totalSteps > 0);
    meter_->setValue(static_cast<int>(job.share() * kMeterParts));
    line_->setPoints(curves_.points(QStringLiteral("train/loss"), RunAxis::Step));
    choice_->setAccessibleName(tr("Compare %1").arg(job.name));
    choice_->setToolTip(tr("Choose two to six runs to compare them"));
    name_->setAccessibleName(said());
}

bool RunRow::isChosen() const {
    return choice_->isChecked();
}

QString RunRow::said() const {
    return joined({training_.job(curves_.id()).name, state_->text(), result_->accessibleName(),
                   made_->accessibleName()});
}

void RunRow::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->pos())) Q_EMIT opened(id());
}

}  // namespace dsm
