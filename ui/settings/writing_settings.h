// WritingSettings: the font of code, and the dictionaries that what is written is checked with.
// Every change holds at once.
//
// Ownership  Borrows the settings, the checker (nullptr: nothing is checked) and the theme.
// Threads    Main thread.
#pragma once

#include <QStringList>
#include <QWidget>

class QComboBox;
class QLabel;
class QMenu;
class QPushButton;

namespace dsm {

class Settings;
class SpellChecker;
class Theme;

class WritingSettings : public QWidget {
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
    void makeLayout();
    void connectControls();
    void fillFonts();
    void fillSizes();
    void fillDictionaries();
    void showSpelling();
    void toggle(const QString& dictionary, bool isChosen);
    void applyTheme();
    void retranslate();

    Settings& settings_;
    const SpellChecker* checker_;
    const Theme& theme_;
    QLabel* codeHeading_;
    QLabel* codeFontLabel_;
    QLabel* codeSizeLabel_;
    QLabel* spellingHeading_;
    QLabel* spellingLabel_;
    QComboBox* codeFont_;
    QComboBox* codeSize_;
    QPushButton* spelling_;
    QMenu* dictionaries_;
    QLabel* note_;
};

}  // namespace dsm
