#include "finetune_ui/data/data_files_card.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/fitting_button.h"
#include "finetune_ui/data/data_draft.h"
#include "finetune_ui/words/data_words.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr qsizetype kNamesSaid = 6;

}  // namespace

DataFilesCard::DataFilesCard(const Theme& theme, QWidget* parent)
    : Card(theme, parent),
      title_(new Label(this)),
      hint_(new Label(this)),
      example_(new Label(this)),
      add_(new FittingButton(this)),
      conversations_(new FittingButton(this)),
      rows_(new QVBoxLayout) {
    title_->setWordWrap(true);
    hint_->setWordWrap(true);
    example_->setWordWrap(true);
    rows_->setSpacing(space::kTiny);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kPadding, kPadding, kPadding, kPadding);
    column->setSpacing(space::kMedium);
    column->addWidget(title_);
    column->addWidget(hint_);
    column->addWidget(example_);
    column->addLayout(rows_);
    column->addWidget(new ButtonRow({add_, conversations_}, this));
    connect(add_, &QPushButton::clicked, this, &DataFilesCard::addRequested);
    connect(conversations_, &QPushButton::clicked, this, &DataFilesCard::conversationsRequested);
    connect(&theme, &Theme::changed, this, &DataFilesCard::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
    applyTheme();
    retranslate();
}

void DataFilesCard::setFiles(const QList<DataFile>& files, const QMap<QString, QString>& columns) {
    files_ = files;
    columns_ = columns;
    example_->setVisible(files_.isEmpty());
    setKind(add_, files_.isEmpty() ? QStringLiteral("primary") : QString());
    while (QLayoutItem* item = rows_->takeAt(0)) {
        item->widget()->deleteLater();
        item->widget()->hide();
        delete item;
    }
    for (const DataFile& file : files_) {
        QWidget* row = makeRow(file);
        rows_->addWidget(row);
        row->show();
    }
}

QString DataFilesCard::problemOf(const DataFile& file) const {
    if (!file.error.isEmpty()) return presentReason(file.error);
    const QString lacked = lackedColumn(file, columns_);
    if (lacked.isEmpty()) return {};
    QStringList names;
    for (const DataColumn& column : file.columns.first(std::min(file.columns.size(), kNamesSaid)))
        names.append(column.name);
    if (names.size() < file.columns.size()) names.append(QChar(0x2026));
    return tr("It has the columns %1, but no “%2”, which the rows are read from. All files are "
              "read "
              "by the same names: rename its columns as in the others, or train on it alone.")
        .arg(names.join(tr(", ")), lacked);
}

QWidget* DataFilesCard::makeRow(const DataFile& file) {
    auto* row = new QWidget(this);
    const QString fileName = QFileInfo(file.path).fileName();
    auto* name = new Label(fileName, row);
    name->setElided(Qt::ElideMiddle);
    name->setToolTip(file.path);
    name->setFont(theme_.font(TextStyle::InterfaceStrong));
    const QString problem = problemOf(file);
    auto* what = new Label(
        problem.isEmpty() ? tr("%1 · %2").arg(presentFormat(file),
                                              presentBytes(static_cast<quint64>(file.sizeBytes)))
                          : problem,
        row);
    what->setWordWrap(true);
    what->setTextInteractionFlags(Qt::TextSelectableByMouse);
    tone(what, TextStyle::Small, problem.isEmpty() ? ColorRole::TextSecondary : ColorRole::Danger);
    auto* remove = new IconButton(theme_, IconName::Close, 28, IconButton::Look::Plain, row);
    remove->setName(tr("Leave %1 out").arg(fileName));
    connect(remove, &QAbstractButton::clicked, this,
            [this, path = file.path] { Q_EMIT removeRequested(path); });
    auto* texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addWidget(name);
    texts->addWidget(what);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, space::kTiny, 0, space::kTiny);
    line->addLayout(texts, 1);
    line->addWidget(remove);
    return row;
}

void DataFilesCard::applyTheme() {
    tone(title_, TextStyle::Title, ColorRole::Text);
    for (QLabel* label : {hint_, example_})
        tone(label, TextStyle::Interface, ColorRole::TextSecondary);
    setFiles(files_, columns_);
}

void DataFilesCard::retranslate() {
    title_->setText(tr("What shall the model learn from?"));
    hint_->setText(
        tr("Files of questions and answers, of conversations or of texts: JSON Lines, JSON, CSV or "
           "Parquet. Drop them here, or choose them. Several are read one after the other, by the "
           "same names of columns; the files are never changed."));
    example_->setText(
        tr("The simplest is a table with a question and its answer in each row, saved as CSV. "
           "Fifty rows already teach something; good rows matter more than many."));
    add_->setText(tr("Add files…"));
    conversations_->setText(tr("Use my conversations…"));
    setFiles(files_, columns_);
}

}  // namespace dsm
