// The settings of how the program looks, of its language, and of what helps a person write.
#include <algorithm>

#include "app/services/program/settings.h"

namespace dsm {
namespace {

const QString kTheme = QStringLiteral("appearance/theme");
const QString kTextPercent = QStringLiteral("window/textPercent");
const QString kCodeFont = QStringLiteral("appearance/codeFont");
const QString kCodePercent = QStringLiteral("appearance/codePercent");
const QString kLanguage = QStringLiteral("appearance/language");
const QString kSpelling = QStringLiteral("writing/dictionaries");
const QString kTray = QStringLiteral("window/tray");
const QString kServesPrograms = QStringLiteral("server/on");
const QString kServerPort = QStringLiteral("server/port");
constexpr int kUsualPort = 8080;
const QString kStaysInTray = QStringLiteral("window/staysInTray");
constexpr int kUsualCode = 100;
constexpr qsizetype kLongestFamily = 200;

}  // namespace

ThemeChoice Settings::theme() const {
    const QString name = file_.value(kTheme).toString();
    if (name == QStringLiteral("light")) return ThemeChoice::Light;
    if (name == QStringLiteral("dark")) return ThemeChoice::Dark;
    if (name == QStringLiteral("contrast-light")) return ThemeChoice::HighContrastLight;
    if (name == QStringLiteral("contrast-dark")) return ThemeChoice::HighContrastDark;
    return ThemeChoice::System;
}

void Settings::setTheme(ThemeChoice theme) {
    QString name = QStringLiteral("system");
    if (theme == ThemeChoice::Light) name = QStringLiteral("light");
    if (theme == ThemeChoice::Dark) name = QStringLiteral("dark");
    if (theme == ThemeChoice::HighContrastLight) name = QStringLiteral("contrast-light");
    if (theme == ThemeChoice::HighContrastDark) name = QStringLiteral("contrast-dark");
    if (store(kTheme, name)) Q_EMIT themeChanged();
}

int Settings::textPercent() const {
    return std::clamp(whole(kTextPercent).value_or(kLeastText), kLeastText, kMostText);
}

void Settings::setTextPercent(int percent) {
    const int wanted = std::clamp(percent, kLeastText, kMostText);
    if (wanted != textPercent() && store(kTextPercent, wanted)) Q_EMIT themeChanged();
}

QString Settings::language() const {
    const QString name = file_.value(kLanguage).toString();
    const bool known = name == QStringLiteral("en") || name == QStringLiteral("zh_CN");
    return known ? name : QString();
}

void Settings::setLanguage(const QString& language) {
    if (store(kLanguage, language)) Q_EMIT languageChanged();
}

QString Settings::codeFont() const {
    const QString family = file_.value(kCodeFont).toString();
    return family.size() > kLongestFamily ? QString() : family;
}

void Settings::setCodeFont(const QString& family) {
    if (store(kCodeFont, family.isEmpty() ? QVariant() : QVariant(family))) Q_EMIT themeChanged();
}

int Settings::codePercent() const {
    return std::clamp(whole(kCodePercent).value_or(kUsualCode), kLeastCode, kMostCode);
}

void Settings::setCodePercent(int percent) {
    const int wanted = std::clamp(percent, kLeastCode, kMostCode);
    if (wanted != codePercent() && store(kCodePercent, wanted)) Q_EMIT themeChanged();
}

// One text: an empty list of an INI file cannot be told from none.
std::optional<QStringList> Settings::spelling() const {
    if (!file_.contains(kSpelling)) return std::nullopt;
    return file_.value(kSpelling).toString().split(u' ', Qt::SkipEmptyParts);
}

void Settings::setSpelling(const QStringList& dictionaries) {
    const bool wasChosen = spelling().has_value();
    if (wasChosen && *spelling() == dictionaries) return;
    if (store(kSpelling, dictionaries.join(u' ')) || !wasChosen) Q_EMIT spellingChanged();
}

bool Settings::hasTray() const {
    return file_.value(kTray, false).toBool();
}

void Settings::setTray(bool wanted) {
    if (wanted != hasTray() && store(kTray, wanted)) Q_EMIT trayChanged();
}

bool Settings::servesPrograms() const {
    return file_.value(kServesPrograms, false).toBool();
}

void Settings::setServesPrograms(bool serves) {
    if (serves != servesPrograms() && store(kServesPrograms, serves)) Q_EMIT serverChanged();
}

int Settings::serverPort() const {
    bool isNumber = false;
    const int port = file_.value(kServerPort).toInt(&isNumber);
    return isNumber ? std::clamp(port, kLeastPort, kMostPort) : kUsualPort;
}

void Settings::setServerPort(int port) {
    const int wanted = std::clamp(port, kLeastPort, kMostPort);
    if (wanted != serverPort() && store(kServerPort, wanted)) Q_EMIT serverChanged();
}

bool Settings::staysInTray() const {
    return file_.value(kStaysInTray, false).toBool();
}

void Settings::setStaysInTray(bool stays) {
    if (stays != staysInTray() && store(kStaysInTray, stays)) Q_EMIT trayChanged();
}

}  // namespace dsm
