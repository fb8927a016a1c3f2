// ImportsPanel: asks how a model in a folder is to be added, and shows those that are being added.
// Hidden while there are none.
//
// Ownership  Borrows the service and the theme.
// Threads    Main thread.
#pragma once

#include <QStringList>
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

    // Looks at each folder, then asks whether to use it where it is or to copy it.
    void offer(const QStringList& folders);

    const std::vector<ImportRow*>& rows() const { return rows_; }

  Q_SIGNALS:
    void failed(const QString& messages);  // a line for each folder
    void noted(const QString& messages);

  private:
    void ask(const ImportOffer& offer);
    void say(const QString& message);
    void showAll();
    void applyTheme();

    ModelImport& imports_;
    QLabel* heading_;
    QVBoxLayout* list_;
    std::vector<ImportRow*> rows_;
    QStringList said_;  // of the folders that were offered together
    bool hasFailed_ = false;
};

}  // namespace dsm
