#include "ui/widgets/theme.h"

#include <QApplication>
#include <QFontMetricsF>
#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "ui/widgets/svg_icon.h"

namespace dsm {
namespace {

struct RoleColors {
    ColorRole role;
    QRgb light;
    QRgb dark;
    QRgb strongLight;  // of high contrast: text is 7:1 and more on what it stands on
    QRgb strongDark;
};

constexpr std::array kColors{
    RoleColors{ColorRole::Window, 0xFFFFFF, 0x1B1C20, 0xFFFFFF, 0x000000},
    RoleColors{ColorRole::Sidebar, 0xF6F7F9, 0x141519, 0xFFFFFF, 0x000000},
    RoleColors{ColorRole::Surface, 0xFFFFFF, 0x24262B, 0xFFFFFF, 0x000000},
    RoleColors{ColorRole::SurfaceHover, 0xEDEFF3, 0x26282E, 0xE6E6E6, 0x2A2A2A},
    RoleColors{ColorRole::SurfaceActive, 0xE4E7EE, 0x31343C, 0xD6D6D6, 0x3A3A3A},
    RoleColors{ColorRole::Bubble, 0xEEF2FD, 0x2B2F3B, 0xF0F0F0, 0x1C1C1C},
    RoleColors{ColorRole::Code, 0xF6F7F9, 0x141519, 0xFFFFFF, 0x000000},
    RoleColors{ColorRole::Border, 0xE2E5EB, 0x32353D, 0x000000, 0xFFFFFF},
    RoleColors{ColorRole::BorderStrong, 0xC3C8D3, 0x4C505B, 0x000000, 0xFFFFFF},
    RoleColors{ColorRole::Text, 0x1A1C22, 0xECEDF1, 0x000000, 0xFFFFFF},
    RoleColors{ColorRole::TextSecondary, 0x50555F, 0xB4B8C2, 0x1F1F1F, 0xF0F0F0},
    RoleColors{ColorRole::TextTertiary, 0x646A76, 0x9A9FAB, 0x2E2E2E, 0xE2E2E2},
    RoleColors{ColorRole::Accent, 0x3B5BDB, 0x4263EB, 0x0B2A9B, 0x8FB0FF},
    RoleColors{ColorRole::AccentHover, 0x3350C6, 0x3B5BDB, 0x06206F, 0xB3C9FF},
    RoleColors{ColorRole::OnAccent, 0xFFFFFF, 0xFFFFFF, 0xFFFFFF, 0x000000},
    RoleColors{ColorRole::AccentText, 0x2F4FCB, 0x9DB1FF, 0x0A2A9B, 0xB9CBFF},
    RoleColors{ColorRole::AccentSurface, 0xE9EEFE, 0x272D45, 0xE2E8FF, 0x14204D},
    RoleColors{ColorRole::Danger, 0xB42323, 0xFF9B96, 0x8A0000, 0xFFB8B3},
    RoleColors{ColorRole::DangerSurface, 0xFDEEEE, 0x3A2325, 0xFFF0F0, 0x2E0A0A},
    RoleColors{ColorRole::Warning, 0x7A4F00, 0xF0C36B, 0x5A3800, 0xFFDB8F},
    RoleColors{ColorRole::WarningSurface, 0xFFF4DC, 0x352C1B, 0xFFF6E0, 0x2A2000},
    RoleColors{ColorRole::Success, 0x1B6B3A, 0x8FD6A4, 0x004A20, 0xA8F0BE},
    RoleColors{ColorRole::SuccessSurface, 0xE6F5EB, 0x1E3226, 0xE8FAEE, 0x05240F},
    RoleColors{ColorRole::SyntaxKeyword, 0x7B2CBF, 0xC4A5FF, 0x5A149A, 0xDCC8FF},
    RoleColors{ColorRole::SyntaxString, 0x1B6B3A, 0x8FD6A4, 0x004A20, 0xA8F0BE},
    RoleColors{ColorRole::SyntaxNumber, 0x9A4608, 0xF2B279, 0x6E2F00, 0xFFCFA0},
    RoleColors{ColorRole::SyntaxComment, 0x646A76, 0x9097A3, 0x2E2E2E, 0xE2E2E2},
    // Okabe and Ito's colours, darkened and lightened to a contrast of 3:1 on either window.
    RoleColors{ColorRole::Series1, 0x0B62A8, 0x6CB8F0, 0x004480, 0x8CCBFF},
    RoleColors{ColorRole::Series2, 0xB84A00, 0xF29A4B, 0x8A3500, 0xFFB26B},
    RoleColors{ColorRole::Series3, 0x00795A, 0x4CCBA4, 0x00563F, 0x6BE3BE},
    RoleColors{ColorRole::Series4, 0xA83F7E, 0xE59BC8, 0x7A2458, 0xF5B5DC},
    RoleColors{ColorRole::Series5, 0x8A6A00, 0xEBD35A, 0x5E4700, 0xF7E27A},
    RoleColors{ColorRole::Series6, 0x4B4F58, 0xC6CAD3, 0x2B2E35, 0xE0E3EA},
};
static_assert(kColors.size() == static_cast<size_t>(ColorRole::Count));

constexpr std::array kIconFiles{
    "arrow_down",
    "check",
    "chevron_down",
    "chevron_left",
    "chevron_right",
    "chevron_up",
    "chip",
    "close",
    "copy",
    "edit",
    "eject",
    "folder",
    "info",
    "logo",
    "more",
    "new_chat",
    "pin",
    "play",
    "regenerate",
    "search",
    "send",
    "settings",
    "sidebar",
    "spark",
    "stop",
    "thumb_down",
    "thumb_down_filled",
    "thumb_up",
    "thumb_up_filled",
    "trash",
    "undo",
    "warning",
    "archive",
    "filter",
    "tag",
    "attach",
    "fork",
    "chart",
};
static_assert(kIconFiles.size() == static_cast<size_t>(IconName::Count));

// The program's face first, then what has the characters it lacks. Emoji come last: their font has
// digits, too.
QStringList interfaceFamilies() {
    return {QStringLiteral("Inter"), QStringLiteral("Noto Sans CJK SC"),
            QStringLiteral("Noto Sans"), QStringLiteral("sans-serif"),
            QStringLiteral("Noto Color Emoji")};
}

// The chosen one first, where there is one.
QStringList codeFamilies(const QString& chosen) {
    QStringList families{
        QStringLiteral("JetBrains Mono"),   QStringLiteral("Noto Sans Mono"),
        QStringLiteral("DejaVu Sans Mono"), QStringLiteral("Noto Sans Mono CJK SC"),
        QStringLiteral("monospace"),        QStringLiteral("Noto Color Emoji")};
    if (!chosen.isEmpty()) families.prepend(chosen);
    return families;
}

// Lines closer than this, in parts of the size of the type, are hard to read.
constexpr double kReadableLine = 1.7;
constexpr double kReadableCodeLine = 1.55;

QString sheetTemplate() {
    return QStringLiteral(R"(
QWidget { color: @Text; }
QToolTip { background: @Surface; color: @Text; border: 1px solid @Border; padding: 4px 6px; }
QDialog, QMessageBox, QFileDialog { background: @Window; }
QMenu { background: @Surface; border: 1px solid @Border; padding: 6px; }
QMenu::item { padding: 7px 28px 7px 12px; border-radius: 6px; }
QMenu::icon { padding-left: 10px; }
QMenu::item:selected { background: @SurfaceHover; }
QMenu::item:disabled { color: @TextTertiary; }
QMenu::separator { height: 1px; background: @Border; margin: 6px 4px; }
QLineEdit, QSpinBox, QDoubleSpinBox, QDateTimeEdit, QComboBox { background: @Surface;
    border: 1px solid @Border; border-radius: 8px; padding: 0 10px; min-height: @line32px;
    selection-background-color: @Accent; selection-color: @OnAccent; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QDateTimeEdit:hover, QComboBox:hover {
    border-color: @BorderStrong; }
QLineEdit[invalid="true"] { border-color: @Danger; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QDateTimeEdit:focus, QComboBox:focus {
    border-color: @AccentText; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: @28px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url(:/dsm/icons/@Tone/chevron_down.svg); width: @16px; height: @16px; }
QComboBox QAbstractItemView { background: @Surface; border: 1px solid @Border; padding: 4px;
    outline: none; selection-background-color: @SurfaceHover; selection-color: @Text; }
QComboBox QAbstractItemView::item { min-height: @line30px; padding-left: 6px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QSpinBox::down-button,
QDoubleSpinBox::down-button { border: none; width: 0; }
QPushButton { background: @Surface; border: 1px solid @Border; border-radius: 8px;
    padding: 0 14px; min-height: @line32px; outline: none; }
QPushButton:hover { background: @SurfaceHover; }
QPushButton:pressed { background: @SurfaceActive; }
QPushButton:focus { border-color: @AccentText; }
QPushButton:disabled { color: @TextTertiary; }
QPushButton[kind="primary"] { background: @Accent; color: @OnAccent; border-color: @Accent; }
QPushButton[kind="primary"]:hover { background: @AccentHover; }
QPushButton[kind="primary"]:focus { border-color: @Text; }
QPushButton[kind="primary"]:disabled { background: @SurfaceActive; color: @TextTertiary;
    border-color: @SurfaceActive; }
QPushButton::menu-indicator { image: url(:/dsm/icons/@Tone/chevron_down.svg);
    subcontrol-origin: padding; subcontrol-position: right center; right: 10px;
    width: @16px; height: @16px; }
QPushButton[kind="primary"]::menu-indicator { image: url(:/dsm/icons/dark/chevron_down.svg); }
QPushButton[kind="plain"] { background: transparent; border-color: transparent; }
QPushButton[kind="plain"]:hover { background: @SurfaceHover; }
QPushButton[kind="plain"]:focus { border-color: @AccentText; }
QPushButton[kind="plain"]:checked { background: @SurfaceActive; color: @Text; }
QPushButton[kind="name"] { background: transparent; border-color: transparent; text-align: left;
    padding: 0; color: @Text; font-weight: 600; }
QPushButton[kind="name"]:hover { background: transparent; text-decoration: underline; }
QPushButton[kind="name"]:focus { border-color: @AccentText; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent;
    color: @TextSecondary; min-height: @line26px; padding: 0 9px; }
QPushButton[kind="quiet"]:hover { background: @SurfaceHover; }
QPushButton[kind="quiet"]:focus { border-color: @AccentText; }
QPushButton[kind="link"] { background: transparent; border-color: transparent;
    color: @AccentText; padding: 0 8px; font-weight: 600; }
QPushButton[kind="link"]:hover { background: @SurfaceHover; }
QPushButton[kind="link"]:focus { border-color: @AccentText; }
QPushButton[small="true"] { min-height: @line26px; padding: 0 8px; }
QLabel[kind="badge"] { color: @Warning; background: @WarningSurface; border-radius: @11px;
    padding: 0 9px; }
QLabel[kind="icon"] { background: @AccentSurface; border-radius: 10px; }
QMainWindow { background: @Window; }
dsm--PageScroll { background: transparent; }
dsm--MessageView { background: @Window; border: none; }
#sidebar { background: @Sidebar; }
#sidebar QListView { background: transparent; outline: none; }
#sidebar QLineEdit { background: @Surface; padding: 0 2px; }
#sidebar #newChat { text-align: left; background: @Surface; min-height: @line36px; }
#sidebar #newChat:hover { background: @SurfaceHover; }
#sidebar #settings, #sidebar #models, #sidebar #texts, #sidebar #finetune,
#sidebar #benchmarks { text-align: left; padding: 0 8px;
    color: @TextSecondary; }
#sidebar #models:checked, #sidebar #texts:checked, #sidebar #finetune:checked,
#sidebar #benchmarks:checked {
    background: @SurfaceActive; color: @Text; }
QPlainTextEdit[kind="field"] { background: @Surface; border: 1px solid @Border; border-radius: 8px;
    padding: 4px 6px; }
QPlainTextEdit[kind="field"]:focus { border-color: @AccentText; }
QListView[kind="field"], QTreeView[kind="field"], QTableView[kind="field"] { background: @Surface;
    border: 1px solid @Border; border-radius: 8px; padding: 4px; outline: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QListView[kind="field"]:focus, QTreeView[kind="field"]:focus, QTableView[kind="field"]:focus {
    border-color: @AccentText; }
QListView[kind="field"]::item { padding: 4px 6px; border-radius: 6px; }
QListView[kind="field"]::item:hover { background: @SurfaceHover; }
QListView[kind="field"]::item:selected { background: @SurfaceActive; color: @Text; }
QTreeView[kind="field"], QTableView[kind="field"] { selection-background-color: @SurfaceActive;
    selection-color: @Text; }
QTreeView[kind="field"]::item:hover, QTableView[kind="field"]::item:hover { background: @SurfaceHover; }
QTreeView[kind="field"]::item:selected, QTableView[kind="field"]::item:selected {
    background: @SurfaceActive; color: @Text; }
QTreeView[kind="field"] QHeaderView, QTableView[kind="field"] QHeaderView { background: transparent; }
QTreeView[kind="field"] QHeaderView::section, QTableView[kind="field"] QHeaderView::section { background: transparent; color: @TextSecondary;
    border: none; padding: 2px 4px; }
QSplitter::handle { background: @Border; }
QSplitter[kind="bare"]::handle { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: @BorderStrong; border-radius: 4px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: @TextTertiary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSpinBox, QDoubleSpinBox { padding: 0 8px; }
QCheckBox::indicator, QListView::indicator {
    width: @14px; height: @14px; border: 1px solid @TextTertiary; border-radius: 4px; background: @Surface;
}
QCheckBox::indicator:hover { border-color: @AccentText; }
QCheckBox::indicator:checked, QListView::indicator:checked {
    border-color: @Accent; background: @Accent; image: url(:/dsm/icons/@Tone/check.svg);
}
QCheckBox::indicator:disabled { border-color: @Border; }
QProgressBar { background: @SurfaceActive; border: none; border-radius: 2px; max-height: @4px; }
QProgressBar::chunk { background: @AccentText; border-radius: 2px; }
)");
}

// "@16px" grows with the text, "@line32px" is the height of a control around a line of it.
void scaleDistances(QString& sheet, const Theme& theme) {
    static const QRegularExpression distance(QStringLiteral("@(line)?(\\d+)px"));
    for (auto found = distance.match(sheet); found.hasMatch();
         found = distance.match(sheet, found.capturedStart())) {
        const int pixels = found.captured(2).toInt();
        const int wanted =
            found.captured(1).isEmpty() ? theme.scaled(pixels) : theme.controlSide(pixels);
        sheet.replace(found.capturedStart(), found.capturedLength(),
                      QStringLiteral("%1px").arg(wanted));
    }
}

constexpr std::array kRoleNames{
    "Window",         "Sidebar",       "Surface",        "SurfaceHover",  "SurfaceActive",
    "Bubble",         "Code",          "Border",         "BorderStrong",  "Text",
    "TextSecondary",  "TextTertiary",  "Accent",         "AccentHover",   "OnAccent",
    "AccentText",     "AccentSurface", "Danger",         "DangerSurface", "Warning",
    "WarningSurface", "Success",       "SuccessSurface", "SyntaxKeyword", "SyntaxString",
    "SyntaxNumber",   "SyntaxComment", "Series1",        "Series2",       "Series3",
    "Series4",        "Series5",       "Series6",
};
static_assert(kRoleNames.size() == kColors.size());

}  // namespace

Theme::Theme(QObject* parent) : QObject(parent) {
    loadIconFiles();
}

void Theme::setDark(bool dark) {
    if (dark == isDark_) return;
    isDark_ = dark;
    Q_EMIT changed();
}

void Theme::setTextScale(double scale) {
    const double wanted = std::clamp(scale, 1.0, 3.0);
    if (std::exchange(textScale_, wanted) != wanted) Q_EMIT changed();
}

int Theme::scaled(int pixels) const {
    return static_cast<int>(std::lround(pixels * textScale_));
}

int Theme::controlSide(int pixels) const {
    constexpr int kLine = 18;  // of text, and an icon's side
    return pixels + scaled(kLine) - kLine;
}

void Theme::setHighContrast(bool high) {
    if (std::exchange(isHighContrast_, high) != high) Q_EMIT changed();
}

void Theme::setCodeFont(const QString& family, double scale) {
    const bool isSame = family == codeFamily_ && scale == codeScale_;
    codeFamily_ = family;
    codeScale_ = scale;
    if (!isSame) Q_EMIT changed();
}

QColor Theme::color(ColorRole role) const {
    return color(role, isDark_, isHighContrast_);
}

QColor Theme::color(ColorRole role, bool dark, bool highContrast) {
    const RoleColors& colors = kColors[static_cast<size_t>(role)];
    if (highContrast) return QColor::fromRgb(dark ? colors.strongDark : colors.strongLight);
    return QColor::fromRgb(dark ? colors.dark : colors.light);
}

QColor Theme::seriesColor(int index) const {
    constexpr int kSeries =
        static_cast<int>(ColorRole::Count) - static_cast<int>(ColorRole::Series1);
    return color(static_cast<ColorRole>(static_cast<int>(ColorRole::Series1) + index % kSeries));
}

QFont Theme::font(TextStyle style) const {
    struct Scale {
        int pixels;
        QFont::Weight weight;
    };
    static constexpr std::array<Scale, 8> kScale{{{12, QFont::Normal},
                                                  {13, QFont::Normal},
                                                  {14, QFont::Normal},
                                                  {14, QFont::DemiBold},
                                                  {15, QFont::Normal},
                                                  {16, QFont::DemiBold},
                                                  {26, QFont::DemiBold},
                                                  {13, QFont::Normal}}};
    const Scale scale = kScale[static_cast<size_t>(style)];
    QFont font;
    const bool isCode = style == TextStyle::Code;
    font.setFamilies(isCode ? codeFamilies(codeFamily_) : interfaceFamilies());
    if (isCode) font.setStyleHint(QFont::Monospace);
    const int pixels = scaled(scale.pixels);
    font.setPixelSize(isCode ? std::max(1, qRound(pixels * codeScale_)) : pixels);
    font.setWeight(scale.weight);
    font.setHintingPreference(QFont::PreferVerticalHinting);
    return font;
}

int Theme::lineHeight(TextStyle style) const {
    const QFont whole = font(style);
    double ascent = 0;
    double descent = 0;
    for (const QString& family : whole.families()) {
        QFont one = whole;
        one.setFamilies({family});
        const QFontMetricsF metrics(one);
        ascent = std::max(ascent, metrics.ascent());
        descent = std::max(descent, metrics.descent());
    }
    const double readable =
        whole.pixelSize() * (style == TextStyle::Code ? kReadableCodeLine : kReadableLine);
    return static_cast<int>(std::ceil(std::max({readable, ascent * 5 / 4, descent * 5})));
}

QIcon Theme::icon(IconName name, ColorRole role) const {
    return svgIcon(QLatin1String(kIconFiles[static_cast<size_t>(name)]), color(role),
                   color(ColorRole::BorderStrong));
}

QPalette Theme::palette() const {
    QPalette palette;
    palette.setColor(QPalette::Window, color(ColorRole::Window));
    palette.setColor(QPalette::WindowText, color(ColorRole::Text));
    palette.setColor(QPalette::Base, color(ColorRole::Surface));
    palette.setColor(QPalette::AlternateBase, color(ColorRole::SurfaceHover));
    palette.setColor(QPalette::Text, color(ColorRole::Text));
    palette.setColor(QPalette::PlaceholderText, color(ColorRole::TextTertiary));
    palette.setColor(QPalette::Button, color(ColorRole::Surface));
    palette.setColor(QPalette::ButtonText, color(ColorRole::Text));
    palette.setColor(QPalette::BrightText, color(ColorRole::OnAccent));
    palette.setColor(QPalette::ToolTipBase, color(ColorRole::Surface));
    palette.setColor(QPalette::ToolTipText, color(ColorRole::Text));
    palette.setColor(QPalette::Highlight, color(ColorRole::Accent));
    palette.setColor(QPalette::HighlightedText, color(ColorRole::OnAccent));
    palette.setColor(QPalette::Link, color(ColorRole::AccentText));
    palette.setColor(QPalette::LinkVisited, color(ColorRole::AccentText));
    palette.setColor(QPalette::Light, color(ColorRole::Surface));
    palette.setColor(QPalette::Mid, color(ColorRole::Border));
    palette.setColor(QPalette::Dark, color(ColorRole::BorderStrong));
    palette.setColor(QPalette::Shadow, color(ColorRole::BorderStrong));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, color(ColorRole::TextTertiary));
    }
    return palette;
}

QString Theme::styleSheet() const {
    QString sheet = sheetTemplate();
    sheet.replace(QLatin1String("@Tone"), QLatin1String(isDark_ ? "dark" : "light"));
    scaleDistances(sheet, *this);
    // The semicolon keeps a name from matching the beginning of a longer one.
    for (size_t role = 0; role < kRoleNames.size(); ++role) {
        const QString name = QLatin1Char('@') + QLatin1String(kRoleNames[role]);
        sheet.replace(name + QLatin1Char(';'),
                      color(static_cast<ColorRole>(role)).name() + QLatin1Char(';'));
    }
    return sheet;
}

}  // namespace dsm
