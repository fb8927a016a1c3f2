// How much time of the processor the longest standstill of the window takes, and what memory it
// takes, while texts are shown that no person writes: ui_long_texts [PART OF A NAME]. One line per
// text; nothing is judged.
//
// ui_long_texts many [PART OF A NAME]: conversations of twelve texts that are just short enough to
// be laid out as a whole, or just too long: what opening one takes, a step of the wheel, and a flush
// while the last grows.
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QTextStream>
#include <QThread>
#include <QWheelEvent>
#include <ctime>
#include <functional>

#include "ui/widgets/app_style.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

constexpr qsizetype kMebibyte = 1 << 20;

struct Shape {
    const char* name;
    QString text;
};

QString links(int count) {
    QString text;
    for (int i = 0; i < count; ++i)
        text += QStringLiteral("[a%1](https://e.org/%1) ").arg(i);
    return text;
}

QString table(int rows, int columns) {
    const QString row = QStringLiteral("| cell ").repeated(columns) + QStringLiteral("|\n");
    return row + QStringLiteral("|---").repeated(columns) + QStringLiteral("|\n") +
           row.repeated(rows);
}

std::vector<Shape> shapes() {
    const QString sentence = QStringLiteral("Some words that make a line of text. ");
    const QString chinese = QStringLiteral("混合专家模型由许多小网络组成，");
    return {
        {"one word of 1 MiB", QString(kMebibyte, u'x')},
        {"one word of 60,000 characters", QString(60000, u'x')},
        {"one line of words of 1 MiB", sentence.repeated(kMebibyte / sentence.size())},
        {"one line of Chinese of 1 Mi characters", chinese.repeated(kMebibyte / chinese.size())},
        {"one line of code of 1 MiB", QStringLiteral("```js\n") +
                                          QStringLiteral("x=1;").repeated(kMebibyte / 4) +
                                          QStringLiteral("\n```")},
        {"a line of code of 60,000", QStringLiteral("```js\n") +
                                         QStringLiteral("x=\"1\";").repeated(10000) +
                                         QStringLiteral("\n```")},
        {"code of 10,000 lines", QStringLiteral("```py\n") +
                                     QStringLiteral("x = 1\n").repeated(10000) +
                                     QStringLiteral("```")},
        {"code of 2,000 lines", QStringLiteral("```py\n") +
                                    QStringLiteral("x = 1\n").repeated(2000) +
                                    QStringLiteral("```")},
        {"100,000 short lines", QStringLiteral("line\n").repeated(100000)},
        {"20,000 short lines", QStringLiteral("line\n").repeated(20000)},
        {"5,000 short lines", QStringLiteral("line\n").repeated(5000)},
        {"10,000 paragraphs", QStringLiteral("line\n\n").repeated(10000)},
        {"2,000 paragraphs", QStringLiteral("line\n\n").repeated(2000)},
        {"2,000 pieces of code", QStringLiteral("a\n\n```\nx\n```\n\n").repeated(2000)},
        {"200 pieces of code", QStringLiteral("a\n\n```\nx\n```\n\n").repeated(200)},
        {"10,000 items of a list", QStringLiteral("- item\n").repeated(10000)},
        {"2,000 items of a list", QStringLiteral("- item\n").repeated(2000)},
        {"10,000 quotes in each other", QStringLiteral("> ").repeated(10000) + u'q'},
        {"10,000 lists in each other", QStringLiteral("- ").repeated(10000) + u'q'},
        {"90 quotes in each other",
         (QStringLiteral("> ").repeated(90) + QStringLiteral("q\n\n")).repeated(100)},
        {"a table of 5,000 rows", table(5000, 3)},
        {"a table of 600 rows", table(600, 3)},
        {"a table of 100 rows", table(100, 3)},
        {"a table of 1,000 columns", table(1, 1000)},
        {"10,000 links", links(10000)},
        {"1,000 links", links(1000)},
        {"a text of 60,000 words", sentence.repeated(60000 / sentence.size())},
        {"paragraphs of 60,000 characters",
         (sentence.repeated(10) + QStringLiteral("\n\n")).repeated(60000 / sentence.size() / 10)},
        {"Chinese of 16,000 characters", chinese.repeated(16000 / chinese.size())},
        {"100,000 brackets", QString(100000, u'[')},
        {"100,000 stars", QStringLiteral("*a ").repeated(33333)},
        {"10,000 footnotes",
         QStringLiteral("[^1] ").repeated(10000) + QStringLiteral("\n\n[^1]: x\n")},
    };
}

