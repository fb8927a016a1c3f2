#include "finetune_ui/cards/fact_list.h"

#include <QFontMetrics>
#include <QGridLayout>
#include <QLabel>
#include <algorithm>
#include <memory>
#include <utility>

#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"

namespace dsm {
namespace {

constexpr int kFewestLetters = 16;  // of a value beside its name

}  // namespace

FactList::FactList(const Theme& theme, TextStyle valueStyle, QWidget* parent)
    : QWidget(parent), theme_(theme), valueStyle_(valueStyle), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(space::kHuge);
    grid_->setVerticalSpacing(space::kTiny);
    connect(&theme, &Theme::changed, this, &FactList::applyTheme);
}

void FactList::setFacts(const QList<Fact>& facts) {
    const qsizetype before = rows_.size();
    while (rows_.size() > facts.size()) {
        const Row row = rows_.takeLast();
        delete row.name;
        delete row.value;
    }
    while (rows_.size() < facts.size()) {
        rows_.append(Row{new Label(this), new Label(this)});
        for (QLabel* label : {rows_.last().name, rows_.last().value}) {
            label->setWordWrap(true);
            label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
            label->show();  // at once: else the page shrinks and grows again
        }
        rows_.last().value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    for (qsizetype i = 0; i < facts.size(); ++i) {
        rows_[i].name->setText(facts[i].name);
        rows_[i].value->setText(facts[i].value);
        rows_[i].value->setAccessibleName(facts[i].name + QStringLiteral(": ") + facts[i].value);
    }
    if (before != rows_.size()) place();
    applyTheme();
}

void FactList::applyTheme() {
    for (const Row& row : rows_) {
        row.name->setFont(theme_.font(TextStyle::Interface));
        row.value->setFont(theme_.font(valueStyle_));
        setTone(row.name, ColorRole::TextSecondary);
        setTone(row.value, ColorRole::Text);
    }
    arrange();
}

void FactList::place() {
    while (const std::unique_ptr<QLayoutItem> item{grid_->takeAt(0)}) {
    }
    grid_->setColumnStretch(0, isStacked_ ? 1 : 0);
    grid_->setColumnStretch(1, isStacked_ ? 0 : 1);
    for (int i = 0; i < rows_.size(); ++i) {
        grid_->addWidget(rows_[i].name, isStacked_ ? 2 * i : i, 0);
        grid_->addWidget(rows_[i].value, isStacked_ ? 2 * i + 1 : i, isStacked_ ? 0 : 1);
    }
}

void FactList::arrange() {
    int widest = 0;
    for (const Row& row : rows_)
        widest = std::max(widest, row.name->fontMetrics().horizontalAdvance(row.name->text()) + 1);
    const int value = kFewestLetters * QFontMetrics(theme_.font(valueStyle_)).averageCharWidth();
    const bool isStacked = widest + space::kHuge + value > width();
    if (std::exchange(isStacked_, isStacked) != isStacked) place();
    grid_->setColumnMinimumWidth(0, isStacked ? 0 : widest);
}

// Of the values below their names.
QSize FactList::minimumSizeHint() const {
    int least = 0;
    for (const Row& row : rows_)
        least = std::max(
            {least, row.name->minimumSizeHint().width(), row.value->minimumSizeHint().width()});
    return {least, QWidget::minimumSizeHint().height()};
}

void FactList::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

}  // namespace dsm
