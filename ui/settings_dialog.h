// SettingsDialog: the few things a user may want to choose. Every change holds at once.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QDialog>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace dsm {

class DownloadService;
class DownloadSettings;
class GpuService;
class Settings;
class Theme;

class SettingsDialog : public QDialog {
    Q_OBJECT

  public:
    SettingsDialog(Settings& settings, DownloadService& downloads, GpuService& gpus,
                   const Theme& theme, QWidget* parent = nullptr);

    DownloadSettings* downloads() const { return downloads_; }
    QComboBox* backend() const { return backend_; }
    QSpinBox* gpuLayers() const { return gpuLayers_; }
    QLabel* gpuNote() const { return gpuNote_; }

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void makeLayout();
    void connectControls();
    void readSettings();
    void applyTheme();
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
    QLabel* weightsLabel_;
    QLabel* contextLabel_;
    QLabel* modelNote_;
    QComboBox* themeChoice_;
    QComboBox* language_;
    QComboBox* backend_;
    QSpinBox* gpuLayers_;
    QSpinBox* threads_;
    QComboBox* weights_;
    QComboBox* context_;
    QDoubleSpinBox* temperature_;
    QDoubleSpinBox* topP_;
    QSpinBox* tokens_;
    DownloadSettings* downloads_;
    QPushButton* close_;
};

}  // namespace dsm
