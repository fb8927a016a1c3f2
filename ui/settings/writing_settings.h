// WritingSettings: the font of code, and the dictionaries that what is written is checked with.
// Every change holds at once.
//
// Ownership  Borrows the settings, the checker (nullptr: nothing is checked) and the theme.
// Threads    Main thread.
#pragma once

#include <QStringList>

#include "ui/settings/settings_section.h"

class QComboBox;
class QMenu;
class QPushButton;

namespace dsm {

class Settings;
class SpellChecker;

class WritingSettings : public SettingsSection {
    Q_OBJECT

  public:
    WritingSettings(Settings& settings, const SpellChecker* checker, const Theme& theme,
                    QWidget* parent = nullptr);

    QComboBox* codeFont() const { return codeFont_; }
    QComboBox* codeSize() const { return codeSize_; }
    QPushButton* spelling() const { return spelling_; }
    QLabel* note() const { return note_; }

    // What can be set here, as it is called in the language of now.
    static QStringList names();

  private:
    void connectControls();
    void fillFonts();
    void fillSizes();
    void fillDictionaries();
    void showSpelling();
    void toggle(const QString& dictionary, bool isChosen);
    void applyTheme() override;
    void retranslate() override;

    Settings& settings_;
    const SpellChecker* checker_;
    QLabel* codeHeading_;
    QLabel* spellingHeading_ = nullptr;
    QComboBox* codeFont_;
    QComboBox* codeSize_;
    QPushButton* spelling_;
    QMenu* dictionaries_;
    QLabel* note_;
};

}  // namespace dsm
