// Theme: the one source of colours, type, spacing, radii and icons of the interface.
//
// Widgets ask it for values by role and repaint on changed(); nothing else names a colour or a
// font. Text roles have a contrast of at least 4.5:1 against every surface they are used on.
//
// Ownership  Created once by the program and handed to widgets by reference; outlives them.
// Threads    Main thread.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <QString>

namespace dsm {

enum class ColorRole {
    Window,         // behind the conversation
    Sidebar,        // behind the list of conversations
    Surface,        // cards, fields, menus, the composer
    SurfaceHover,   // under the pointer
    SurfaceActive,  // chosen or pressed
    Bubble,         // the user's messages
    Code,           // behind code
    Border,
    BorderStrong,  // of fields with focus nearby, and handles
    Text,
    TextSecondary,
    TextTertiary,
    Accent,  // filled controls
    AccentHover,
    OnAccent,    // text and icons on Accent
    AccentText,  // links and marks on surfaces
    AccentSurface,
    Danger,
    DangerSurface,
    Warning,
    WarningSurface,
    Success,
    SuccessSurface,
    SyntaxKeyword,
    SyntaxString,
    SyntaxNumber,
    SyntaxComment,
    Series1,  // lines of charts, told apart by people who see few colours, too
    Series2,
    Series3,
    Series4,
    Series5,
    Series6,
    Count
};

enum class TextStyle { Caption, Small, Interface, InterfaceStrong, Body, Title, Display, Code };

enum class IconName {
    ArrowDown,
    Check,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    ChevronUp,
    Chip,
    Close,
    Copy,
    Edit,
    Eject,
    Folder,
    Info,
    Logo,
    More,
    NewChat,
    Pin,
    Play,
    Regenerate,
    Search,
    Send,
    Settings,
    Sidebar,
    Spark,
    Stop,
    ThumbDown,
    ThumbDownFilled,
    ThumbUp,
    ThumbUpFilled,
    Trash,
    Undo,
    Warning,
    Archive,
    Filter,
    Tag,
    Attach,
    Fork,
    Chart,
    Count
};

// Distances in logical pixels; a multiple of four.
namespace space {
inline constexpr int kTiny = 4;
inline constexpr int kSmall = 8;
inline constexpr int kMedium = 12;
inline constexpr int kLarge = 16;
inline constexpr int kHuge = 24;
inline constexpr int kVast = 40;
}  // namespace space

namespace radius {
inline constexpr int kSmall = 6;
inline constexpr int kMedium = 10;
inline constexpr int kLarge = 18;
}  // namespace radius

// The conversation is a column: longer lines are hard to read.
inline constexpr int kColumnWidth = 760;

class Theme : public QObject {
    Q_OBJECT

  public:
    explicit Theme(QObject* parent = nullptr);

    bool isDark() const { return isDark_; }
    void setDark(bool dark);
    bool isHighContrast() const { return isHighContrast_; }
    void setHighContrast(bool high);

    // How much larger than usual the desktop wants its text: 1 to 3.
    double textScale() const { return textScale_; }
    void setTextScale(double scale);
    // The font of code, "" for the program's own, and its size in parts of the usual one.
    void setCodeFont(const QString& family, double scale);
    // A distance that has to grow with the text in it.
    int scaled(int pixels) const;
    // The height of a control that usually has this one, around a line of text or an icon: what is
    // in it grows, the room around that stays.
    int controlSide(int pixels) const;

    QColor color(ColorRole role) const;
    static QColor color(ColorRole role, bool dark, bool highContrast = false);
    // Of the lines of charts, from 0; more than there are begin anew.
    QColor seriesColor(int index) const;
    QFont font(TextStyle style) const;
    // From one baseline to the next: room for every font of the style's set, so that lines stand
    // evenly whatever characters are in them. A line's baseline lies at four fifths of it.
    int lineHeight(TextStyle style) const;
    // Crisp at every size and scale; drawn in the role's colour of this moment.
    QIcon icon(IconName name, ColorRole role = ColorRole::TextSecondary) const;

    QPalette palette() const;
    QString styleSheet() const;

  Q_SIGNALS:
    void changed();

  private:
    bool isDark_ = false;
    bool isHighContrast_ = false;
    double textScale_ = 1;
    QString codeFamily_;
    double codeScale_ = 1;
};

}  // namespace dsm
