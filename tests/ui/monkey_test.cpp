// Somebody who presses everything in no order: random clicks, keys, wheels, sizes, themes and
// languages in the real window. Nothing crashes, Qt warns of nothing, and what was said is there
// after the next start. By hand: DSM_MUTATIONS=100000, and DSM_SEED for another order.
#include <QApplication>
#include <QDesktopServices>
#include <QDialog>
#include <QHash>
#include <QMap>
#include <QMenu>
#include <QRandomGenerator>
#include <QTest>
#include <QTextStream>
#include <QTimer>
#include <QUrl>
#include <ctime>

#include "tests/support/attack.h"
#include "tests/support/mutation.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/downloads/source_choice.h"
#include "ui/settings/download_settings.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

namespace {

const std::string kReply =
    "# A title\n\nSome **bold** words, `code` and a [link](https://e.org).\n\n```py\nx = 1\n```\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n> **重点：**后文\n\n1. one\n   - two[^1]\n\n[^1]: three\n";

constexpr Qt::Key kKeys[] = {Qt::Key_Tab,  Qt::Key_Backtab, Qt::Key_Return, Qt::Key_Space,
                             Qt::Key_Up,   Qt::Key_Down,    Qt::Key_Left,   Qt::Key_Right,
                             Qt::Key_Home, Qt::Key_End,     Qt::Key_PageUp, Qt::Key_PageDown,
                             Qt::Key_F2,   Qt::Key_Delete,  Qt::Key_Escape, Qt::Key_Backspace,
                             Qt::Key_A,    Qt::Key_5};
constexpr Qt::Key kShortcuts[] = {Qt::Key_N, Qt::Key_M, Qt::Key_B, Qt::Key_F,
                                  Qt::Key_K, Qt::Key_A, Qt::Key_C, Qt::Key_Comma};

// Where a press could lead out of this computer or this test.
bool isOutOfBounds(const QWidget* widget) {
    for (; widget != nullptr; widget = widget->parentWidget()) {
        if (qobject_cast<const SourceChoice*>(widget) != nullptr) return true;
        if (qobject_cast<const DownloadSettings*>(widget) != nullptr) return true;
    }
    return false;
}

class Monkey : public QObject {
    Q_OBJECT

  public:
    Monkey(WindowFixture& fixture, quint32 seed, quint64 steps)
        : fixture_(fixture), random_(seed), steps_(steps) {
        for (const char* scheme : {"http", "https", "mailto", "file"})
            QDesktopServices::setUrlHandler(QLatin1String(scheme), this, "swallow");
        watch();
        next();
    }
    ~Monkey() override {
        for (const char* scheme : {"http", "https", "mailto", "file"})
            QDesktopServices::unsetUrlHandler(QLatin1String(scheme));
    }

    bool isDone() const { return done_ >= steps_ || QTest::currentTestFailed(); }
    quint64 done() const { return done_; }
    // Milliseconds of the processor, what waits in between included.
    qint64 longestStep() const { return longest_; }
    QString longestKind() const { return longestKind_; }
    QString costs() const {
        QStringList parts;
        for (auto cost = costs_.cbegin(); cost != costs_.cend(); ++cost) {
            parts.append(QStringLiteral("%1 %2 ms in %3")
                             .arg(cost.key())
                             .arg(cost.value().first)
                             .arg(cost.value().second));
        }
        return parts.join(QStringLiteral(", "));
    }
    QString lastSteps() const { return history_.join(QStringLiteral("; ")); }
    // What people said, by the number of the message.
    const QHash<qint64, QString>& said() const { return said_; }

    void rest() {
        steps_ = 0;
        while (QWidget* popup = QApplication::activePopupWidget())
            popup->close();
        for (QWidget* top : QApplication::topLevelWidgets()) {
            if (top->isVisible() && top != &fixture_.window()) top->close();
        }
    }

  public Q_SLOTS:
    void swallow(const QUrl&) {}

  private:
    void watch() {
        connect(&fixture_.chat(), &ChatService::messageAdded, this, [this](qint64, qint64 message) {
            const MessageInfo info = fixture_.chat().message(message);
            if (info.role == ChatRole::User) said_.insert(message, info.text);
        });
    }

    // Before the step, which may open an event loop of its own: what it opens is driven too.
    void next() {
        if (isDone()) return;
        QTimer::singleShot(0, this, &Monkey::step);
    }

