// ModelsPage: the models on this computer, to load, convert, add and remove.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/models/model_form_row.h"
#include "ui/widgets/banner.h"

class QLabel;
class QPushButton;
class QShortcut;
class QTimer;
class QVBoxLayout;

namespace dsm {

class ConversionService;
class DownloadService;
class DownloadsPanel;
class DropMark;
class FileChecks;
class GetModelSection;
class PageHeader;
class PageScroll;
class EnginesSection;
class ImportsPanel;
class Meter;
class ModelCard;
class ModelHost;
class ModelImport;
class ModelInUse;
class ModelLibrary;
class ModelRemoval;
class RemoteEngines;
class Settings;
class Theme;
class Toast;

class ModelsPage : public QWidget {
    Q_OBJECT

  public:
    struct Parts {
        ModelLibrary& library;
        ModelImport& imports;
        ConversionService& conversions;
        ModelHost& host;
        DownloadService& downloads;
        Settings& settings;
        const Theme& theme;
        RemoteEngines& engines;
        ModelInUse& writer;
    };

    explicit ModelsPage(const Parts& parts, QWidget* parent = nullptr);

    // Shows the way back to a hidden sidebar.
    void setSidebarHidden(bool isHidden);
    void focusFirst();
    QWidget* firstControl() const;
    // Shows what a change of the list was, with a way back.
    void setToast(Toast* toast);

    const std::vector<ModelCard*>& cards() const { return cards_; }
    ModelCard* card(const QString& folder) const;  // nullptr: none
    DownloadsPanel* downloads() const { return downloads_; }
    GetModelSection* section() const { return section_; }
    ImportsPanel* imports() const { return imports_; }
    EnginesSection* engines() const { return engines_; }
    QPushButton* addButton() const { return add_; }
    Banner* banner() const { return banner_; }

  Q_SIGNALS:
    void loadRequested(const QString& folder, bool fromDisk);
    void engineRequested(qint64 id);
    void chatRequested();
    void backRequested();  // Escape
    void sidebarRequested();
    void newChatRequested();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void makeLayout();
    void makeConnections();
    void applyTheme();
    void retranslate();
    void showModels();
    ModelCard* makeCard();
    void showRows();
    bool isWide() const;
    void showMemory();
    void showStatus();
    void chat(const QString& folder);
    bool isBeingDownloaded(const QString& repository) const;
    void fetch(const QString& folder);
    // A model whose folder is not where it was.
    void findAgain(const QString& folder);
    void chooseFolder();
    void offerFolders(const QStringList& folders);
    void carryOut(const FormContent& content, FormAction action);

    Parts parts_;
    PageHeader* header_;
    Banner* banner_;
    PageScroll* scroll_;
    QLabel* memory_;
    Meter* memoryMeter_;
    QPushButton* add_;
    QLabel* hint_;
    FileChecks* checks_;
    DownloadsPanel* downloads_;
    ImportsPanel* imports_;
    QVBoxLayout* list_;
    EnginesSection* engines_;
    GetModelSection* section_;
    DropMark* dropMark_;
    ModelRemoval* removal_;
    QShortcut* back_;
    QTimer* memoryTimer_;
    std::vector<ModelCard*> cards_;
    QString lastStatus_;  // what of the host's status the rows show
};

}  // namespace dsm
