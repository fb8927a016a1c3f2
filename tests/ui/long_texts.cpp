// How much time of the processor the longest standstill of the window takes, and what memory it
// takes, while texts are shown that no person writes: ui_long_texts. One line per text; nothing is
// judged.
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QTextStream>
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

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QTextStream out(stdout);
    Theme theme;
    applyTheme(theme, application);
    const QString only = QString::fromLocal8Bit(argc > 1 ? argv[1] : "");
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
