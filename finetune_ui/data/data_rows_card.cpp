#include "finetune_ui/data/data_rows_card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <memory>

#include "finetune_ui/cards/data_example_view.h"
#include "finetune_ui/cards/folding_row.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/number_field.h"

namespace dsm {
namespace {

constexpr double kMostRows = 1e12;
constexpr int kRowWidth = 150;

}  // namespace

DataRowsCard::DataRowsCard(const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      title_(new Label(this)),
      hint_(new Label(this)),
      previous_(new IconButton(theme, IconName::ChevronLeft, 32, IconButton::Look::Outlined, this)),
      place_(new Label(this)),
      row_(new NumberField(theme, {1, kMostRows, kRowsOfAPage}, this)),
      next_(new IconButton(theme, IconName::ChevronRight, 32, IconButton::Look::Outlined, this)),
      list_(new QVBoxLayout) {
    title_->setWordWrap(true);
    hint_->setWordWrap(true);
    place_->setWordWrap(true);
    list_->setSpacing(space::kSmall);
    auto* turns = new QWidget(this);
    auto* pages = new QHBoxLayout(turns);
    pages->setContentsMargins(0, 0, 0, 0);
    pages->setSpacing(space::kSmall);
    pages->addWidget(previous_);
    pages->addWidget(next_);
    pages->addWidget(place_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding, kPadding, kPadding);
    column->setSpacing(space::kMedium);
    column->addWidget(title_);
    column->addWidget(hint_);
    column->addWidget(new FoldingRow(turns, row_, this, space::kSmall));
    column->addLayout(list_);
    connect(previous_, &QAbstractButton::clicked, this, [this] { turn(first_ - kRowsOfAPage); });
    connect(next_, &QAbstractButton::clicked, this, [this] { turn(first_ + kRowsOfAPage); });
    connect(row_, &NumberField::valueChanged, this, [this](std::optional<double> row) {
        if (!row) return;
        turn(std::min(static_cast<qint64>(*row) - 1, std::max<qint64>(count_ - 1, 0)));
        row_->setValue(std::nullopt);
    });
    connect(&theme, &Theme::changed, this, &DataRowsCard::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void DataRowsCard::turn(qint64 first) {
    first_ = std::max<qint64>(0, first);
    showPlace();
    Q_EMIT pageRequested(first_);
}

void DataRowsCard::setCount(qint64 rows, bool isWhole) {
    count_ = rows;
    if (first_ >= count_ && isWhole) first_ = 0;
    // What belongs to an earlier reading is only looked at.
    if (!isReadable()) {
        for (DataExampleView* view : views())
            view->setEnabled(false);
    }
    showPlace();
}

// Rows that are shown already stay: what a person is about to press is not taken away by another
// reading of the same.
void DataRowsCard::setRows(const QList<DataRow>& rows) {
    rows_ = rows;
    const QList<DataExampleView*> shown = views();
    for (qsizetype i = 0; i < shown.size(); ++i) {
        shown[i]->setEnabled(true);
        if (i < rows_.size() && shown[i]->row() != rows_[i]) shown[i]->setRow(rows_[i]);
    }
    removeViews(rows_.size());
    addViews();
}

void DataRowsCard::removeViews(qsizetype left) {
    while (list_->count() > left) {
        const std::unique_ptr<QLayoutItem> item(list_->takeAt(list_->count() - 1));
        item->widget()->hide();
        item->widget()->deleteLater();
    }
}

void DataRowsCard::addViews() {
    while (list_->count() < rows_.size()) {
        auto* view = new DataExampleView(theme_, rows_[list_->count()], this);
        connect(view, &DataExampleView::editRequested, this, &DataRowsCard::editRequested);
        connect(view, &DataExampleView::leaveOutRequested, this, &DataRowsCard::leaveOutRequested);
        list_->addWidget(view);
        view->show();  // at once: else the page shrinks and grows again
    }
}

void DataRowsCard::makeViews() {
    removeViews(0);
    addViews();
}

QList<DataExampleView*> DataRowsCard::views() const {
    QList<DataExampleView*> views;
    for (int i = 0; i < list_->count(); ++i)
        views.append(static_cast<DataExampleView*>(list_->itemAt(i)->widget()));
    return views;
}

void DataRowsCard::showPlace() {
    const qint64 last = std::min(first_ + kRowsOfAPage, count_);
    place_->setText(tr("%L1 to %L2 of %L3").arg(first_ + 1).arg(last).arg(count_));
    place_->setVisible(count_ > 0);
    row_->setVisible(count_ > 2 * kRowsOfAPage);
    previous_->setEnabled(first_ > 0);
    next_->setEnabled(last < count_);
}

void DataRowsCard::applyTheme() {
    tone(title_, TextStyle::Title, ColorRole::Text);
    tone(hint_, TextStyle::Interface, ColorRole::TextSecondary);
    tone(place_, TextStyle::Interface, ColorRole::TextSecondary);
    row_->setMaximumWidth(theme_.scaled(kRowWidth));
    makeViews();
}

void DataRowsCard::retranslate() {
    title_->setText(tr("The rows as the model gets them"));
    hint_->setText(
        tr("What is marked is what the model learns to write; the rest it only reads. What is "
           "struck out is cut off by the maximum length."));
    row_->setNone(tr("Go to row"));
    row_->setAccessibleName(tr("Go to the row of this number"));
    previous_->setName(tr("Earlier rows"));
    next_->setName(tr("Later rows"));
    showPlace();
    makeViews();
}

}  // namespace dsm
