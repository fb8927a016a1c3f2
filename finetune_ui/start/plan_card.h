// PlanCard: what a run will be, a line for each fact; or why that cannot be said; or how far the
// look at it is.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <optional>

#include "app/services/training/job/run_forecast.h"
#include "finetune_ui/cards/fact_list.h"
#include "finetune_ui/cards/form_card.h"

class QProgressBar;
class QPushButton;

namespace dsm {

class PlanCard : public FormCard {
    Q_OBJECT

  public:
    explicit PlanCard(const Theme& theme, QWidget* parent = nullptr);

    // `error` "": none. `folder` is where the run will write.
    void setPlan(const std::optional<RunNumbers>& numbers, const QString& error,
                 const QString& folder);
    // As RunForecast::progressed() says it.
    void setProgress(const QString& what, double share);
    void endProgress();

  Q_SIGNALS:
    void stopRequested();
    void lookRequested();  // once more

  private:
    void showNow();
    QList<FactList::Fact> factsOf(const RunNumbers& numbers) const;

    FactList* facts_;
    QLabel* problem_;
    QLabel* progressText_;
    QProgressBar* progress_;
    QPushButton* again_;
    std::optional<RunNumbers> numbers_;
    QString error_;
    QString folder_;
    QString step_;  // of the look; "": it has ended
};

}  // namespace dsm
