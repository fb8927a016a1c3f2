// Appearance: keeps the theme as the user wants it: light, dark, or as the desktop is now.
//
// Ownership  Borrows all three.
// Threads    Main thread.
#pragma once

#include <QObject>

namespace dsm {

class ColorScheme;
class Settings;
class Theme;

class Appearance : public QObject {
    Q_OBJECT

  public:
    // `isDesktopDark` answers where the desktop states no preference.
    Appearance(Theme& theme, const Settings& settings, const ColorScheme& scheme,
               bool isDesktopDark, QObject* parent = nullptr);

  private:
    void apply();
    static double textScale();

    Theme& theme_;
    const Settings& settings_;
    const ColorScheme& scheme_;
    bool isDesktopDark_;
};

}  // namespace dsm
