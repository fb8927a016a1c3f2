// RunPage: one run: how far it is, what was measured, what it answers, what it was made of, and
// what can be done with it.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QString>
#include <QWidget>
#include <memory>

#include "app/services/training/run_curves.h"
#include "finetune_ui/run/run_parts.h"

class QLabel;
class QLineEdit;
class QMenu;
class QPlainTextEdit;
class QPushButton;
class QTimer;

namespace dsm {

class Banner;
class EvaluationsCard;
class ExportCard;
class FirstBatchCard;
class FormCard;
class IconButton;
class RunAnswers;
class RunCharts;
class RunProgress;
class RunRowsCard;
class SettingsTable;
class Theme;

class RunPage : public QWidget {
    Q_OBJECT

  public:
    explicit RunPage(const RunParts& parts, QWidget* parent = nullptr);
    ~RunPage() override;

    // 0: none. The notes of the one before are kept.
    void setRun(qint64 id);
    qint64 run() const { return id_; }

    RunProgress* progress() const { return progress_; }
    RunCharts* charts() const { return charts_; }
    RunAnswers* answers() const { return answers_; }
    RunRowsCard* rows() const { return rows_; }
    FirstBatchCard* firstBatch() const { return firstBatch_; }
    EvaluationsCard* evaluations() const { return evaluations_; }
    ExportCard* exportCard() const { return export_; }
    SettingsTable* settings() const { return settings_; }
    QPlainTextEdit* notes() const { return notes_; }
    QLineEdit* tags() const { return tags_; }
    QPlainTextEdit* log() const { return log_; }
    Banner* banner() const { return banner_; }

  Q_SIGNALS:
    void backWanted();
    void deleteWanted(qint64 id);
    void renameWanted(qint64 id);
    void cloneWanted(const QString& settingsJson);
    void tryWanted(const QString& adapterFolder, const QString& modelFolder);
    void failed(const QString& message);

  private:
    struct Words {
        QString notes;
        QString tags;
    };

    void makeLayout();
    void makeConnections();
    void showLeading();
    void showSettings();
    void askToStop();
    void showState();
    void showNumbers();
    void showLog();
    void showRows();
    void showTries(const TrainingJob& job);
    void showFailure(const TrainingJob& job);
    void keepNotes();
    void retranslate();
    void applyTheme();

    const RunParts parts_;
    const Theme& theme_;
    TrainingService& training_;
    qint64 id_ = 0;
    std::unique_ptr<RunCurves> curves_;
    QPushButton* back_;
    QLabel* name_;
    IconButton* rename_;
    QPushButton* pause_;
    QPushButton* finish_;
    QPushButton* stop_;
    QPushButton* resume_;
    QPushButton* startNow_;
    QPushButton* try_;
    QMenu* tries_;
    QPushButton* clone_;
    IconButton* delete_;
    Banner* banner_;
    RunProgress* progress_;
    RunCharts* charts_;
    RunAnswers* answers_;
    RunRowsCard* rows_;
    FirstBatchCard* firstBatch_;
    EvaluationsCard* evaluations_;
    ExportCard* export_;
    FormCard* settingsCard_;
    SettingsTable* settings_;
    FormCard* notesCard_;
    QPlainTextEdit* notes_;
    QLabel* tagsLabel_;
    QLineEdit* tags_;
    FormCard* logCard_;
    QPlainTextEdit* log_;
    QHash<qint64, Words> unkept_;  // of runs, typed while the disk was full
    QTimer* refresh_;              // steps come faster than they can be looked at
};

}  // namespace dsm
