#include "finetune_ui/cards/settings_table.h"

#include <QGridLayout>
#include <QLayoutItem>
#include <algorithm>

#include "finetune_ui/cards/form_card.h"
#include "finetune_ui/cards/marked_text.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/label.h"

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
    rows_ = rows;
    while (QLayoutItem* item = grid_->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    int line = 0;
    const auto add = [&](const QStringList& words, bool isHead) {
        for (int column = 0; column < words.size(); ++column) {
            grid_->setColumnStretch(column, column == 0 ? 2 : 3);
            if (hasLongWord(words[column])) {
                grid_->addWidget(makeBreakable(words[column], this), line, column);
                continue;
            }
            QLabel* label = nullptr;
            if (column == 0 || isHead) {
                label = makeNote(theme_, this);
            } else {
                label = new Label(this);
                label->setWordWrap(true);
                label->setTextInteractionFlags(Qt::TextSelectableByMouse);
            }
            label->setText(words[column]);
            label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
            grid_->addWidget(label, line, column);
        }
        ++line;
    };
    if (!head.isEmpty()) add(head, true);
    for (const QStringList& row : rows)
        add(row, false);
}

}  // namespace dsm
