// StatusStrip: which model runs, on what, and how full and fast it is.
//
// The model's menu also chooses the adapter, whose name stands beside the model's.
// On a GPU its memory is shown; that the CPU computes in place of one stands there with the reason.
// That the small demo model is not DeepSeekMoE 16B stands there as long as it is loaded.
//
// Ownership  Borrows the host and the theme.
// Threads    Main thread; reads only snapshots, so that it never waits for the model.
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace dsm {

class AdapterLibrary;
class AdapterMenu;
class Meter;
class ModelHost;
class Theme;
struct ModelStatus;

class StatusStrip : public QWidget {
    Q_OBJECT

  public:
    StatusStrip(ModelHost& host, AdapterLibrary& adapters, const Theme& theme, bool hasDemoModel,
                QWidget* parent = nullptr);

    QLabel* badge() const { return badge_; }
    QLabel* backend() const { return backend_; }
    QLabel* memory() const { return memory_; }
    QPushButton* modelButton() const { return model_; }
    QPushButton* cancelButton() const { return cancel_; }
    AdapterMenu* adapterMenu() const { return adapterMenu_; }

  Q_SIGNALS:
    void openModelRequested();
    void demoModelRequested();
    void modelsRequested();
    void comparisonRequested();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void makeLayout();
    void applyTheme();
    void refresh();
    void showLoading(const ModelStatus& status);
    void showNumbers(const ModelStatus& status);
    void dropWhatDoesNotFit();
    void showMenu();

    ModelHost& host_;
    const Theme& theme_;
    bool hasDemoModel_;
    AdapterMenu* adapterMenu_;
    QPushButton* model_;
    QLabel* badge_;
    QProgressBar* progress_;
    QLabel* progressText_;
    QPushButton* cancel_;
    QLabel* backend_;
    QLabel* memory_;
    QLabel* context_;
    Meter* contextMeter_;
    QLabel* speed_;
};

}  // namespace dsm