// Of `size` characters.
QString cutTo(const QString& text, qsizetype size) {
    return text.repeated(size / text.size() + 1).left(size);
}

std::vector<Shape> shapesAtTheLimits() {
    constexpr qsizetype kKibi = 1024;
    const QString sentence = QStringLiteral("Some *words* that make a `line` of text. ");
    const QString paragraphs = sentence.repeated(10) + QStringLiteral("\n\n");
    const QString chinese =
        QStringLiteral("**混合专家**模型由许多小网络组成，每个词元只用到其中几个。\n\n");
    const QString list = QStringLiteral("- an item of a list with some words\n");
    const QString mixed = paragraphs + QStringLiteral("```py\n") +
                          QStringLiteral("x = f(1, \"two\")  # three\n").repeated(30) +
                          QStringLiteral("```\n\n") + table(8, 4) + u'\n';
    return {{"paragraphs of 48 KiB", cutTo(paragraphs, 48 * kKibi)},
            {"paragraphs of 71 KiB", cutTo(paragraphs, 71 * kKibi)},
            {"paragraphs of 73 KiB", cutTo(paragraphs, 73 * kKibi)},
            {"one line of 39 KiB", cutTo(sentence, 39 * kKibi)},
            {"Chinese of 31 Ki characters", cutTo(chinese, 31 * kKibi)},
            {"Chinese of 95 Ki characters", cutTo(chinese, 95 * kKibi)},
            {"a list of 60 KiB", cutTo(list, 60 * kKibi)},
            {"a mixture of 60 KiB", cutTo(mixed, 60 * kKibi)},
            {"a mixture of 71 KiB", cutTo(mixed, 71 * kKibi)},
            {"code of 31 KiB",
             QStringLiteral("```py\n") + cutTo(QStringLiteral("x = f(1, \"two\")\n"), 31 * kKibi)},
            {"code of 33 KiB",
             QStringLiteral("```py\n") + cutTo(QStringLiteral("x = f(1, \"two\")\n"), 33 * kKibi)},
            {"a table of 1,196 cells", table(298, 4)},
            {"a table of 1,204 cells", table(300, 4)},
            {"a table of 1,190 cells in 34 columns", table(34, 34)}};
}

// In MiB, of this process.
double memory() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    return file.readAll().split(' ').value(1).toDouble() * 4096 / kMebibyte;
}

