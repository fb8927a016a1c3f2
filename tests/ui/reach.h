// Whether what a window holds can be got at and read on a small screen.
#pragma once

#include <QAbstractButton>
#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QScrollArea>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>

namespace dsm::test {

inline constexpr QSize kScreen{640, 480};

inline bool isControl(const QWidget* widget) {
    return widget->isVisible() && (widget->focusPolicy() & Qt::TabFocus);
}

// Of a control larger than the place it scrolls in, as much as fits there.
inline bool isSeen(QWidget* control) {
    QSize wanted = control->size();
    for (QWidget* above = control->parentWidget(); above != nullptr && !above->isWindow();
         above = above->parentWidget()) {
        auto* area = qobject_cast<QScrollArea*>(above);
        if (area == nullptr || !area->viewport()->isAncestorOf(control)) continue;
        const QPoint place = control->mapTo(area->widget(), control->rect().center());
        area->ensureVisible(place.x(), place.y(), control->width() / 2 + 1,
                            control->height() / 2 + 1);
        wanted = wanted.boundedTo(area->viewport()->size());
    }
    QRect seen = control->rect();
    for (const QWidget* part = control; !part->isWindow(); part = part->parentWidget())
        seen = seen.translated(part->pos()) & part->parentWidget()->rect();
    // Actions of a reply reach out of their row by the empty edge of their icons.
    constexpr int kEdge = 6;
    return seen.width() + kEdge >= wanted.width() && seen.height() + kEdge >= wanted.height();
}

// Whether it has less room than its text takes; what can be narrower shortens its text itself.
inline bool isCut(const QWidget* widget) {
    const auto* label = qobject_cast<const QLabel*>(widget);
    if (label != nullptr && !label->text().isEmpty() && label->wordWrap())
        return label->height() + 1 < label->heightForWidth(label->width());
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const bool hasText = (label != nullptr && !label->text().isEmpty()) ||
                         (button != nullptr && !button->text().isEmpty());
    const QSize least = widget->minimumSizeHint();
    return hasText &&
           (widget->width() + 1 < least.width() || widget->height() + 1 < least.height());
}

inline QString describe(const QWidget* widget) {
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        return QStringLiteral("\"%1\" in %2x%3, not %4x%5")
            .arg(label->text())
            .arg(label->width())
            .arg(label->height())
            .arg(label->minimumSizeHint().width())
            .arg(label->wordWrap() ? label->heightForWidth(label->width())
                                   : label->minimumSizeHint().height());
    }
    return QStringLiteral("%1 \"%2\" %3x%4")
        .arg(QLatin1String(widget->metaObject()->className()),
             button != nullptr && !button->text().isEmpty() ? button->text()
                                                            : widget->accessibleName())
        .arg(widget->width())
        .arg(widget->height());
}

// With text of twice the size, too, what is wider than so small a screen is cut at some places.
inline bool readsTexts = true;

inline QString unreachableNow(QWidget* window) {
    if (window->width() > kScreen.width() || window->height() > kScreen.height())
        return QStringLiteral("the window itself: %1x%2")
            .arg(window->width())
            .arg(window->height());
    if (!QRect(QPoint(), kScreen).contains(window->geometry()))
        return QStringLiteral("the window itself, at %1,%2").arg(window->x()).arg(window->y());
    QStringList hidden;
    int controls = 0;
    for (QWidget* widget : window->findChildren<QWidget*>()) {
        if (widget->window() != window) continue;
        if (readsTexts && widget->isVisible() && isCut(widget))
            hidden.append(QStringLiteral("cut: ") + describe(widget));
        if (!isControl(widget)) continue;
        ++controls;
        if (!isSeen(widget)) hidden.append(describe(widget));
    }
    if (controls == 0) return QStringLiteral("no control at all");
    return hidden.join(QStringLiteral("; "));
}

// What was looked at, to be looked at by eye: DSM_PICTURES names the folder.
inline void keepPicture(QWidget* window) {
    const QString folder = qEnvironmentVariable("DSM_PICTURES");
    if (folder.isEmpty()) return;
    static int pictures = 0;
    const QString name = QStringLiteral("%1/%2 %3 %4.png")
                             .arg(folder, QLatin1String(QTest::currentTestFunction()),
                                  QLatin1String(QTest::currentDataTag()))
                             .arg(++pictures, 3, 10, QLatin1Char('0'));
    if (!window->grab().save(name)) qWarning() << "No picture:" << name;
}

// What of a window nobody can get at or read once its layout has come to rest; "" is right.
inline QString unreachable(QWidget* window) {
    QString hidden;
    for (int turn = 0; turn < 40; ++turn) {
        QTest::qWait(turn == 0 ? 1 : 50);
        hidden = unreachableNow(window);
        if (hidden.isEmpty()) break;
    }
    keepPicture(window);
    return hidden;
}

// A screen of kScreen for the application that is made next; false where `folder` has no room.
inline bool useSmallScreen(const QTemporaryDir& folder) {
    const QString path = folder.filePath(QStringLiteral("screen.json"));
    QFile screen(path);
    if (!screen.open(QIODevice::WriteOnly)) return false;
    screen.write(R"({"windowFrameMargins": false, "screens": [{"name": "small", "x": 0, "y": 0,
        "width": 640, "height": 480, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]})");
    screen.close();
    qputenv("QT_QPA_PLATFORM", "offscreen:configfile=" + path.toUtf8());
    return true;
}

}  // namespace dsm::test
