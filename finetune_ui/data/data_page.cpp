#include "finetune_ui/data/data_page.h"

#include <QDir>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/reason_words.h"
#include "app/services/program/sentences.h"
#include "app/services/training/data/data_study.h"
#include "app/services/training/job/job_draft.h"
#include "finetune_ui/data/data_columns_card.h"
#include "finetune_ui/data/data_draft.h"
#include "finetune_ui/data/data_files_card.h"
#include "finetune_ui/data/data_findings_card.h"
#include "finetune_ui/data/data_length_card.h"
#include "finetune_ui/data/data_row_dialog.h"
#include "finetune_ui/data/data_row_lists.h"
#include "finetune_ui/data/data_rows_card.h"
#include "finetune_ui/data/own_conversations_dialog.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/drop_mark.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

using namespace data_key;

constexpr int kStudyAfterMs = 400;  // what is being typed is not yet studied

QStringList filesIn(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isFile())
            files.append(url.toLocalFile());
    }
    return files;
}

}  // namespace

DataPage::DataPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      banner_(new Banner(parts.theme, this)),
      files_(new DataFilesCard(parts.theme, this)),
      columns_(new DataColumnsCard(parts.theme, this)),
      findings_(new DataFindingsCard(parts.study, parts.theme, this)),
      length_(new DataLengthCard(parts.study, parts.theme, this)),
      rows_(new DataRowsCard(parts.theme, this)),
      dropMark_(new DropMark(parts.theme, this)) {
    setAcceptDrops(true);
    studySoon_.setSingleShot(true);
    studySoon_.setInterval(kStudyAfterMs);
    makeLayout();
    makeConnections();
    takeDraft({});
}

void DataPage::makeLayout() {
    banner_->hide();
    banner_->setMaximumWidth(QWIDGETSIZE_MAX);  // as wide as the cards
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kLarge);
    column->addWidget(banner_);
    for (QWidget* card :
         std::initializer_list<QWidget*>{files_, columns_, findings_, length_, rows_}) {
        // In a narrow window their texts need more height than they would like to have.
        card->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
        column->addWidget(card);
    }
    column->addStretch(1);
}

void DataPage::makeConnections() {
    DataStudy& study = parts_.study;
    JobDraft& draft = parts_.draft;
    connect(files_, &DataFilesCard::addRequested, this, &DataPage::chooseFiles);
    connect(files_, &DataFilesCard::removeRequested, this, &DataPage::removeFile);
    connect(files_, &DataFilesCard::conversationsRequested, this, &DataPage::showConversations);
    connect(columns_, &DataColumnsCard::columnsChosen, this,
            [&draft](const QMap<QString, QString>& columns) { chooseColumns(draft, columns); });
    connect(columns_, &DataColumnsCard::templateChosen, this, &DataPage::chooseTemplate);
    connect(columns_, &DataColumnsCard::systemTextChanged, this,
            [this, &draft](const QString& text) {
                systemText_ = text.trimmed().isEmpty() ? QString() : text;
                draft.choose(kSystem, systemText_.isEmpty() ? QJsonValue(QJsonValue::Undefined)
                                                            : QJsonValue(systemText_));
            });
    connect(length_, &DataLengthCard::lengthChosen, this,
            [&draft](int length) { draft.choose(kLength, length); });
    connect(findings_, &DataFindingsCard::stopRequested, &study, &DataStudy::stop);
    connect(findings_, &DataFindingsCard::readAllRequested, this, &DataPage::startStudy);
    connect(findings_, &DataFindingsCard::exportRequested, this, &DataPage::exportRefused);
    connect(findings_, &DataFindingsCard::chatTemplateRequested, this,
            [this] { chooseTemplate(kChatTemplate); });
    connect(rows_, &DataRowsCard::pageRequested, this, [this, &study](qint64 first) {
        study.readRows(first, DataRowsCard::kRowsOfAPage, lengthOf(parts_.draft));
    });
    connect(rows_, &DataRowsCard::editRequested, &study, qOverload<qint64>(&DataStudy::readSource));
    connect(rows_, &DataRowsCard::leaveOutRequested, &study, &DataStudy::leaveOut);
    connect(findings_, &DataFindingsCard::refusedRequested, this, &DataPage::showRefused);
    connect(findings_, &DataFindingsCard::changesRequested, this, &DataPage::showChanges);
    connect(&study, &DataStudy::refusedExported, this,
            [this](const QString& file, const QString& error) {
                if (!error.isEmpty())
                    Q_EMIT failed(tr("%1 cannot be written: %2.").arg(file, error));
            });
    connect(&study, &DataStudy::sourceRead, this, &DataPage::showRow);
    connect(&study, &DataStudy::edited, this, &DataPage::takeEdit);
    connect(&study, &DataStudy::looked, this, &DataPage::takeLook);
    connect(&study, &DataStudy::progressed, findings_, &DataFindingsCard::showProgress);
    connect(&study, &DataStudy::changed, this, &DataPage::showStudy);
    connect(&study, &DataStudy::rowsRead, rows_, &DataRowsCard::setRows);
    connect(&draft, &JobDraft::changed, this, &DataPage::takeDraft);
    connect(&studySoon_, &QTimer::timeout, this, &DataPage::startStudy);
}

