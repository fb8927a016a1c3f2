// DownloadsPanel: the queue of downloads, in its order. Hidden while there are none.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QHash>
#include <QWidget>
#include <vector>

#include "ui/download_row.h"

class QLabel;
class QVBoxLayout;

namespace dsm {

class ConversionService;
class DownloadService;
class ModelLibrary;
class Theme;

class DownloadsPanel : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        DownloadService& downloads;
        ModelLibrary& library;
        ConversionService& conversions;
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
    void changeEvent(QEvent* event) override;

  private:
    void makeConnections();
    void applyTheme();
    void showAll();
    void showRow(DownloadRow* row, const DownloadInfo& download);
    void carryOut(DownloadRow* row, DownloadAction action);
    void cancel(const DownloadInfo& download);
    void takeCheck(const QString& folder, const FileCheck& check);

    Parts parts_;
    QLabel* heading_;
    QVBoxLayout* list_;
    QHash<QString, FileCheck> checks_;  // by folder
    std::vector<DownloadRow*> rows_;
};

}  // namespace dsm
