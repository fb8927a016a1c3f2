// TraySettings: whether the program has an icon in the tray of the desktop, and whether it stays there
// when its window is closed. Every change holds at once.
//
// Ownership  Borrows the settings and the theme.
// Threads    Main thread.
#pragma once

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLabel;

namespace dsm {

class Settings;
class Theme;

class TraySettings : public QWidget {
    Q_OBJECT

  public:
    TraySettings(Settings& settings, const Theme& theme, QWidget* parent = nullptr);

    QComboBox* icon() const { return icon_; }
    QComboBox* closing() const { return closing_; }

    // What can be set here, as it is called in the language of now.
    static QStringList names();

  private:
    void readSettings();
    void applyTheme();
    void retranslate();

    Settings& settings_;
    const Theme& theme_;
    QLabel* heading_;
    QLabel* iconLabel_;
    QLabel* closingLabel_;
    QComboBox* icon_;
    QComboBox* closing_;
};

}  // namespace dsm
