// ImportsPanel: asks how a model in a folder is to be added, and shows those that are being added.
// Hidden while there are none.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <vector>

#include "app/services/library/model_import.h"
#include "ui/widgets/card.h"

class QLabel;
class QVBoxLayout;

namespace dsm {

class ImportRow;

class ImportsPanel : public Card {
    Q_OBJECT

  public:
    ImportsPanel(ModelImport& imports, const Theme& theme, QWidget* parent = nullptr);

    // Looks at the folder, then asks whether to use it where it is or to copy it.
    void offer(const QString& folder);

    const std::vector<ImportRow*>& rows() const { return rows_; }

  Q_SIGNALS:
    void failed(const QString& message);
    void noted(const QString& message);

  private:
    void ask(const ImportOffer& offer);
    void showAll();
    void applyTheme();

    ModelImport& imports_;
    QLabel* heading_;
    QVBoxLayout* list_;
    std::vector<ImportRow*> rows_;
};

}  // namespace dsm
