#include "finetune_ui/cards/data_example_view.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "finetune_ui/words/data_words.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/paint.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// Of a part that is shown; whoever wants the rest looks into the file.
constexpr qsizetype kMostLetters = 1500;

// A text with marks that stays as it was made. Layouts ask for its height again and again, and Qt
// would lay the whole document out each time.
class MarkedText : public QLabel {
  public:
    MarkedText(const QString& html, QWidget* parent) : QLabel(html, parent) {
        setTextFormat(Qt::RichText);
        setWordWrap(true);
        setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }

    int heightForWidth(int width) const override {
        if (width != width_) {
            height_ = QLabel::heightForWidth(width);
            width_ = width;
        }
        return height_;
    }

  protected:
    void changeEvent(QEvent* event) override {
        width_ = -1;  // another font or style
        QLabel::changeEvent(event);
    }

  private:
    mutable int width_ = -1;  // that height_ is for; -1: none
    mutable int height_ = 0;
};

void setTone(QLabel* label, const Theme& theme, TextStyle style, ColorRole role) {
    label->setFont(theme.font(style));
    setTone(label, role);
}

}  // namespace

DataExampleView::DataExampleView(const Theme& theme, DataRow row, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      row_(std::move(row)),
      isReadOnly_(false),
      edit_(new QPushButton(tr("Change…"), this)),
      leaveOut_(new QPushButton(tr("Leave out"), this)) {
    const QString place = presentPlace(row_.place);
    edit_->setAccessibleName(tr("Change %1").arg(place));
    leaveOut_->setAccessibleName(tr("Leave %1 out").arg(place));
    for (QPushButton* button : {edit_, leaveOut_})
        button->setProperty("kind", QStringLiteral("link"));
    connect(edit_, &QPushButton::clicked, this, [this] { Q_EMIT editRequested(row_.index); });
    connect(leaveOut_, &QPushButton::clicked, this,
            [this] { Q_EMIT leaveOutRequested(row_.index); });
    makeLayout(tr("%1 · %Ln token(s)", nullptr, static_cast<int>(row_.tokens)).arg(place));
}

DataExampleView::DataExampleView(const Theme& theme, const QString& heading,
                                 const QList<DataTurn>& turns, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      isReadOnly_(true),
      edit_(new QPushButton(this)),
      leaveOut_(new QPushButton(this)) {
    row_.turns = turns;
    edit_->hide();
    leaveOut_->hide();
    makeLayout(heading);
}

void DataExampleView::makeLayout(const QString& text) {
    auto* heading = new Label(text, this);
    heading->setWordWrap(isReadOnly_);
    setTone(heading, theme_, TextStyle::Caption, ColorRole::TextSecondary);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kMedium, space::kSmall, space::kMedium, space::kMedium);
    column->setSpacing(space::kSmall);
    auto* top = new QHBoxLayout;
    top->setSpacing(0);
    top->addWidget(heading, 1);
    top->addWidget(edit_);
    top->addWidget(leaveOut_);
    column->addLayout(top);
    for (const DataTurn& turn : row_.turns)
        column->addWidget(makeTurn(turn));
}

QWidget* DataExampleView::makeTurn(const DataTurn& turn) {
    auto* part = new QWidget(this);
    auto* speaker = new Label(presentSpeaker(turn.speaker), part);
    setTone(speaker, theme_, TextStyle::Caption, ColorRole::TextSecondary);
    auto* text = new MarkedText(richText(turn), part);
    QString spoken;
    for (const DataPart& one : turn.parts)
        spoken += one.isTrained && !one.isCut ? tr("Learned: %1 ").arg(one.text) : one.text;
    text->setAccessibleName(presentSpeaker(turn.speaker) + QStringLiteral(": ") + spoken);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(speaker);
    speaker->setVisible(!isReadOnly_ || turn.speaker != DataTurn::Speaker::Text);
    column->addWidget(text);
    return part;
}

QString DataExampleView::richText(const DataTurn& turn) const {
    QString html;
    for (const DataPart& part : turn.parts) {
        QString style = QStringLiteral("color: %1;").arg(theme_.color(ColorRole::Text).name());
        if (part.isTrained && !part.isCut)
            style += QStringLiteral("background-color: %1;")
                         .arg(theme_.color(ColorRole::SuccessSurface).name());
        if (part.isToken)
            style += QStringLiteral("color: %1;").arg(theme_.color(ColorRole::Success).name());
        if (part.isCut)
            style += QStringLiteral("color: %1; text-decoration: line-through;")
                         .arg(theme_.color(ColorRole::TextTertiary).name());
        QString text = part.text.left(kMostLetters);
        if (text.size() < part.text.size())
            text += tr(" … and %Ln more letter(s)", nullptr,
                       static_cast<int>(part.text.size() - text.size()));
        html += QStringLiteral("<span style=\"white-space: pre-wrap; %1\">%2</span>")
                    .arg(style, text.toHtmlEscaped());
    }
    return html;
}

void DataExampleView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    drawRounded(painter, rect(), radius::kMedium, theme_.color(ColorRole::Window),
                theme_.color(ColorRole::Border));
}

}  // namespace dsm
