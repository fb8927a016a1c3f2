// RunsOverlay: two to six runs in one chart, and where their settings differ.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "app/services/training/run_curves.h"
#include "finetune_ui/run/run_parts.h"

class QLabel;
class QPushButton;
class QTimer;

namespace dsm {

class FormCard;
class RunCharts;
class SettingsTable;
class Theme;

class RunsOverlay : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kLeast = 2;
    static constexpr int kMost = 6;

    explicit RunsOverlay(const RunParts& parts, QWidget* parent = nullptr);
    ~RunsOverlay() override;

    void setRuns(const QList<qint64>& ids);
    RunCharts* charts() const { return charts_; }
    SettingsTable* differences() const { return differences_; }

  Q_SIGNALS:
    void backWanted();
    void failed(const QString& message);

  private:
    void showRuns();

    const RunParts parts_;
    const Theme& theme_;
    TrainingService& training_;
    QList<qint64> ids_;
    std::vector<std::unique_ptr<RunCurves>> curves_;
    QPushButton* back_;
    RunCharts* charts_;
    FormCard* card_;
    SettingsTable* differences_;
    QLabel* none_;
    QTimer* refresh_;
};

}  // namespace dsm
