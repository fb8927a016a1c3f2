// DataPage: the first step of fine-tuning: what the model shall learn from.
//
// It reads and writes of the draft: data, columns, template, system, max_length, edits; and reads
// model, eval_data, eval_share and seed, which decide what is counted. It stands in a scroll area
// and takes files that are dropped anywhere on it.
//
// Ownership  Borrows its parts.
// Threads    Main thread.
#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include "app/services/training/data/data_types.h"

namespace dsm {

class Banner;
class ConversationExport;
class DataColumnsCard;
class DataFilesCard;
class DataFindingsCard;
class DataLengthCard;
class DataRowDialog;
class DataRowsCard;
class DataStudy;
class DropMark;
class JobDraft;
class OwnConversationsDialog;
class Theme;

class DataPage : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        DataStudy& study;
        ConversationExport& conversations;
        JobDraft& draft;
        const Theme& theme;
    };

    explicit DataPage(const Parts& parts, QWidget* parent = nullptr);

    // What is still needed, as a sentence; "" when the step is complete.
    QString missing() const;
    bool isEmpty() const;  // no file is chosen
    void addFiles(const QStringList& files);
    void removeFile(const QString& file);

    DataFilesCard* filesCard() const { return files_; }
    DataColumnsCard* columnsCard() const { return columns_; }
    DataFindingsCard* findingsCard() const { return findings_; }
    DataLengthCard* lengthCard() const { return length_; }
    DataRowsCard* rowsCard() const { return rows_; }
    Banner* banner() const { return banner_; }
    OwnConversationsDialog* showConversations();
    DataRowDialog* rowDialog() const;  // nullptr: none is open

  Q_SIGNALS:
    void changed();
    void failed(const QString& message);

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void makeLayout();
    void makeConnections();
    void chooseTemplate(const QString& name);
    void takeDraft(const QString& key);
    void takeLook(const QList<DataFile>& looked);
    void showChoices();
    void showStudy();
    void startStudy();
    void chooseFiles();
    void exportRefused();
    void showRow(const DataSource& source);
    void takeEdit(const ReasonShown& error, bool hasChanges);
    void showRefused();
    void showChanges();

    Parts parts_;
    QList<DataFile> looked_;
    QString systemText_;  // kept while another template has no place for it
    Banner* banner_;
    DataFilesCard* files_;
    DataColumnsCard* columns_;
    DataFindingsCard* findings_;
    DataLengthCard* length_;
    DataRowsCard* rows_;
    DropMark* dropMark_;
    QPointer<DataRowDialog> rowDialog_;
    QTimer studySoon_;
};

}  // namespace dsm
