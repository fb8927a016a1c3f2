#include "finetune_ui/data_page.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonArray>
#include <QMimeData>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "app/services/training/data_study.h"
#include "app/services/training/job_draft.h"
#include "finetune_ui/data_columns_card.h"
#include "finetune_ui/data_files_card.h"
#include "finetune_ui/data_findings_card.h"
#include "finetune_ui/data_length_card.h"
#include "finetune_ui/data_row_dialog.h"
#include "finetune_ui/data_rows_card.h"
#include "finetune_ui/own_conversations_dialog.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/drop_mark.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kDefaultLength = 1024;  // a job's
constexpr int kStudyAfterMs = 400;    // what is being typed is not yet studied

const QString kData = QStringLiteral("data");
const QString kColumns = QStringLiteral("columns");
const QString kTemplate = QStringLiteral("template");
const QString kSystem = QStringLiteral("system");
const QString kEdits = QStringLiteral("edits");
const QString kLength = QStringLiteral("max_length");
const QString kChat = QStringLiteral("chat");

// One path, or a list of them.
QStringList pathsIn(const QJsonValue& value) {
    if (value.isString()) return {value.toString()};
    QStringList paths;
    for (const QJsonValue& one : value.toArray())
        paths.append(one.toString());
    return paths;
}

QStringList filesIn(const QMimeData* data) {
    QStringList files;
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isFile())
            files.append(url.toLocalFile());
    }
    return files;
}

// Of all files that can be read, each once.
QList<DataColumn> columnsOf(const QList<DataFile>& files) {
    QList<DataColumn> columns;
    for (const DataFile& file : files) {
        for (const DataColumn& column : file.columns) {
            const bool isKnown =
                std::any_of(columns.begin(), columns.end(),
                            [&](const DataColumn& one) { return one.name == column.name; });
            if (!isKnown) columns.append(column);
        }
    }
    return columns;
}

bool fits(const QMap<QString, QString>& chosen, const QList<DataColumn>& columns) {
    return std::all_of(chosen.begin(), chosen.end(), [&](const QString& name) {
        return name.isEmpty() ||
               std::any_of(columns.begin(), columns.end(),
                           [&](const DataColumn& column) { return column.name == name; });
    });
}

QJsonValue toJson(const QMap<QString, QString>& columns) {
    if (columns.isEmpty()) return QJsonValue::Undefined;
    QJsonObject object;
    for (auto it = columns.begin(); it != columns.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
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
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kLarge);
    column->addWidget(banner_);
    column->addWidget(files_);
    column->addWidget(columns_);
    column->addWidget(findings_);
    column->addWidget(length_);
    column->addWidget(rows_);
    column->addStretch(1);
}

