// CatalogueCard: a model that can be had: what it is for, how large it is, whether it would fit,
// how it was measured, its licence, and the button that downloads it.
//
// Ownership  Borrows the theme.
// Threads    Main thread.
#pragma once

#include <vector>

#include "app/services/downloads/catalogue.h"
#include "app/services/downloads/download_types.h"
#include "app/services/library/model_library.h"
#include "ui/widgets/card.h"
#include "ui/words/download_presentation.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace dsm {

class CardHead;
class Pill;

// All that a card shows.
struct CatalogueContent {
    CatalogueEntry entry;
    LibraryModel model;  // what it would be on this computer
    ComputerMemory memory;
    DownloadInfo download;  // id 0: none
    DiskNeed need;
    bool isHere = false;  // on this computer already, whole
};

class CatalogueCard : public Card {
    Q_OBJECT

  public:
    explicit CatalogueCard(const Theme& theme, QWidget* parent = nullptr);

    void setContent(const CatalogueContent& content);
    const CatalogueContent& content() const { return content_; }
    void setWide(bool isWide);

    QPushButton* button() const { return button_; }
    QPushButton* benchmarksButton() const { return toggle_; }
    QLabel* benchmarks() const { return benchmarks_; }
    const std::vector<Pill*>& verdicts() const { return verdicts_; }
    QLabel* space() const { return space_; }
    QLabel* licence() const { return licence_; }

  Q_SIGNALS:
    void downloadRequested(const QString& repository);
    void licenceRequested(const QString& repository);  // to be read

  private:
    void makeLayout();
    void makeVerdicts();
    void placeVerdicts();
    void applyTheme();
    void showContent();
    void showButton();

    CatalogueContent content_;
    bool isWide_ = true;
    CardHead* head_;
    Pill* state_;
    QLabel* purpose_;
    QGridLayout* fits_;
    QLabel* space_;
    std::vector<QLabel*> presets_;
    std::vector<Pill*> verdicts_;
    QPushButton* toggle_;
    QLabel* benchmarks_;
    QLabel* licence_;
    QPushButton* button_;
};

}  // namespace dsm
