#include "finetune_ui/cards/settings_table.h"

#include <QGridLayout>
#include <QLayoutItem>
#include <algorithm>

#include "finetune_ui/cards/form_card.h"
#include "finetune_ui/cards/marked_text.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

// Lines of labels break between words alone.
bool hasLongWord(const QString& text) {
    constexpr qsizetype kLongest = 24;
    const QStringList words = text.split(u' ');
    return std::any_of(words.begin(), words.end(),
                       [](const QString& word) { return word.size() > kLongest; });
}

QWidget* makeBreakable(const QString& text, QWidget* parent) {
    auto* breakable = new MarkedText(parent);
    breakable->setStretches({{text, {}}});
    breakable->setSpoken(text);
    return breakable;
}

}  // namespace

SettingsTable::SettingsTable(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(space::kLarge);
    grid_->setVerticalSpacing(space::kTiny);
    connect(&theme, &Theme::changed, this, [this] { setTable(head_, rows_); });
}

void SettingsTable::setRun(const QJsonObject& settings) {
    QList<QStringList> rows;
    for (const QString& key : chosenKeys({settings}))
        rows.append({presentSettingName(key), presentSetting(key, settings)});
    setTable({}, rows);
}

void SettingsTable::setDifferences(const QStringList& names, const QList<QJsonObject>& settings) {
    QList<QStringList> rows;
    for (const QString& key : chosenKeys(settings)) {
        QStringList row{presentSettingName(key)};
        for (const QJsonObject& job : settings)
            row.append(presentSetting(key, job));
        const bool differs = std::any_of(row.begin() + 1, row.end(),
                                         [&](const QString& value) { return value != row[1]; });
        if (differs) rows.append(row);
    }
    setTable(QStringList{QString()} + names, rows);
}

void SettingsTable::setTable(const QStringList& head, const QList<QStringList>& rows) {
    head_ = head;
    rows_ = rows;
    place(false);
    measure();
    if (isTooNarrow()) place(true);
}

bool SettingsTable::isTooNarrow() const {
    return !head_.isEmpty() && width() < besideWidth_;
}

// With columns beside each other, where their names are in the first line.
void SettingsTable::measure() {
    besideWidth_ = grid_->minimumSize().width();
    int names = 0;
    int values = 0;
    for (int i = 0; i < grid_->count(); ++i) {
        int line = 0;
        int column = 0;
        int span = 0;
        grid_->getItemPosition(i, &line, &column, &span, &span);
        int& most = line == 0 ? names : values;
        most = std::max(most, grid_->itemAt(i)->widget()->minimumSizeHint().width());
    }
    belowWidth_ = names + grid_->horizontalSpacing() + values;
}

QWidget* SettingsTable::makeCell(const QString& text, bool isName) {
    if (hasLongWord(text)) return makeBreakable(text, this);
    QLabel* label = nullptr;
    if (isName) {
        label = makeNote(theme_, this);
    } else {
        label = new Label(this);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    label->setText(text);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    return label;
}

void SettingsTable::place(bool isStacked) {
    isStacked_ = isStacked;
    while (QLayoutItem* item = grid_->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    int line = 0;
    const auto add = [&](const QStringList& words, bool isHead) {
        grid_->setRowMinimumHeight(line, 0);
        for (int column = 0; column < words.size(); ++column)
            grid_->addWidget(makeCell(words[column], column == 0 || isHead), line, column);
        ++line;
    };
    const qsizetype columns = isStacked_ || rows_.isEmpty() ? 2 : rows_[0].size();
    for (int column = 0; column < std::max<int>(grid_->columnCount(), int(columns)); ++column)
        grid_->setColumnStretch(column, column >= columns ? 0 : column == 0 ? 2 : 3);
    if (!isStacked_) {
        if (!head_.isEmpty()) add(head_, true);
        for (const QStringList& row : rows_)
            add(row, false);
        return;
    }
    for (const QStringList& row : rows_) {
        for (qsizetype column = 0; column < row.size(); ++column)
            add({head_[column], row[column]}, false);
        grid_->setRowMinimumHeight(line++, space::kMedium);  // before the next
    }
}

QSize SettingsTable::minimumSizeHint() const {
    const QSize least = QWidget::minimumSizeHint();
    return head_.isEmpty() ? least : QSize(std::min(belowWidth_, besideWidth_), least.height());
}

void SettingsTable::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (isTooNarrow() != isStacked_) place(isTooNarrow());
}

}  // namespace dsm
