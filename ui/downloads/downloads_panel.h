// DownloadsPanel: the queue of downloads, in its order. Hidden while there are none.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <vector>

#include "ui/downloads/download_row.h"
#include "ui/widgets/card.h"

class QLabel;
class QVBoxLayout;

namespace dsm {

class ConversionService;
class DownloadService;
class ModelLibrary;

class DownloadsPanel : public Card {
    Q_OBJECT

  public:
    struct Parts {
        DownloadService& downloads;
        ModelLibrary& library;
        ConversionService& conversions;
        FileChecks& checks;
        const Theme& theme;
    };

    explicit DownloadsPanel(const Parts& parts, QWidget* parent = nullptr);

    DownloadRow* row(qint64 id) const;  // nullptr: none
    const std::vector<DownloadRow*>& rows() const { return rows_; }

  Q_SIGNALS:
    // Load what is in the folder, and go to the chat.
    void chatRequested(const QString& folder);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void makeConnections();
    void applyTheme();
    void showAll();
    void showRow(DownloadRow* row, const DownloadInfo& download);
    void carryOut(DownloadRow* row, DownloadAction action);
    void cancel(const DownloadInfo& download);

    Parts parts_;
    QLabel* heading_;
    QVBoxLayout* list_;
    std::vector<DownloadRow*> rows_;
};

}  // namespace dsm
