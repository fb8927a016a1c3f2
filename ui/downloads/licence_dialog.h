// LicenceDialog: the full texts under which a model is given out, to be read and, once, accepted.
//
// The texts are resources (resources/licences), as DeepSeek published them; they are not
// translated.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <QDialog>

#include "app/services/downloads/catalogue.h"

class QLabel;
class QPushButton;
class QTabWidget;

namespace dsm {

class Theme;

class LicenceDialog : public QDialog {
    Q_OBJECT

  public:
    // What has been accepted can only be read.
    LicenceDialog(const CatalogueEntry& entry, bool isAccepted, const Theme& theme,
                  QWidget* parent = nullptr);

    QTabWidget* texts() const { return texts_; }
    QPushButton* acceptButton() const { return accept_; }
    QPushButton* closeButton() const { return close_; }

  private:
    QWidget* page(const QString& resource, const QString& source, const QString& name);

    const Theme& theme_;
    QLabel* summary_;
    QTabWidget* texts_;
    QPushButton* accept_;
    QPushButton* close_;
};

}  // namespace dsm
