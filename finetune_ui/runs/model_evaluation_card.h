// ModelEvaluationCard: any model of this computer, with any adapter or none, measured on any file of
// examples. What was measured is kept, and belongs to no run.
//
// A file of a run, or of the one that is being prepared, is read as that reads it; of another the
// columns are found out.
//
// Ownership  Borrows the parts.
// Threads    Main thread.
#pragma once

#include <vector>

#include "finetune_ui/run/evaluation_card.h"

namespace dsm {

class ModelEvaluationCard : public EvaluationCard {
    Q_OBJECT

  public:
    explicit ModelEvaluationCard(const RunParts& parts, QWidget* parent = nullptr);

    // What there is to choose from has changed.
    void refresh();

    QComboBox* adapter() const { return adapter_; }

  protected:
    EvaluationTask task() const override;
    QStringList chosenFiles() const override;
    void listOwnData() override;
    QString obstacle() const override;
    QList<EvaluationResult> results() const override;
    QStringList head() const override;
    QStringList cells(const EvaluationResult& result) const override;

  private:
    struct DataFile {
        QString path;
        QJsonObject reading;  // the settings by which it is read
    };
    struct Choice {
        QString name;
        QString folder;
    };

    void placeAdapter();
    std::vector<Choice> models() const;
    std::vector<Choice> adapters() const;
    std::vector<DataFile> dataFiles() const;
    void retranslate();

    QLabel* adapterLabel_;
    QComboBox* adapter_;
};

}  // namespace dsm
