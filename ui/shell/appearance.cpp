#include "ui/shell/appearance.h"

#include <QGuiApplication>
#include <QScreen>

#include "app/services/program/color_scheme.h"
#include "app/services/program/settings.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr double kUsualDotsPerInch = 96;

}  // namespace

Appearance::Appearance(Theme& theme, const Settings& settings, const ColorScheme& scheme,
                       bool isDesktopDark, QObject* parent)
    : QObject(parent),
      theme_(theme),
      settings_(settings),
      scheme_(scheme),
      isDesktopDark_(isDesktopDark) {
    connect(&settings, &Settings::themeChanged, this, &Appearance::apply);
    connect(&scheme, &ColorScheme::changed, this, &Appearance::apply);
    apply();
}

// What the screen's scale does not do already, as where only the text is to be larger.
double Appearance::textScale() {
    const QScreen* screen = QGuiApplication::primaryScreen();
    return screen == nullptr ? 1.0 : screen->logicalDotsPerInch() / kUsualDotsPerInch;
}

void Appearance::apply() {
    bool isDark = isDesktopDark_;
    if (scheme_.preference() != ColorPreference::NoPreference) {
        isDark = scheme_.preference() == ColorPreference::Dark;
    }
    const ThemeChoice choice = settings_.theme();
    if (choice != ThemeChoice::System)
        isDark = choice == ThemeChoice::Dark || choice == ThemeChoice::HighContrastDark;
    theme_.setDark(isDark);
    theme_.setHighContrast(choice == ThemeChoice::HighContrastLight ||
                           choice == ThemeChoice::HighContrastDark);
    theme_.setCodeFont(settings_.codeFont(), settings_.codePercent() / 100.0);
    theme_.setTextScale(textScale() * settings_.textPercent() / 100.0);
}

}  // namespace dsm
