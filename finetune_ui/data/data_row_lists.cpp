#include "finetune_ui/data/data_row_lists.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "app/services/training/data/data_study.h"
#include "finetune_ui/words/data_words.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kWidth = 520;
constexpr int kLines = 9;

// A row as high as its lines: the style reckons without the room that its sheet leaves beside them.
class RowDelegate : public QStyledItemDelegate {
  public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        constexpr int kBeside = 16;
        QStyleOptionViewItem narrow = option;
        narrow.rect.setWidth(std::max(1, option.rect.width() - kBeside));
        return QStyledItemDelegate::sizeHint(narrow, index);
    }
};

}  // namespace

RowListDialog::RowListDialog(const Theme& theme, QWidget* parent)
    : ScrollDialog(parent),
      buttons_(new QHBoxLayout),
      hint_(new Label(this)),
      list_(new QListWidget(this)) {
    hint_->setWordWrap(true);
    hint_->setProperty("tone", QStringLiteral("secondary"));
    list_->setWordWrap(true);
    list_->setTextElideMode(Qt::ElideNone);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setResizeMode(QListView::Adjust);  // lines break anew
    list_->setSpacing(2);
    list_->setItemDelegate(new RowDelegate(list_));
    list_->setProperty("kind", QStringLiteral("field"));
    list_->setMinimumHeight(theme.lineHeight(TextStyle::Interface) * kLines);
    auto* content = new QWidget(this);
    content->setMinimumWidth(kWidth);  // which a small screen has
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kMedium);
    column->addWidget(hint_);
    column->addWidget(list_, 1);
    buttons_->addStretch(1);
    auto* close = new QPushButton(tr("Close"), this);
    close->setProperty("kind", QStringLiteral("primary"));
    close->setDefault(true);
    buttons_->addWidget(close);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    setContent(content, buttons_);
}

void RowListDialog::setTexts(const QString& title, const QString& hint) {
    setWindowTitle(title);
    hint_->setText(hint);
    list_->setAccessibleName(title);
}

QPushButton* RowListDialog::addButton(const QString& text) {
    auto* button = new QPushButton(text, this);
    buttons_->insertWidget(buttons_->count() - 2, button);  // before the stretch and the last
    return button;
}

RefusedRowsDialog::RefusedRowsDialog(const DataFindings& findings, const Theme& theme,
                                     QWidget* parent)
    : RowListDialog(theme, parent),
      change_(addButton(tr("Change…"))),
      save_(addButton(tr("Save all as a table…"))) {
    const auto listed = findings.firstRefused.size();
    setTexts(tr("Rows that cannot be used"),
             listed < findings.refused
                 ? tr("The first %L1 of %L2 rows. The table that you can save has all of them.")
                       .arg(listed)
                       .arg(findings.refused)
                 : tr("They are not learned. Change them here or in the file, or leave them as "
                      "they are."));
    for (const DataRefusal& row : findings.firstRefused)
        list()->addItem(tr("%1: %2").arg(presentPlace(row.place), presentReason(row.reason)));
    change_->setEnabled(false);
    connect(list(), &QListWidget::itemSelectionChanged, this,
            [this] { change_->setEnabled(!list()->selectedItems().isEmpty()); });
    connect(change_, &QPushButton::clicked, this, [this, rows = findings.firstRefused] {
        const DataRefusal& row = rows.at(list()->currentRow());
        accept();  // another one is asked for when this is changed
        Q_EMIT changeRequested(row.path, row.place.number);
    });
    connect(save_, &QPushButton::clicked, this, &RefusedRowsDialog::saveRequested);
}

ChangedRowsDialog::ChangedRowsDialog(DataStudy& study, const Theme& theme, QWidget* parent)
    : RowListDialog(theme, parent),
      study_(study),
      putBack_(addButton(tr("Put back"))),
      all_(addButton(tr("Put all back"))) {
    setTexts(tr("Changed and left-out rows"),
             tr("The files themselves are as they were: what is put back is read from them."));
    list()->setSelectionMode(QAbstractItemView::ExtendedSelection);
    putBack_->setEnabled(false);
    all_->setEnabled(false);
    connect(list(), &QListWidget::itemSelectionChanged, this,
            [this] { putBack_->setEnabled(!list()->selectedItems().isEmpty()); });
    connect(putBack_, &QPushButton::clicked, this, [this] {
        for (const QModelIndex& row : list()->selectionModel()->selectedIndexes()) {
            const DataChange& change = changes_.at(row.row());
            study_.takeBack(change.path, change.place.number);
        }
    });
    connect(all_, &QPushButton::clicked, &study, &DataStudy::removeEdits);
    connect(&study, &DataStudy::changesRead, this, &ChangedRowsDialog::setChanges);
    connect(&study, &DataStudy::edited, this, [&study] { study.readChanges(); });
    study.readChanges();
}

void ChangedRowsDialog::setChanges(const QList<DataChange>& changes) {
    const int row = list()->currentRow();
    changes_ = changes;
    list()->clear();
    for (const DataChange& change : changes) {
        const QString text = change.isLeftOut ? tr("%1, left out: %2") : tr("%1, changed: %2");
        list()->addItem(text.arg(presentPlace(change.place), change.text));
    }
    all_->setEnabled(!changes.isEmpty());
    if (changes.isEmpty()) return accept();
    // The keyboard goes on where it was.
    list()->setCurrentRow(std::clamp(row, 0, static_cast<int>(changes.size()) - 1));
}

}  // namespace dsm
