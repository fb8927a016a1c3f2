// StatusStrip: which model runs, on what, and how full and fast it is.
//
// The model's menu lists the models of this computer; it also chooses the adapter, whose name
// stands beside the model's. How full the context is, is told of the chat that is shown. While a
// model reads a long prompt, how far it is stands where a load's progress does. On a GPU its memory
// is shown; that the CPU computes in place of one stands there with the reason. That the small demo
// model is not DeepSeekMoE 16B stands there as long as it is loaded.
//
// Ownership  Borrows the host and the theme.
// Threads    Main thread; reads only snapshots, so that it never waits for the model.
#pragma once

#include <QWidget>

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;

namespace dsm {

class AdapterLibrary;
class AdapterMenu;
class Meter;
class ModelHost;
class ModelLibrary;
class RemoteEngines;
class TextGenerator;
class Theme;
struct ModelStatus;

class StatusStrip : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        ModelHost& host;
        TextGenerator& writer;
        const RemoteEngines& engines;
        AdapterLibrary& adapters;
        const ModelLibrary& library;
        const Theme& theme;
        bool hasDemoModel = false;
    };

    explicit StatusStrip(const Parts& parts, QWidget* parent = nullptr);

    // The chat that is shown, and what of the context its last reply filled.
    void setConversation(qint64 id, qint64 contextTokens);
    // On the other pages nobody is told how full its context is.
    void setChatShown(bool isShown);

    QLabel* badge() const { return badge_; }
    QLabel* backend() const { return backend_; }
    QLabel* memory() const { return memory_; }
    QLabel* context() const { return context_; }
    QPushButton* modelButton() const { return model_; }
    QPushButton* cancelButton() const { return cancel_; }
    AdapterMenu* adapterMenu() const { return adapterMenu_; }

  Q_SIGNALS:
    void modelChosen(const QString& folder);
    void engineChosen(qint64 id);
    void unloadRequested();
    void openModelRequested();
    void demoModelRequested();
    void modelsRequested();
    void comparisonRequested();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeLayout();
    void applyTheme();
    void refresh();
    void showLoading(const ModelStatus& status);
    void showReading(const ModelStatus& status);
    void showWaiting(const ModelStatus& status);
    void showName();
    void showBadge();
    qint64 contextUsed(const ModelStatus& status) const;
    void showNumbers(const ModelStatus& status);
    void dropWhatDoesNotFit();
    void showMenu();
    void addModels(QMenu* menu);
    void addEngines(QMenu* menu);
    void showRemote(const ModelStatus& status);

    ModelHost& host_;
    TextGenerator& writer_;  // which of both, it does not know
    const RemoteEngines& engines_;
    const Theme& theme_;
    const ModelLibrary& library_;
    bool hasDemoModel_;
    qint64 conversation_ = 0;
    qint64 contextTokens_ = 0;
    bool isChatShown_ = true;
    QString name_;
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
