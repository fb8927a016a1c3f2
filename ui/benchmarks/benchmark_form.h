// BenchmarkForm: what is asked of which model, and the button that begins or stops it.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/benchmarks/benchmark_types.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace dsm {

class AdapterLibrary;
class BenchmarkService;
class ModelHost;
class ModelLibrary;
class NumberField;
class Theme;

struct BenchmarkParts {
    BenchmarkService& benchmarks;
    ModelLibrary& library;
    AdapterLibrary& adapters;
    ModelHost& host;
    const Theme& theme;
};

class BenchmarkForm : public QWidget {
    Q_OBJECT

  public:
    explicit BenchmarkForm(const BenchmarkParts& parts, QWidget* parent = nullptr);

    // As chosen in the dialogs of files.
    void useFiles(const QStringList& files);
    void useShotFiles(const QStringList& files);

    QComboBox* task() const { return task_; }
    QComboBox* model() const { return model_; }
    NumberField* shots() const { return shots_; }
    NumberField* limit() const { return limit_; }
    QPushButton* button() const { return button_; }
    QProgressBar* progress() const { return progress_; }
    QString said() const;

  private:
    void makeLayout();
    void listModels();
    void showTask();
    void showState();
    void showProgress(qint64 answered, qint64 questions, double secondsLeft);
    void say(const QString& text);
    void beginOrStop();
    void retranslate();

    BenchmarkParts parts_;
    QStringList files_;
    QStringList shotFiles_;
    QLabel* taskLabel_;
    QComboBox* task_;
    QLabel* modelLabel_;
    QComboBox* model_;
    QLabel* adapterLabel_;
    QComboBox* adapter_;
    QPushButton* chooseFiles_;
    QLabel* filesLabel_;
    QLabel* shotsLabel_;
    NumberField* shots_;
    QPushButton* chooseShots_;
    QLabel* shotFilesLabel_;
    QLabel* limitLabel_;
    NumberField* limit_;
    QLabel* subjectLabel_;
    QLineEdit* subject_;
    QLabel* hint_;
    QPushButton* button_;
    QProgressBar* progress_;
    QLabel* said_;
};

}  // namespace dsm
