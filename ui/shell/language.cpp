#include "ui/shell/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

#include "app/services/program/settings.h"

// The macro has to stand outside of any namespace.
static void registerTranslations() {
    Q_INIT_RESOURCE(dsm_ui_translations);
}

namespace dsm {

Language::Language(const Settings& settings, QObject* parent)
    : QObject(parent), settings_(settings) {
    registerTranslations();
    connect(&settings, &Settings::languageChanged, this, &Language::apply);
    apply();
}

Language::~Language() {
    QCoreApplication::removeTranslator(&program_);
    QCoreApplication::removeTranslator(&qt_);
}

QString Language::resolve(const QString& choice) {
    const QLocale locale = choice.isEmpty() ? QLocale::system() : QLocale(choice);
    return locale.language() == QLocale::Chinese ? QStringLiteral("zh_CN") : QStringLiteral("en");
}

void Language::apply() {
    const QString language = resolve(settings_.language());
    QLocale::setDefault(settings_.language().isEmpty() ? QLocale::system()
                                                       : QLocale(settings_.language()));
    QCoreApplication::removeTranslator(&program_);
    QCoreApplication::removeTranslator(&qt_);
    // Also for English: its file holds the plural forms.
    if (program_.load(QStringLiteral(":/i18n/deepseekmoe_%1.qm").arg(language))) {
        QCoreApplication::installTranslator(&program_);
    }
    if (qt_.load(QStringLiteral("qtbase_%1").arg(language),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(&qt_);
    } else if (language != QStringLiteral("en")) {
        qInfo("Qt's own texts stay English: qtbase_%s.qm is not in %s", qPrintable(language),
              qPrintable(QLibraryInfo::path(QLibraryInfo::TranslationsPath)));
    }
}

}  // namespace dsm
