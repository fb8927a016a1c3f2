// SettingsDialog: the few things a user may want to choose. Every change holds at once.
//
// Its two columns stand below each other where the screen is narrow.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QList>

#include "ui/widgets/scroll_dialog.h"

class QBoxLayout;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;

namespace dsm {

class ApiService;
class DownloadService;
class DownloadSettings;
class GpuService;
class NumberField;
class Settings;
class SpellChecker;
class Theme;
class ServerSettings;
class TraySettings;
class WritingSettings;

class SettingsDialog : public ScrollDialog {
    Q_OBJECT

  public:
    // Without a checker of spelling, or a server, there is nothing to choose about it.
    SettingsDialog(Settings& settings, DownloadService& downloads, GpuService& gpus,
                   const SpellChecker* checker, ApiService* api, const Theme& theme,
                   QWidget* parent = nullptr);

    DownloadSettings* downloads() const { return downloads_; }
    TraySettings* tray() const { return tray_; }
    ServerSettings* server() const { return server_; }  // nullptr: there is none
    WritingSettings* writing() const { return writing_; }
    QComboBox* backend() const { return backend_; }
    NumberField* gpuLayers() const { return gpuLayers_; }
    NumberField* threads() const { return threads_; }
    NumberField* temperature() const { return temperature_; }
    NumberField* topP() const { return topP_; }
    NumberField* tokens() const { return tokens_; }
    QLabel* gpuNote() const { return gpuNote_; }
    QPushButton* backupsButton() const { return backups_; }

    // What can be set here, as it is called in the language of now; and the keyboard to one of these.
    static QStringList names();
    void focusSetting(const QString& name);

  Q_SIGNALS:
    void backupsRequested();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeLayout();
    QFormLayout* makeForm();
    void connectControls();
    void readSettings();
    void applyTheme();
    void alignLater();
    void retranslate();
    void storeGeneration();
    void storeBackend();
    void fillBackends();
    void showGpus();

    Settings& settings_;
    GpuService& gpus_;
    const Theme& theme_;
    QLabel* appearanceHeading_;
    QLabel* modelHeading_;
    QLabel* replyHeading_;
    QLabel* themeLabel_;
    QLabel* languageLabel_;
    QLabel* backendLabel_;
    QLabel* gpuLayersLabel_;
    QLabel* gpuNote_;
    QLabel* threadsLabel_;
    QLabel* temperatureLabel_;
    QLabel* topPLabel_;
    QLabel* tokensLabel_;
    QLabel* chatsHeading_;
    QLabel* backupsLabel_;
    QLabel* titlesLabel_;
    QLabel* weightsLabel_;
    QLabel* contextLabel_;
    QLabel* modelNote_;
    QComboBox* themeChoice_;
    QComboBox* language_;
    QComboBox* backend_;
    NumberField* gpuLayers_;
    NumberField* threads_;
    QComboBox* weights_;
    QComboBox* context_;
    NumberField* temperature_;
    NumberField* topP_;
    NumberField* tokens_;
    DownloadSettings* downloads_;
    WritingSettings* writing_;
    TraySettings* tray_;
    ServerSettings* server_;
    QPushButton* backups_;
    QComboBox* titles_;
    QPushButton* close_;
    QWidget* content_;
    QBoxLayout* columns_ = nullptr;
};

}  // namespace dsm
