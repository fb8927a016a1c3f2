// SourceChoice: where models are downloaded from, and whether that answers.
//
// Ownership  Borrows the services and the theme.
// Threads    Main thread.
#pragma once

#include <QWidget>

#include "app/services/downloads/download_types.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace dsm {

class DownloadService;
class Settings;
class Theme;

class SourceChoice : public QWidget {
    Q_OBJECT

  public:
    SourceChoice(DownloadService& downloads, Settings& settings, const Theme& theme,
                 QWidget* parent = nullptr);

    Source source() const;
    // The repository a check asks for.
    void setRepository(const QString& repository) { repository_ = repository; }

    QComboBox* choice() const { return choice_; }
    QLineEdit* endpoint() const { return endpoint_; }
    QPushButton* checkButton() const { return check_; }
    QLabel* verdict() const { return verdict_; }

  private:
    void makeLayout();
    void readSettings();
    void takeChoice();
    void check();
    void takeProbe(const QString& address, bool isUsable, const QString& message);
    void applyTheme();
    void retranslate();

    DownloadService& downloads_;
    Settings& settings_;
    const Theme& theme_;
    QString repository_;
    QLabel* label_;
    QComboBox* choice_;
    QLineEdit* endpoint_;
    QPushButton* check_;
    QLabel* verdict_;
    bool isBad_ = false;
};

}  // namespace dsm
