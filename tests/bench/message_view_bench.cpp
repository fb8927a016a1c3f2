// What reading costs: a long conversation opened and scrolled through, and a reply that grows.
//
//   message_view_bench [--messages N] [--store]     runs offscreen
//
// Times are those of the processor, so that what else the machine does counts little; of frames and
// of pieces of the reply the longest, in ms. They are compared with those of an earlier run, kept in
// tests/bench/results/message_view.json; --store keeps this one's instead.
#include <time.h>

#include <QApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScrollBar>
#include <QTextStream>
#include <algorithm>
#include <cmath>

#include "ui/widgets/app_style.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

constexpr int kStep = 300;          // pixels of a turn of the wheel
constexpr int kLongReply = 20'000;  // characters
constexpr int kPiece = 12;          // characters that come at once

double residentMegabytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QFile::ReadOnly)) return 0;
    return file.readAll().split(' ').value(1).toDouble() * 4096 / 1e6;
}

double now() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

// With all that a reply can have.
QString answer() {
    return QStringLiteral(
        "## 关于 $x^2$\n\nA paragraph with **bold** text, `code` and 中文，以及公式 \\(a_1 + "
        "\\frac{b}{c}\\)，**重点：**后文。A longer sentence follows it, so that lines wrap.\n\n"
        "- one with $\\sqrt{x}$\n- two\n  1. nested\n  2. > quoted\n\n"
        "\\[\n\\sum_{i=1}^{n} x_i = \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}\n\\]\n\n"
        "```cpp\nint main() {\n    return f(1, \"two\");  // three\n}\n```\n\n"
        "| 名称 | value |\n|:--|--:|\n| a | $\\pi$ |\n| b | 2 |\n\n");
}

std::vector<MessageContent> conversation(int messages) {
    std::vector<MessageContent> contents;
    for (int i = 0; i < messages; ++i) {
        MessageContent content;
        content.id = i + 1;
        content.isFromUser = i % 2 == 0;
        content.text = content.isFromUser
                           ? QStringLiteral("A question of one line. 问题。 ").repeated(20)
                           : answer().repeated(6);
        contents.push_back(content);
    }
    return contents;
}

void measureConversation(const Theme& theme, int messages, QJsonObject& result) {
    const auto contents = conversation(messages);
    MessageView view(theme);
    view.resize(1000, 800);
    view.show();
    QApplication::processEvents();
    const double before = residentMegabytes();
    double began = now();
    view.setMessages(contents);
    QApplication::processEvents();
    result[QStringLiteral("open_ms")] = now() - began;
    result[QStringLiteral("open_mb")] = residentMegabytes() - before;
    double longest = 0;
    const int end = std::max(0, view.verticalScrollBar()->maximum() - 300 * kStep);
    for (int value = view.verticalScrollBar()->maximum(); value > end; value -= kStep) {
        began = now();
        view.verticalScrollBar()->setValue(value);
        QApplication::processEvents();
        longest = std::max(longest, now() - began);
    }
    result[QStringLiteral("scroll_frame_ms")] = longest;
    result[QStringLiteral("scrolled_mb")] = residentMegabytes() - before;
    result[QStringLiteral("widgets")] = view.findChildren<QWidget*>().size() - messages;
}

void measureReply(const Theme& theme, QJsonObject& result) {
    MessageView view(theme);
    view.resize(1000, 800);
    view.show();
    MessageContent reply;
    reply.id = 1;
    reply.state = MessageContent::State::Growing;
    view.setMessages({reply});
    const QString text = answer().repeated(1 + kLongReply / static_cast<int>(answer().size()));
    double longest = 0;
    double whole = 0;
    for (int at = 0; at < kLongReply; at += kPiece) {
        const double began = now();
        view.item(1)->appendText(text.mid(at, kPiece));
        QApplication::processEvents();
        const double took = now() - began;
        longest = std::max(longest, took);
        whole += took;
    }
    result[QStringLiteral("reply_piece_ms")] = longest;
    result[QStringLiteral("reply_mean_ms")] = whole * kPiece / kLongReply;
}

QString keptFile() {
    return QStringLiteral(DSM_SOURCE_DIR "/tests/bench/results/message_view.json");
}

QJsonObject kept() {
    QFile file(keptFile());
    return file.open(QFile::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                      : QJsonObject();
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    const qsizetype named = arguments.indexOf(QStringLiteral("--messages"));
    const int messages = named < 0 ? 1000 : std::max(2, arguments.value(named + 1).toInt());
    Theme theme;
    applyTheme(theme, application);
    QJsonObject result;
    measureConversation(theme, messages, result);
    measureReply(theme, result);
    const QJsonObject earlier = kept();
    QTextStream out(stdout);
    for (const QString& name : result.keys()) {
        const double value = result[name].toDouble();
        result[name] = std::round(value * 10) / 10;
        out << name.leftJustified(18) << QString::number(value, 'f', 1).rightJustified(9);
        const double before = earlier[name].toDouble();
        if (before > 0)
            out << QStringLiteral("   %1 % of the %2 kept")
                       .arg(value / before * 100, 0, 'f', 0)
                       .arg(before);
        out << '\n';
    }
    if (!arguments.contains(QStringLiteral("--store"))) return 0;
    QFile file(keptFile());
    return file.open(QFile::WriteOnly) && file.write(QJsonDocument(result).toJson()) > 0 ? 0 : 1;
}
