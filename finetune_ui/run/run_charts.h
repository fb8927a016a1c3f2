// RunCharts: what was measured in one run, or the loss of several, over steps, epochs or time.
//
// Ownership  Borrows curves and theme.
// Threads    Main thread.
#pragma once

#include <QList>
#include <array>

#include "app/services/training/run_curves.h"
#include "finetune_ui/cards/form_card.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QPushButton;
class QSlider;

namespace dsm {

class Chart;

class RunCharts : public FormCard {
    Q_OBJECT

  public:
    explicit RunCharts(const Theme& theme, QWidget* parent = nullptr);

    static constexpr std::size_t kSmallCharts = 4;
    struct Run {
        QString name;
        RunCurves* curves;
    };
    // One shows its raw loss, its evaluations and smaller charts of the rest; several their loss
    // and their evaluations.
    void setRuns(const QList<Run>& runs);
    void refresh();

    Chart* loss() const { return loss_; }
    const std::array<Chart*, kSmallCharts>& small() const { return small_; }
    QComboBox* axis() const { return axis_; }
    QCheckBox* logarithmic() const { return logarithmic_; }
    QSlider* smoothing() const { return smoothing_; }

  Q_SIGNALS:
    void failed(const QString& message);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeLayout();
    void applyTheme();
    QList<Chart*> allCharts() const;
    void placeSmall();
    void showLoss(RunAxis axis);
    void showSmall(RunAxis axis);
    void saveImage();
    void saveTable();
    void write(const QString& file, const QByteArray& bytes);
    void retranslate();
    QString suggestedName() const;

    QList<Run> runs_;
    Chart* loss_;
    std::array<Chart*, kSmallCharts> small_;
    QComboBox* axis_;
    QCheckBox* logarithmic_;
    QLabel* smoothingLabel_;
    QSlider* smoothing_;
    QPushButton* image_;
    QPushButton* table_;
    QGridLayout* grid_;
    int columns_ = 0;
};

}  // namespace dsm
