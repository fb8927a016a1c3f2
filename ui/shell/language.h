// Language: installs the interface's translation and changes it while the program runs.
//
// English is the language of the source and needs none. Every widget hears of a change through
// QEvent::LanguageChange.
//
// Ownership  Borrows the settings; its translators are removed with it.
// Threads    Main thread.
#pragma once

#include <QObject>
#include <QTranslator>

namespace dsm {

class Settings;

class Language : public QObject {
    Q_OBJECT

  public:
    explicit Language(const Settings& settings, QObject* parent = nullptr);
    ~Language() override;

    // "en" or "zh_CN": what `choice` ("" is the system's) comes down to.
    static QString resolve(const QString& choice);

  private:
    void apply();

    const Settings& settings_;
    QTranslator program_;
    QTranslator qt_;  // Qt's own dialogs, where the distribution has them
};

}  // namespace dsm