// Of this process alone: others may be at work.
double milliseconds() {
    return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// The longest of the steps until nothing is left to do.
double longestHold(const std::function<void()>& begin) {
    const double start = milliseconds();
    begin();
    double longest = milliseconds() - start;
    for (int quiet = 0; quiet < 20;) {
        const double before = milliseconds();
        QApplication::processEvents(QEventLoop::AllEvents, 1);
        const double took = milliseconds() - before;
        quiet = took < 2 ? quiet + 1 : 0;
        longest = std::max(longest, took);
    }
    return longest;
}

void report(QTextStream& out, const char* name, const char* where,
            const std::function<void()>& begin) {
    const double before = memory();
    const double hold = longestHold(begin);
    out << QStringLiteral("%1  %2  %3 ms  %4 MiB\n")
               .arg(QLatin1String(name), -40)
               .arg(QLatin1String(where), -9)
               .arg(hold, 6, 'f', 0)
               .arg(memory() - before, 7, 'f', 1);
    out.flush();
}

void show(QTextStream& out, const Theme& theme, const Shape& shape, bool isFromUser) {
    MessageView view(theme);
    view.resize(900, 600);
    view.show();
    longestHold([] {});
    MessageContent message;
    message.id = 1;
    message.isFromUser = isFromUser;
    message.text = shape.text;
    report(out, shape.name, isFromUser ? "question" : "reply",
           [&] { view.setMessages({message}); });
}

struct Times {
    double sum = 0;
    double longest = 0;
    int count = 0;

    void add(double time) {
        sum += time;
        longest = std::max(longest, time);
        ++count;
    }
    QString text() const {
        return QStringLiteral("%1 (at most %2)")
            .arg(sum / std::max(count, 1), 6, 'f', 2)
            .arg(longest, 6, 'f', 1);
    }
};

// The event loop until it rests.
double settle(const std::function<void()>& begin) {
    const double start = milliseconds();
    begin();
    for (int pass = 0; pass < 3; ++pass)
        QApplication::processEvents();
    return milliseconds() - start;
}

void showMany(QTextStream& out, const Theme& theme, const Shape& shape) {
    constexpr qint64 kMessages = 12;
    constexpr qsizetype kDelta = 40;  // characters, of a fast model
    constexpr int kFlushes = 40;
    MessageView view(theme);
    view.resize(900, 600);
    view.show();
    longestHold([] {});
    std::vector<MessageContent> messages;
    for (qint64 id = 1; id <= kMessages; ++id) {
        MessageContent message;
        message.id = id;
        message.isFromUser = id % 4 == 1;
        message.text = shape.text;
        if (id == kMessages) message.text.chop(kDelta * kFlushes);
        messages.push_back(message);
    }
    const double before = memory();
    const double opening = longestHold([&] { view.setMessages(messages); });
    Times wheel;
    for (int step = 0; step < 60; ++step) {
        QWidget* under = view.viewport();
        QWheelEvent event({200, 200}, under->mapToGlobal(QPointF(200, 200)), {},
                          {0, step < 30 ? 120 : -120}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        wheel.add(settle([&] { QApplication::sendEvent(under, &event); }));
    }
    view.scrollToBottom();
    QApplication::processEvents();
    Times flush;
    for (int i = 0; i < kFlushes; ++i) {
        const QString delta = shape.text.mid(messages.back().text.size() + kDelta * i, kDelta);
        flush.add(settle([&] {
            view.appendText(kMessages, delta);
            QThread::msleep(MessageView::kFlushMilliseconds + 1);
        }));
    }
    out << QStringLiteral("%1 opening %2 ms, wheel %3, flush %4, %5 MiB\n")
               .arg(QLatin1String(shape.name), -38)
               .arg(opening, 6, 'f', 0)
               .arg(wheel.text(), flush.text())
               .arg(memory() - before, 0, 'f', 0);
    out.flush();
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QTextStream out(stdout);
    Theme theme;
    applyTheme(theme, application);
    QStringList arguments = QApplication::arguments().mid(1);
    const bool isMany = arguments.value(0) == QLatin1String("many");
    if (isMany) arguments.removeFirst();
    const QString only = arguments.value(0);
    for (const Shape& shape : isMany ? shapesAtTheLimits() : std::vector<Shape>()) {
        if (QLatin1String(shape.name).contains(only)) showMany(out, theme, shape);
    }
    if (isMany) return 0;
    for (const Shape& shape : shapes()) {
        if (!QLatin1String(shape.name).contains(only)) continue;
        show(out, theme, shape, false);
        show(out, theme, shape, true);
        PromptEdit edit;
        edit.resize(700, 40);
        edit.show();
        QGuiApplication::clipboard()->setText(shape.text);
        report(out, shape.name, "composer", [&] { edit.paste(); });
    }
    return 0;
}