// A job refuses a system text beside a template that has no place for it.
void DataPage::chooseTemplate(const QString& name) {
    const bool isChat = name == kChatTemplate;
    const bool hasSystem = isChat && !systemText_.isEmpty();
    parts_.draft.choose(kSystem, hasSystem ? QJsonValue(systemText_) : QJsonValue::Undefined);
    parts_.draft.choose(kTemplate, isChat ? QJsonValue(QJsonValue::Undefined) : QJsonValue(name));
}

void DataPage::addFiles(const QStringList& added) {
    QStringList all = filesOf(parts_.draft);
    for (const QString& file : added) {
        const QString path = QFileInfo(file).absoluteFilePath();
        if (!all.contains(path)) all.append(path);
    }
    dsm::chooseFiles(parts_.draft, all);
}

void DataPage::removeFile(const QString& file) {
    QStringList all = filesOf(parts_.draft);
    all.removeAll(file);
    dsm::chooseFiles(parts_.draft, all);
}

void DataPage::takeDraft(const QString& key) {
    if (key == kLength) {
        showStudy();
        return;
    }
    if (key.isEmpty() && isEmpty()) systemText_.clear();  // of a run that was cleared away
    if (key.isEmpty() || key == kData) parts_.study.look(filesOf(parts_.draft));
    if (key.isEmpty() || decidesStudy(key)) studySoon_.start();
    showChoices();
    Q_EMIT changed();
}

void DataPage::takeLook(const QList<DataFile>& looked) {
    QStringList paths;
    for (const DataFile& file : looked)
        paths.append(file.path);
    if (paths != filesOf(parts_.draft)) return;  // others were chosen meanwhile
    looked_ = looked;
    // What was chosen for other files is none of these columns.
    if (!fits(columnsOf(parts_.draft), columnsIn(looked_)) ||
        parts_.draft.value(kColumns).isUndefined()) {
        QMap<QString, QString> guessed;
        for (const DataFile& file : looked_) {
            if (guessed.isEmpty()) guessed = file.guessed;
        }
        chooseColumns(parts_.draft, guessed);
    }
    const bool areEdited = std::any_of(looked_.begin(), looked_.end(),
                                       [](const DataFile& file) { return file.hasEdits; });
    if (areEdited && !parts_.draft.isChosen(kEdits)) parts_.draft.choose(kEdits, true);
    showChoices();
    if (!looked_.isEmpty() && columns_->holdsTexts()) chooseTemplate(QStringLiteral("raw"));
    startStudy();
    Q_EMIT changed();
}

void DataPage::showChoices() {
    const bool hasFiles = !looked_.isEmpty();
    files_->setFiles(looked_, columnsOf(parts_.draft));
    columns_->setColumns(columnsIn(looked_), columnsOf(parts_.draft));
    const QString system = parts_.draft.value(kSystem).toString();
    if (!system.isEmpty()) systemText_ = system;
    columns_->setTemplate(parts_.draft.value(kTemplate).toString(kChatTemplate), systemText_);
    for (QWidget* card : std::initializer_list<QWidget*>{columns_, findings_})
        card->setVisible(hasFiles);
}

void DataPage::startStudy() {
    studySoon_.stop();
    const DataRequest wanted = requestOf(parts_.draft, looked_);
    if (!parts_.study.isKnown(wanted)) parts_.study.study(wanted);
    showStudy();
}

void DataPage::showStudy() {
    const bool isKnown = parts_.study.findings().examples > 0;
    // Between two readings what was shown stays in its place: else the page would jump to its top.
    if (!isKnown && parts_.study.isStudying() && !rows_->isHidden()) {
        findings_->showReading();
        rows_->setCount(0, false);
        Q_EMIT changed();
        return;
    }
    findings_->showStudy(lengthOf(parts_.draft));
    length_->showStudy(lengthOf(parts_.draft));
    length_->setVisible(isKnown);
    rows_->setVisible(isKnown);
    rows_->setCount(parts_.study.findings().examples, !parts_.study.isStudying());
    if (rows_->isReadable())
        parts_.study.readRows(rows_->first(), DataRowsCard::kRowsOfAPage, lengthOf(parts_.draft));
    Q_EMIT changed();
}

bool DataPage::isEmpty() const {
    return filesOf(parts_.draft).isEmpty();
}

