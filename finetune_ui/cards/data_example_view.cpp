#include "finetune_ui/cards/data_example_view.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/cards/folding_row.h"
#include "finetune_ui/cards/marked_text.h"
#include "finetune_ui/words/data_words.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// Of a part that is shown; whoever wants the rest looks into the file.
constexpr qsizetype kMostLetters = 1500;

QString shortened(const DataPart& part) {
    QString text = part.text.left(kMostLetters);
    if (text.size() < part.text.size())
        text += DataExampleView::tr(" … and %Ln more letter(s)", nullptr,
                                    static_cast<int>(part.text.size() - text.size()));
    return text;
}

QTextCharFormat markOf(const DataPart& part, const Theme& theme) {
    QTextCharFormat mark;
    if (part.isTrained && !part.isCut) mark.setBackground(theme.color(ColorRole::SuccessSurface));
    if (part.isToken) mark.setForeground(theme.color(ColorRole::Success));
    if (part.isCut) {
        mark.setForeground(theme.color(ColorRole::TextTertiary));
        mark.setFontStrikeOut(true);
    }
    return mark;
}

void setTone(QLabel* label, const Theme& theme, TextStyle style, ColorRole role) {
    label->setFont(theme.font(style));
    setTone(label, role);
}

}  // namespace

DataExampleView::DataExampleView(const Theme& theme, DataRow row, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      isReadOnly_(false),
      heading_(new Label(this)),
      edit_(new FittingButton(tr("Change…"), this)),
      leaveOut_(new FittingButton(tr("Leave out"), this)) {
    for (QPushButton* button : {edit_, leaveOut_})
        button->setProperty("kind", QStringLiteral("link"));
    connect(edit_, &QPushButton::clicked, this, [this] { Q_EMIT editRequested(row_.index); });
    connect(leaveOut_, &QPushButton::clicked, this,
            [this] { Q_EMIT leaveOutRequested(row_.index); });
    makeLayout();
    setRow(std::move(row));
}

DataExampleView::DataExampleView(const Theme& theme, const QString& heading,
                                 const QList<DataTurn>& turns, Marked marked, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      isReadOnly_(true),
      marked_(marked),
      heading_(new Label(heading, this)),
      edit_(new FittingButton(this)),
      leaveOut_(new FittingButton(this)) {
    row_.turns = turns;
    edit_->hide();
    leaveOut_->hide();
    makeLayout();
    showTurns();
}

void DataExampleView::makeLayout() {
    heading_->setWordWrap(isReadOnly_);
    if (!isReadOnly_) static_cast<Label*>(heading_)->setElided(Qt::ElideRight);
    setTone(heading_, theme_, TextStyle::Caption, ColorRole::TextSecondary);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kMedium, space::kSmall, space::kMedium, space::kMedium);
    column->setSpacing(space::kSmall);
    if (isReadOnly_) {
        column->addWidget(heading_);
    } else {
        column->addWidget(
            new FoldingRow(heading_, new ButtonRow({edit_, leaveOut_}, this), this, 0));
    }
}

void DataExampleView::setRow(DataRow row) {
    row_ = std::move(row);
    const QString place = presentPlace(row_.place);
    heading_->setText(tr("%1 · %Ln token(s)", nullptr, static_cast<int>(row_.tokens)).arg(place));
    edit_->setAccessibleName(tr("Change %1").arg(place));
    leaveOut_->setAccessibleName(tr("Leave %1 out").arg(place));
    showTurns();
}

void DataExampleView::showTurns() {
    while (turns_.size() > row_.turns.size())
        delete turns_.takeLast().whole;
    while (turns_.size() < row_.turns.size())
        turns_.append(makeTurn());
    for (qsizetype i = 0; i < turns_.size(); ++i)
        showTurn(turns_[i], row_.turns[i]);
}

DataExampleView::Turn DataExampleView::makeTurn() {
    auto* part = new QWidget(this);
    const Turn turn{part, new Label(part), new MarkedText(part)};
    setTone(turn.speaker, theme_, TextStyle::Caption, ColorRole::TextSecondary);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(turn.speaker);
    column->addWidget(turn.text);
    layout()->addWidget(part);
    return turn;
}

void DataExampleView::showTurn(const Turn& shown, const DataTurn& turn) const {
    const QString speaker = presentSpeaker(turn.speaker);
    shown.speaker->setText(speaker);
    shown.speaker->setVisible(!isReadOnly_ || turn.speaker != DataTurn::Speaker::Text);
    const QString named =
        marked_ == Marked::Learned ? tr("Learned: %1 ") : tr("What the loss is of: %1 ");
    QString spoken;
    QList<MarkedText::Stretch> stretches;
    for (const DataPart& part : turn.parts) {
        spoken += part.isTrained && !part.isCut ? named.arg(part.text) : part.text;
        stretches.append({shortened(part), markOf(part, theme_)});
    }
    shown.text->setStretches(stretches);
    shown.text->setSpoken(speaker + QStringLiteral(": ") + spoken);
}

void DataExampleView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(ColorRole::Window),
                theme_.color(ColorRole::Border));
}

}  // namespace dsm
