// What a long conversation costs: time and memory to open it, and time for each flush of a reply
// that grows at its end. message_view_bench [MESSAGES]; runs offscreen.
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTextStream>

#include "ui/widgets/app_style.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/theme.h"

using namespace dsm;

namespace {

constexpr int kFlushes = 50;

double residentMegabytes() {
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QFile::ReadOnly)) return 0;
    return file.readAll().split(' ').value(1).toDouble() * 4096 / 1e6;
}

std::vector<MessageContent> conversation(int messages) {
    const QString answer = QStringLiteral(
        "A paragraph with **bold** text, `code` and 中文。\n\n- one\n- two\n\n```cpp\nint x = 1;\n"
        "```\n\n");
    std::vector<MessageContent> contents;
    for (int i = 0; i < messages; ++i) {
        MessageContent content;
        content.id = i + 1;
        content.isFromUser = i % 2 == 0;
        content.text = content.isFromUser
                           ? QStringLiteral("A question of one line. 问题。 ").repeated(20)
                           : answer.repeated(12);
        contents.push_back(content);
    }
    contents.back().state = MessageContent::State::Growing;
    return contents;
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int messages = argc > 1 ? QString::fromLocal8Bit(argv[1]).toInt() : 1000;
    Theme theme;
    applyTheme(theme, application);
    const auto contents = conversation(std::max(2, messages));
    MessageView view(theme);
    view.resize(1000, 800);
    view.show();
    QTextStream out(stdout);
    const double before = residentMegabytes();
    QElapsedTimer timer;
    timer.start();
    view.setMessages(contents);
    QApplication::processEvents();
    out << messages << " messages: open " << timer.elapsed() << " ms, "
        << residentMegabytes() - before << " MB\n";
    timer.restart();
    for (int flush = 0; flush < kFlushes; ++flush) {
        view.item(contents.back().id)->appendText(QStringLiteral("word 字 "));
        QApplication::processEvents();
    }
    out << "each flush " << double(timer.elapsed()) / kFlushes << " ms\n";
    return 0;
}
