// ServerSettings: whether other programs of this computer may ask the model, where, and who does.
// Every change holds at once.
//
// Ownership  Borrows the service, the settings and the theme.
// Threads    Main thread.
#pragma once

#include <QStringList>
#include <QTimer>

#include "ui/settings/settings_section.h"

class QComboBox;
class QPushButton;

namespace dsm {

class ApiService;
class NumberField;
class Settings;

class ServerSettings : public SettingsSection {
    Q_OBJECT

  public:
    ServerSettings(ApiService& service, Settings& settings, const Theme& theme,
                   QWidget* parent = nullptr);

    QComboBox* onOff() const { return onOff_; }
    NumberField* port() const { return port_; }
    QLabel* note() const { return note_; }
    QPushButton* stopButton() const { return stop_; }

    // What can be set here, as it is called in the language of now.
    static QStringList names();

  protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

  private:
    void readSettings();
    void showActivity();
    void retranslate() override;

    ApiService& service_;
    Settings& settings_;
    QLabel* heading_;
    QComboBox* onOff_;
    NumberField* port_;
    QLabel* note_;
    QPushButton* stop_;
    QTimer look_;
};

}  // namespace dsm
