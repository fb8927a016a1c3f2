// MethodPage: which model learns, and how: the base model in one of its forms, a preset in plain
// words, what that needs of the memory, and, for those who want to, every setting.
//
// Ownership  Borrows the services, the draft and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <vector>

#include "app/services/library/model_library.h"
#include "app/services/training/job/run_forecast.h"
#include "app/services/training/job/tuning_draft.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QTimer;

namespace dsm {

class BaseModelCard;
class ChoiceCard;
class DataStudy;
class ElsewhereCard;
class FormCard;
class JobExport;
class JobSection;
class MemoryCard;
class PresetChoice;
class Theme;

class MethodPage : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        TuningDraft& draft;
        const DataStudy& study;
        ModelLibrary& library;
        RunForecast& forecast;
        const Theme& theme;
    };

    explicit MethodPage(const Parts& parts, QWidget* parent = nullptr);

    // What is still needed; "" when complete.
    QString missing() const;
    void setAdvanced(bool isAdvanced);
    // Of another run: where nothing is chosen, what holds then.
    void takeDraft();

    QComboBox* models() const;
    QComboBox* forms() const;
    ChoiceCard* presetCard(const QString& id) const;
    ElsewhereCard* elsewhere() const { return elsewhere_; }

  Q_SIGNALS:
    void changed();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void makeLayout();
    void makeSections();
    void makeConnections();
    void retranslate();
    void showPreset();
    void choosePreset(const QString& id);
    void showCards();
    void takeChange(const QString& key);
    void askMemory();
    void placeCards();
    void showParts();

    JobDraft& job_;
    PresetChoice* choice_;
    RunForecast& forecast_;
    const Theme& theme_;
    BaseModelCard* base_;
    FormCard* aim_;
    QGridLayout* grid_;
    QLabel* fitNote_;
    std::vector<ChoiceCard*> cards_;
    JobSection* simple_;
    MemoryCard* memory_;
    std::vector<JobSection*> sections_;
    JobExport* exporter_;
    ElsewhereCard* elsewhere_;
    QTimer* memoryTimer_;
    int columns_ = 0;
    bool isAdvanced_ = false;
};

}  // namespace dsm
