// RunsPage: the runs there are, the newest first; one of them; several compared; or what is
// evaluated and belongs to none.
//
// A run that is deleted goes once the moment to undo it has passed: until then it is only out of
// sight, and an end of the program keeps it.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QPointer>
#include <QSet>
#include <QWidget>
#include <vector>

#include "finetune_ui/run/run_parts.h"
#include "ui/widgets/toast.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QTimer;
class QVBoxLayout;

namespace dsm {

class ModelEvaluations;
class RunPage;
class RunRow;
class RunsOverlay;
class Theme;

class RunsPage : public QWidget {
    Q_OBJECT

  public:
    explicit RunsPage(const RunParts& parts, QWidget* parent = nullptr);
    ~RunsPage() override;

    void showList();
    void showRun(qint64 id);
    void compare(const QList<qint64>& ids);
    void showEvaluations();
    // Asks first; with its files where that is the answer.
    void askToDelete(qint64 id);
    void askForName(qint64 id);
    // Of a folder that another training wrote.
    void askToTakeBack(const QString& folder);
    // Out of sight at once; for good when the moment to undo it has passed.
    void remove(qint64 id, bool withFiles);

    const std::vector<RunRow*>& rows() const { return rows_; }
    RunPage* runPage() const { return run_; }
    RunsOverlay* overlay() const { return overlay_; }
    ModelEvaluations* evaluations() const { return evaluations_; }
    QLineEdit* searchField() const { return search_; }
    Toast* toast() const { return toast_; }

  Q_SIGNALS:
    void cloneWanted(const QString& settingsJson);
    void tryWanted(const QString& adapterFolder, const QString& modelFolder);
    void failed(const QString& message);
    // Another place of the page: it is looked at from its beginning.
    void placeChanged();

  private:
    void makeLayout();
    void makeConnections();
    QList<QWidget*> places() const;  // of which one is shown
    void showPlace(QWidget* place);
    void showRows();
    void showChoice();
    QList<qint64> chosen() const;
    bool isWanted(const TrainingJob& job) const;
    void retranslate();

    void takeBackFolder();

    const RunParts parts_;
    const Theme& theme_;
    TrainingService& training_;
    QWidget* list_;
    QLineEdit* search_;
    QPushButton* compare_;
    QPushButton* takeBack_;
    QPushButton* evaluate_;
    QLabel* none_;
    QVBoxLayout* column_;
    std::vector<RunRow*> rows_;
    RunPage* run_;
    RunsOverlay* overlay_;
    ModelEvaluations* evaluations_;
    QPointer<Toast> toast_;  // over the whole window
    QSet<qint64> going_;
    QSet<qint64> stepped_;
    QTimer* refresh_;
};

}  // namespace dsm