void DataPage::makeConnections() {
    DataStudy& study = parts_.study;
    JobDraft& draft = parts_.draft;
    connect(files_, &DataFilesCard::addRequested, this, &DataPage::chooseFiles);
    connect(files_, &DataFilesCard::removeRequested, this, &DataPage::removeFile);
    connect(files_, &DataFilesCard::conversationsRequested, this, &DataPage::showConversations);
    connect(columns_, &DataColumnsCard::columnsChosen, this,
            [&draft](const QMap<QString, QString>& columns) {
                draft.choose(kColumns, toJson(columns));
            });
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
            [this] { chooseTemplate(kChat); });
    connect(rows_, &DataRowsCard::pageRequested, this, [this, &study](qint64 first) {
        study.readRows(first, DataRowsCard::kRowsOfAPage, length());
    });
    connect(rows_, &DataRowsCard::editRequested, &study, &DataStudy::readSource);
    connect(rows_, &DataRowsCard::leaveOutRequested, &study, &DataStudy::leaveOut);
    connect(findings_, &DataFindingsCard::takeBackRequested, this, [this, &study] {
        isTakingBack_ = true;
        study.removeEdits();
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
    const bool isChat = name == kChat;
    const bool hasSystem = isChat && !systemText_.isEmpty();
    parts_.draft.choose(kSystem, hasSystem ? QJsonValue(systemText_) : QJsonValue::Undefined);
    parts_.draft.choose(kTemplate, isChat ? QJsonValue(QJsonValue::Undefined) : QJsonValue(name));
}

QStringList DataPage::files() const {
    return pathsIn(parts_.draft.value(kData));
}

void DataPage::setFiles(const QStringList& files) {
    QJsonValue value = QJsonArray::fromStringList(files);
    if (files.isEmpty()) value = QJsonValue::Undefined;
    if (files.size() == 1) value = files.first();
    parts_.draft.choose(kData, value);
}

void DataPage::addFiles(const QStringList& added) {
    QStringList all = files();
    for (const QString& file : added) {
        const QString path = QFileInfo(file).absoluteFilePath();
        if (!all.contains(path)) all.append(path);
    }
    setFiles(all);
}

void DataPage::removeFile(const QString& file) {
    QStringList all = files();
    all.removeAll(file);
    setFiles(all);
}

void DataPage::setFallbackModel(const QString& folder) {
    fallbackModel_ = folder;
    studySoon_.start();
}

int DataPage::length() const {
    return parts_.draft.value(kLength).toInt(kDefaultLength);
}

QMap<QString, QString> DataPage::columnsOfDraft() const {
    QMap<QString, QString> columns;
    const QJsonObject object = parts_.draft.value(kColumns).toObject();
    for (auto it = object.begin(); it != object.end(); ++it)
        columns[it.key()] = it.value().toString();
    return columns;
}

DataRequest DataPage::request() const {
    const JobDraft& draft = parts_.draft;
    DataRequest request;
    for (const DataFile& file : looked_) {
        if (file.error.isEmpty()) request.files.append(file.path);
    }
    request.columns = columnsOfDraft();
    request.sampleTemplate = draft.value(kTemplate).toString(kChat);
    request.systemText = draft.value(kSystem).toString();
    request.evaluationFiles = pathsIn(draft.value(QStringLiteral("eval_data")));
    request.evaluationShare = draft.value(QStringLiteral("eval_share")).toDouble();
    request.seed =
        static_cast<quint64>(draft.value(QStringLiteral("seed")).toInteger(qint64(request.seed)));
    request.appliesEdits = draft.value(kEdits).toBool();
    request.modelFolder = draft.value(QStringLiteral("model")).toString(fallbackModel_);
    return request;
}

void DataPage::takeDraft(const QString& key) {
    const QStringList counted{kColumns,
                              kEdits,
                              kTemplate,
                              kSystem,
                              QStringLiteral("model"),
                              QStringLiteral("eval_data"),
                              QStringLiteral("eval_share"),
                              QStringLiteral("seed")};
    if (key == kLength) {
        showStudy();
        return;
    }
    if (key.isEmpty() || key == kData) parts_.study.look(files());
    if (key.isEmpty() || counted.contains(key)) studySoon_.start();
    showChoices();
    Q_EMIT changed();
}

void DataPage::takeLook(const QList<DataFile>& looked) {
    QStringList paths;
    for (const DataFile& file : looked)
        paths.append(file.path);
    if (paths != files()) return;  // others were chosen meanwhile
    looked_ = looked;
    // What was chosen for other files is none of these columns.
    if (!fits(columnsOfDraft(), columnsOf(looked_)) || parts_.draft.value(kColumns).isUndefined()) {
        QMap<QString, QString> guessed;
        for (const DataFile& file : looked_) {
            if (guessed.isEmpty()) guessed = file.guessed;
        }
        parts_.draft.choose(kColumns, toJson(guessed));
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
    files_->setFiles(looked_);
    columns_->setColumns(columnsOf(looked_), columnsOfDraft());
    const QString system = parts_.draft.value(kSystem).toString();
    if (!system.isEmpty()) systemText_ = system;
    columns_->setTemplate(parts_.draft.value(kTemplate).toString(kChat), systemText_);
    for (QWidget* card : std::initializer_list<QWidget*>{columns_, findings_})
        card->setVisible(hasFiles);
}

void DataPage::startStudy() {
    studySoon_.stop();
    const DataRequest wanted = request();
    const DataStudy& study = parts_.study;
    const bool isKnown = study.request() == wanted && study.error().isEmpty() &&
                         (study.isStudying() || study.findings().isWhole);
    if (!isKnown) parts_.study.study(wanted);
    showStudy();
}

void DataPage::showStudy() {
    const bool isKnown = parts_.study.findings().examples > 0;
    findings_->showStudy(length());
    length_->showStudy(length());
    length_->setVisible(isKnown);
    rows_->setVisible(isKnown);
    rows_->setCount(parts_.study.findings().examples);
    if (isKnown) parts_.study.readRows(rows_->first(), DataRowsCard::kRowsOfAPage, length());
    Q_EMIT changed();
}

QString DataPage::missing() const {
    const DataStudy& study = parts_.study;
    if (files().isEmpty()) return tr("Add a file of examples.");
    for (const DataFile& file : looked_) {
        if (!file.error.isEmpty())
            return tr("%1 cannot be read. Take it out, or repair it.")
                .arg(QFileInfo(file.path).fileName());
    }
    if (request().modelFolder.isEmpty()) return tr("Choose a model, whose tokens are counted.");
    if (!study.error().isEmpty()) return tr("The examples cannot be used as they are.");
    if (study.findings().examples == 0) return tr("The examples are being read.");
    if (study.atLength(length()).examples == 0)
        return tr("At this maximum length no row has anything left to learn.");
    return {};
}

void DataPage::chooseFiles() {
    addFiles(QFileDialog::getOpenFileNames(
        this, tr("Files of examples"), {},
        tr("Examples (*.jsonl *.ndjson *.json *.csv *.tsv *.parquet)")));
}

void DataPage::exportRefused() {
    const QString file =
        QFileDialog::getSaveFileName(this, tr("Save the unusable rows"),
                                     QStringLiteral("unusable-rows.csv"), tr("Table (*.csv)"));
    if (file.isEmpty()) return;
    const QString error = parts_.study.exportRefused(file);
    if (!error.isEmpty())
        banner_->showMessage(Banner::Tone::Error, tr("%1 cannot be written: %2.").arg(file, error));
}

void DataPage::showRow(const DataSource& source) {
    if (!source.error.isEmpty()) return banner_->showMessage(Banner::Tone::Error, source.error);
    if (rowDialog_) rowDialog_->reject();
    rowDialog_ = new DataRowDialog(parts_.theme, source, this);
    rowDialog_->setAttribute(Qt::WA_DeleteOnClose);
    connect(rowDialog_, &QDialog::accepted, this,
            [this, dialog = rowDialog_.data()] { parts_.study.edit(dialog->source()); });
    rowDialog_->open();
}

DataRowDialog* DataPage::rowDialog() const {
    return rowDialog_;
}

void DataPage::takeEdit(const QString& error) {
    const bool isTakenBack = std::exchange(isTakingBack_, false) && error.isEmpty();
    if (!error.isEmpty()) return banner_->showMessage(Banner::Tone::Error, error);
    parts_.draft.choose(kEdits, isTakenBack ? QJsonValue(QJsonValue::Undefined) : QJsonValue(true));
    studySoon_.stop();
    // The request may be the same: what lies beside the files is not.
    parts_.study.study(request());
}

OwnConversationsDialog* DataPage::showConversations() {
    auto* dialog = new OwnConversationsDialog(parts_.conversations, parts_.theme, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(
        dialog, &OwnConversationsDialog::written, this, [this](const ConversationsWritten& result) {
            QString text = tr("%Ln conversation(s)", nullptr, int(result.conversations)) + u' ' +
                           tr("with %Ln answer(s) were copied into %1. Nothing else left the "
                              "history.",
                              nullptr, int(result.answers))
                               .arg(result.file);
            if (result.withoutAnswer > 0)
                text += u' ' + tr("%Ln without a whole answer were left out.", nullptr,
                                  int(result.withoutAnswer));
            banner_->showMessage(Banner::Tone::Note, text);
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
