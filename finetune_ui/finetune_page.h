// FinetunePage: a run of fine-tuning, prepared in steps that one can go back to, and beside it the
// runs there are.
//
// What is prepared is kept in the draft all the time: the page can be left, and the program ended,
// at any moment.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <functional>
#include <vector>

#include "app/services/library/model_library.h"
#include "app/services/training/job/run_forecast.h"
#include "app/services/training/job/tuning_draft.h"
#include "app/services/training/training_service.h"
#include "finetune_ui/run/run_parts.h"
#include "ui/widgets/window_page.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QShortcut;
class QStackedWidget;

namespace dsm {

class AdapterLibrary;
class CheckPage;
class ConversationExport;
class DataPage;
class DataStudy;
class EvaluationService;
class IconButton;
class MethodPage;
class RunExport;
class RunsPage;
class StartPage;
class StepBar;
class Theme;
class Toast;

class FinetunePage : public WindowPage {
    Q_OBJECT

  public:
    struct Parts {
        TuningDraft& draft;
        TrainingService& training;
        RunForecast& forecast;
        ModelLibrary& library;
        DataStudy& study;
        ConversationExport& conversations;
        const Theme& theme;
        QString adaptersFolder;
        EvaluationService& evaluations;
        RunExport& exporter;
        const AdapterLibrary& adapters;
        QString modelsFolder = {};  // the program's own
    };

    explicit FinetunePage(const Parts& parts, QWidget* parent = nullptr);

    void setSidebarHidden(bool isHidden) override;
    QWidget* firstControl() const override;
    Banner* banner() const override { return banner_; }
    Origin originOf(const QString& resultFolder) const override;

    static constexpr int kSteps = 4;
    void showStep(int step);  // from 0
    int step() const { return step_; }
    void showRuns();
    void setAdvanced(bool isAdvanced);

    DataPage* data() const { return data_; }
    MethodPage* method() const { return method_; }
    CheckPage* check() const { return check_; }
    StartPage* startPage() const { return start_; }
    RunsPage* runs() const { return runs_; }
    StepBar* steps() const { return steps_; }
    QPushButton* nextButton() const { return next_; }
    QPushButton* afreshButton() const { return afresh_; }
    Toast* toast() const { return toast_; }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    // Follows the page as it is read, also what came into being later.
    bool focusNextPrevChild(bool isNext) override;
    // Enter presses a button, too.
    void keyPressEvent(QKeyEvent* event) override;

  private:
    struct Step {
        QWidget* page;
        std::function<QString()> missing;
    };

    void makeLayout();
    QWidget* makeHeader();
    QWidget* inColumn(QWidget* content, int above, int below, QWidget* parent);
    QWidget* makeFooter();
    QScrollArea* makeScroll(QWidget* content);
    void makeConnections();
    void applyTheme();
    void fitMargins();
    void retranslate();
    void showState();
    void goTo(int step);  // the keyboard, too
    void goOn();
    void showWrong();
    void beginAfresh();
    void setDraft(const TuningDraft::Content& content);
    void start();
    void prepareAgain(const QString& settingsJson);
    QList<RunBase> bases() const;
    // The first step that is not complete; kSteps: all are.
    int firstIncomplete() const;

    Parts parts_;
    IconButton* showSidebar_;
    IconButton* newChat_;
    QLabel* title_;
    QPushButton* newRun_;
    QPushButton* runsButton_;
    QPushButton* advanced_;
    Banner* banner_;
    QStackedWidget* places_;  // the new run, the runs
    StepBar* steps_;
    QStackedWidget* pages_;
    QPushButton* back_;
    QPushButton* afresh_;
    QLabel* wanted_;  // what the step that is shown still needs
    QPushButton* next_;
    DataPage* data_;
    MethodPage* method_;
    CheckPage* check_;
    StartPage* start_;
    RunsPage* runs_;
    Toast* toast_;
    QScrollArea* runsScroll_ = nullptr;
    QList<QWidget*> columns_;     // as wide as is good to read
    QList<QHBoxLayout*> bodies_;  // around them
    QShortcut* escape_;
    std::vector<Step> path_;
    int step_ = 0;
};

}  // namespace dsm
