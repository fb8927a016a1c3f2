#include "ui/appearance.h"

#include "app/services/color_scheme.h"
#include "app/services/settings.h"
#include "ui/widgets/theme.h"

namespace dsm {

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

void Appearance::apply() {
    bool isDark = isDesktopDark_;
    if (scheme_.preference() != ColorPreference::NoPreference) {
        isDark = scheme_.preference() == ColorPreference::Dark;
    }
    if (settings_.theme() != ThemeChoice::System) isDark = settings_.theme() == ThemeChoice::Dark;
    theme_.setDark(isDark);
}

}  // namespace dsm
