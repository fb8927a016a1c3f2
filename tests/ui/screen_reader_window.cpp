// A window whose model is a script, for a screen reader to work with (screen_reader_test.py), and for the tray
// of a desktop to take (late_tray_test.py).
#include <QApplication>
#include <QTextStream>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"

using namespace dsm;

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    WindowFixture::hasFinetune = false;
    const auto fixture = WindowFixture::answering(40);
    if (!fixture) return 1;
    fixture->settings().setTray(true);
    fixture->script().setInterval(60);
    fixture->script().setReply(QStringLiteral(
        "The first line of the reply.\n\nA second one, with 混合专家 in it.\n\n- a point"));
    // Later ones are still written when somebody wants to stop them.
    QObject::connect(&fixture->chat(), &ChatService::replyFinished, [&fixture] {
        fixture->script().setReply(QStringLiteral("word ").repeated(20'000).trimmed());
    });
    QTextStream(stdout) << "ready" << Qt::endl;
    return QApplication::exec();
}