    void step() {
        if (isDone()) return;
        ++done_;
        next();
        const std::clock_t start = std::clock();
        act();
        const qint64 took = qint64(std::clock() - start) * 1000 / CLOCKS_PER_SEC;
        const QString kind = history_.isEmpty() ? QString() : history_.back().section(u' ', 0, 0);
        costs_[kind].first += took;
        costs_[kind].second += 1;
        if (took > longest_) longestKind_ = history_.isEmpty() ? QString() : history_.back();
        longest_ = std::max(longest_, took);
    }

    quint32 below(qsizetype count) { return random_.bounded(static_cast<quint32>(count)); }

    void note(const QString& what) {
        history_.append(what);
        if (history_.size() > 25) history_.removeFirst();
        if (qEnvironmentVariableIsSet("DSM_TRACE")) QTextStream(stderr) << what << '\n';
    }

    QWidget* top() {
        if (QWidget* popup = QApplication::activePopupWidget()) return popup;
        if (QWidget* modal = QApplication::activeModalWidget()) return modal;
        QWidgetList shown;
        for (QWidget* widget : QApplication::topLevelWidgets()) {
            const bool isOurs = widget->isVisible() && widget->windowType() != Qt::ToolTip;
            if (isOurs) shown.append(widget);
        }
        return shown.isEmpty() ? nullptr : shown.at(below(shown.size()));
    }

    // A control somewhere in sight, and a place on it.
    std::pair<QWidget*, QPoint> target() {
        QWidget* above = top();
        if (above == nullptr) return {};
        QWidgetList all = above->findChildren<QWidget*>();
        all.append(above);
        for (int attempt = 0; attempt < 20; ++attempt) {
            QWidget* widget = all.at(below(all.size()));
            if (!widget->isVisible() || widget->window() != above || isOutOfBounds(widget))
                continue;
            const QRect seen = widget->visibleRegion().boundingRect();
            if (seen.isEmpty()) continue;
            return {widget,
                    seen.topLeft() + QPoint(int(below(seen.width())), int(below(seen.height())))};
        }
        return {};
    }

    void click(Qt::MouseButton button) {
        const auto [widget, place] = target();
        if (widget == nullptr) return;
        note(QStringLiteral("click %1 on %2 %3,%4")
                 .arg(int(button))
                 .arg(QLatin1String(widget->metaObject()->className()))
                 .arg(place.x())
                 .arg(place.y()));
        if (button == Qt::RightButton) {
            QContextMenuEvent event(QContextMenuEvent::Mouse, place, widget->mapToGlobal(place));
            QApplication::sendEvent(widget, &event);
        } else if (below(8) == 0) {
            QTest::mouseDClick(widget, button, {}, place);
        } else {
            QTest::mouseClick(widget, button, {}, place);
        }
    }

    void turnWheel() {
        const auto [widget, place] = target();
        if (widget == nullptr) return;
        note(QStringLiteral("wheel"));
        const int turn = below(2) == 0 ? 120 : -120;
        QWheelEvent event(place, widget->mapToGlobal(place), {}, {0, turn}, Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(widget, &event);
    }

    void pressKey() {
        QWidget* widget = QApplication::activePopupWidget();
        if (widget == nullptr) widget = QApplication::focusWidget();
        if (widget == nullptr || isOutOfBounds(widget)) return;
        const bool isShortcut = below(6) == 0;
        const Qt::Key key =
            isShortcut ? kShortcuts[below(std::size(kShortcuts))] : kKeys[below(std::size(kKeys))];
        note(QStringLiteral("key %1%2")
                 .arg(QLatin1String(isShortcut ? "Ctrl+" : ""))
                 .arg(int(key), 0, 16));
        QTest::keyClick(widget, key, isShortcut ? Qt::ControlModifier : Qt::NoModifier);
    }

    // Colours and sizes of the text are as rare as they are dear: every widget is made up anew.
    void changeLooks() {
        switch (below(10)) {
            case 0:
                note(QStringLiteral("theme"));
                return fixture_.theme().setDark(!fixture_.theme().isDark());
            case 1:
                note(QStringLiteral("text size"));
                return fixture_.theme().setTextScale(1.0 + 0.25 * below(5));
            case 2:
            case 3:
            case 4:
                note(QStringLiteral("language"));
                return fixture_.settings().setLanguage(below(2) == 0 ? QStringLiteral("en")
                                                                     : QStringLiteral("zh_CN"));
            default:
                note(QStringLiteral("size"));
                return fixture_.window().resize(480 + int(below(900)), 380 + int(below(600)));
        }
    }

    void say() {
        if (!fixture_.window().page()->isVisible()) return;
        note(QStringLiteral("say"));
        const std::string text = below(4) == 0 ? Mutation(random_.generate64())(kReply) : kReply;
        fixture_.script().setReply(QString::fromStdString(text));
        PromptEdit* editor = fixture_.window().page()->composer()->editor();
        editor->insertPlainText(QStringLiteral("Question %1? 问。").arg(done_));
        QTest::keyClick(editor, Qt::Key_Return);
    }

    void act() {
        if (!fixture_.window().isVisible()) fixture_.window().show();
        // The files and printers behind them are not the test's.
        auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget());
        if (dialog != nullptr &&
            (dialog->inherits("QFileDialog") || dialog->inherits("QPrintDialog"))) {
            note(QStringLiteral("no file"));
            return dialog->reject();
        }
        switch (below(20)) {
            case 0:
                return changeLooks();
            case 1:
            case 2:
                return turnWheel();
            case 3:
                return say();
            case 4:
                return click(Qt::RightButton);
            case 5:
                note(QStringLiteral("wait"));
                return QTest::qWait(int(below(20)));
            case 6:
            case 7:
            case 8:
            case 9:
            case 10:
            case 11:
                return pressKey();
            default:
                return click(Qt::LeftButton);
        }
    }

