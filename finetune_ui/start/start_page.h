// StartPage: everything that will happen, before it does: examples, steps, memory, time, place on
// the disk and files; what may go wrong in plain words; the job itself to save and to load.
//
// The data is read and a step measured while the page is shown; nothing is written before start().
//
// Ownership  Borrows the services, the draft and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <optional>

#include "app/services/training/data/data_study.h"
#include "app/services/training/job/run_forecast.h"
#include "app/services/training/job/tuning_draft.h"
#include "app/services/training/training_service.h"

class QCheckBox;
class QDateTimeEdit;
class QLabel;
class QLineEdit;
class QPushButton;

namespace dsm {

class FormCard;
class MemoryCard;
class PlanCard;
class Theme;

class StartPage : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        TuningDraft& draft;
        TrainingService& training;
        RunForecast& forecast;
        const Theme& theme;
        QString adaptersFolder;  // where runs write
        const DataStudy& study;
    };

    explicit StartPage(const Parts& parts, QWidget* parent = nullptr);

    QString missing() const;    // "" when complete
    QString startText() const;  // what start() does now: at once, in its turn, or later
    // The run's id; 0 where it could not be kept.
    qint64 start();

    QLineEdit* nameField() const { return name_; }
    // What is known of the run; nothing before the data has been read.
    const std::optional<RunNumbers>& numbers() const { return numbers_; }
    QStringList warnings() const;
    // Of a file; false, after failed(), where it is no job.
    bool loadJob(const QString& file);
    bool saveJob(const QString& file);

  Q_SIGNALS:
    void changed();
    void failed(const QString& message);
    void jobLoaded();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void makeLayout();
    void suggestTime();
    void makeConnections();
    void retranslate();
    void ask();
    void showNumbers();
    void showWarnings();
    QString jobText() const;
    QString name() const;
    QString folder() const;
    QDateTime startsAt() const;  // not valid: as soon as it can
    void chooseJobFile(bool isToSave);

    Parts parts_;
    JobDraft& job_;
    FormCard* naming_;
    QLineEdit* name_;
    QLabel* place_;
    FormCard* timing_;
    QCheckBox* later_;
    QDateTimeEdit* when_;
    PlanCard* plan_;
    MemoryCard* memory_;
    FormCard* warnings_;
    QLabel* warningText_;
    FormCard* file_;
    QPushButton* save_;
    QPushButton* load_;
    QPushButton* copy_;
    std::optional<RunNumbers> numbers_;
    ReasonShown error_;  // why nothing can be said
    QString asked_;      // the job that the numbers are of
};

}  // namespace dsm