QString DataPage::missing() const {
    const DataStudy& study = parts_.study;
    if (isEmpty()) return tr("Add a file of examples.");
    for (const DataFile& file : looked_) {
        if (!file.error.isEmpty())
            return tr("%1 cannot be read. Take it out, or repair it.")
                .arg(QFileInfo(file.path).fileName());
    }
    const QMap<QString, QString> chosen = columnsOf(parts_.draft);
    for (const DataFile& file : looked_) {
        const QString lacked = lackedColumn(file, chosen);
        if (!lacked.isEmpty())
            return tr("%1 has no column “%2”. Take it out, or name its columns like the others'.")
                .arg(QFileInfo(file.path).fileName(), lacked);
    }
    if (requestOf(parts_.draft, looked_).modelFolder.isEmpty())
        return tr("Choose a model, whose tokens are counted.");
    const QJsonObject columns = parts_.draft.value(QStringLiteral("columns")).toObject();
    const QJsonValue question = columns[QStringLiteral("instruction")];
    if (!question.toString().isEmpty() && question == columns[QStringLiteral("output")])
        return tr("Question and answer are the same column. Choose another for one of them.");
    const QString open = columns_->openField();
    if (!study.error().isEmpty() && !open.isEmpty())
        return tr("Choose the column of this part: %1.").arg(open);
    if (!study.error().isEmpty()) return tr("The examples cannot be used as they are.");
    if (study.findings().examples == 0) return tr("The examples are being read.");
    if (study.atLength(lengthOf(parts_.draft)).examples == 0)
        return tr("At this maximum length no row has anything left to learn.");
    return {};
}

void DataPage::chooseFiles() {
    const QStringList files = filesOf(parts_.draft);
    addFiles(QFileDialog::getOpenFileNames(
        this, tr("Files of examples"),
        files.isEmpty() ? QDir::homePath() : QFileInfo(files.last()).path(),
        tr("Examples (*.jsonl *.ndjson *.json *.csv *.tsv *.parquet)")));
}

void DataPage::exportRefused() {
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save the unusable rows"),
                                     QStringLiteral("unusable-rows.csv"), tr("Table (*.csv)"));
    if (!file.isEmpty()) parts_.study.exportRefused(file, presentReason);
}

void DataPage::showRow(const DataSource& source) {
    if (!source.error.isEmpty()) return Q_EMIT failed(presentReason(source.error));
    if (rowDialog_) rowDialog_->reject();
    rowDialog_ = new DataRowDialog(parts_.theme, source, this);
    rowDialog_->setAttribute(Qt::WA_DeleteOnClose);
    connect(rowDialog_, &DataRowDialog::keepWanted, &parts_.study, &DataStudy::edit);
    rowDialog_->open();
}

DataRowDialog* DataPage::rowDialog() const {
    return rowDialog_;
}

void DataPage::takeEdit(const ReasonShown& error, bool hasChanges) {
    if (!error.isEmpty()) {
        const QString text = presentReason(error);
        return rowDialog_ ? rowDialog_->showProblem(text) : Q_EMIT failed(text);
    }
    if (rowDialog_) rowDialog_->kept();
    parts_.draft.choose(kEdits, hasChanges ? QJsonValue(true) : QJsonValue(QJsonValue::Undefined));
    startStudy();
}

void DataPage::showRefused() {
    auto* dialog = new RefusedRowsDialog(parts_.study.findings(), parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RefusedRowsDialog::saveRequested, this, &DataPage::exportRefused);
    connect(dialog, &RefusedRowsDialog::changeRequested, &parts_.study,
            qOverload<const QString&, qint64>(&DataStudy::readSource));
    dialog->open();
}

void DataPage::showChanges() {
    auto* dialog = new ChangedRowsDialog(parts_.study, parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

OwnConversationsDialog* DataPage::showConversations() {
    auto* dialog = new OwnConversationsDialog(parts_.conversations, parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        dialog, &OwnConversationsDialog::written, this, [this](const ConversationsWritten& result) {
            const auto words = [result] {
                QString text = tr("%Ln conversation(s)", nullptr, int(result.conversations)) +
                               u' ' +
                               tr("with %Ln answer(s) were copied into %1. Nothing else left the "
                                  "history.",
                                  nullptr, int(result.answers))
                                   .arg(result.file);
                if (result.withoutAnswer > 0)
                    text = inARow({text, tr("%Ln without a whole answer were left out.", nullptr,
                                            int(result.withoutAnswer))});
                return text;
            };
            banner_->showMessage(Banner::Tone::Note, words);
            addFiles({result.file});
        });
    dialog->open();
    return dialog;
}

void DataPage::dragEnterEvent(QDragEnterEvent* event) {
    if (filesIn(event->mimeData()).isEmpty()) return;
    event->acceptProposedAction();
    dropMark_->cover(rect());
}

void DataPage::dragLeaveEvent(QDragLeaveEvent*) {
    dropMark_->hide();
}

void DataPage::dropEvent(QDropEvent* event) {
    dropMark_->hide();
    addFiles(filesIn(event->mimeData()));
    event->acceptProposedAction();
}

}  // namespace dsm
