// GetModelSection: the models that can be downloaded: the catalogue's, and any other by its name.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "app/services/downloads/catalogue.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace dsm {

class CatalogueCard;
class DownloadService;
class ModelLibrary;
class Settings;
class SourceChoice;
class Theme;

class GetModelSection : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        DownloadService& downloads;
        ModelLibrary& library;
        Settings& settings;
        const Theme& theme;
    };

    explicit GetModelSection(const Parts& parts, QWidget* parent = nullptr);

    void setWide(bool isWide);
    // From the source that is chosen. `cache` is where part of it lies already, "" for the folder
    // of the settings.
    void start(const QString& repository, const QString& cache = {});

    const std::vector<CatalogueCard*>& cards() const { return cards_; }
    CatalogueCard* card(const QString& repository) const;  // nullptr: none
    SourceChoice* source() const { return source_; }
    QPushButton* otherButton() const { return other_; }
    QLineEdit* repository() const { return repository_; }
    QPushButton* downloadButton() const { return download_; }

  Q_SIGNALS:
    void failed(const QString& message);
    void started(qint64 id);

  private:
    void makeLayout();
    void makeConnections();
    void applyTheme();
    void retranslate();
    void showCards();
    // Full texts; `then` when they have been accepted.
    void showLicence(const CatalogueEntry& entry, std::function<void()> then);

    Parts parts_;
    QLabel* heading_;
    SourceChoice* source_;
    std::vector<CatalogueCard*> cards_;
    QPushButton* other_;
    QWidget* otherRow_;
    QLineEdit* repository_;
    QPushButton* download_;
};

}  // namespace dsm