    WindowFixture& fixture_;
    QRandomGenerator random_;
    quint64 steps_;
    quint64 done_ = 0;
    qint64 longest_ = 0;
    QString longestKind_;
    QMap<QString, std::pair<qint64, int>> costs_;
    QStringList history_;
    QHash<qint64, QString> said_;
};

}  // namespace

class MonkeyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whoeverPressesEverythingBreaksAndLosesNothing() {
        const quint64 steps = mutationRounds(200);
        const quint32 seed = qEnvironmentVariableIsSet("DSM_SEED")
                                 ? qEnvironmentVariable("DSM_SEED").toUInt()
                                 : QRandomGenerator::system()->generate();
        qInfo("seed %u", seed);
        WindowFixture fixture;
        fixture.settings().setDownloadSource(QStringLiteral("http://127.0.0.1:9"));
        fixture.restart();
        QVERIFY(fixture.waitForModel());
        Monkey monkey(fixture, seed, steps);
        const bool isOver = QTest::qWaitFor([&] { return monkey.isDone(); },
                                            60'000 + static_cast<int>(steps) * 300);
        if (QTest::currentTestFailed() || !isOver)
            qInfo("after %llu steps: %s", monkey.done(), qPrintable(monkey.lastSteps()));
        QVERIFY(isOver && !QTest::currentTestFailed());
        qInfo("%llu steps, %lld messages, the longest step %lld ms (%s); %s", monkey.done(),
              qint64(monkey.said().size()), monkey.longestStep(), qPrintable(monkey.longestKind()),
              qPrintable(monkey.costs()));
        monkey.rest();
        QTRY_VERIFY_WITH_TIMEOUT(!isAnyReplyGrowing(fixture), 60'000);
        compareAfterRestart(fixture, monkey.said());
    }

  private:
    static bool isAnyReplyGrowing(WindowFixture& fixture) {
        const auto conversations = fixture.chat().conversations();
        return std::any_of(conversations.begin(), conversations.end(),
                           [&](const auto& one) { return fixture.chat().isGenerating(one.id); });
    }

    // Who deletes a chat may, and one that is temporary ends with the program; the rest is there.
    static void compareAfterRestart(WindowFixture& fixture, const QHash<qint64, QString>& said) {
        QHash<qint64, QList<MessageInfo>> before;
        for (const auto& conversation : fixture.chat().conversations()) {
            if (!conversation.isTemporary)
                before.insert(conversation.id, fixture.chat().messages(conversation.id));
        }
        const qint64 shown = fixture.window().page()->conversation();
        const QString draft = fixture.window().page()->composer()->text();
        fixture.restart();
        QCOMPARE(fixture.chat().conversations().size(), before.size());
        qsizetype kept = 0;
        for (auto one = before.cbegin(); one != before.cend(); ++one) {
            const QList<MessageInfo> after = fixture.chat().messages(one.key());
            QCOMPARE(after.size(), one.value().size());
            for (qsizetype i = 0; i < after.size(); ++i) {
                QCOMPARE(after[i].text, one.value()[i].text);
                if (said.contains(after[i].id)) QCOMPARE(after[i].text, said.value(after[i].id));
                ++kept;
            }
        }
        QCOMPARE(fixture.drafts().of(shown), draft);
        qInfo("%lld messages in %lld chats are there after the restart", qint64(kept),
              qint64(before.size()));
    }
};

QTEST_MAIN(MonkeyTest)
#include "monkey_test.moc"
