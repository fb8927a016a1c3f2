// Scene: a window with a conversation that is set up, of which pictures in both tones and languages are taken.
//
// Threads  Main thread.
#pragma once

#include <QDir>
#include <QTest>
#include <QTextStream>
#include <functional>

#include "tests/ui/window_fixture.h"

namespace dsm {

class Scene {
  public:
    Scene(QString folder, QString name) : folder_(std::move(folder)), name_(std::move(name)) {
        window().resize(1100, 760);
        f.script().setInterval(1);
        f.waitForModel();
    }

    MainWindow& window() { return f.window(); }
    ChatPage* page() { return f.window().page(); }

    void ask(const QString& question, const QString& reply) {
        f.script().setReply(reply);
        f.sendMessage(question);
        f.waitForReply();
    }

    // In each tone, language and high contrast; `widget` finds what is shown, none: the window.
    void take(const std::function<QWidget*()>& widget = {}) {
        for (const char* language : {"en", "zh_CN"}) {
            f.settings().setLanguage(QLatin1String(language));
            for (const char* tone : {"light", "dark", "light_contrast", "dark_contrast"}) {
                const QString name = QLatin1String(tone);
                f.theme().setDark(name.startsWith(QLatin1String("dark")));
                f.theme().setHighContrast(name.endsWith(QLatin1String("contrast")));
                QTest::qWait(400);
                QWidget* shown = widget ? widget() : &window();
                const QString file =
                    QStringLiteral("%1_%2_%3.png").arg(name_, QLatin1String(language), name);
                if (shown == nullptr || !shown->grab().save(QDir(folder_).filePath(file)))
                    QTextStream(stderr) << "cannot write " << file << '\n';
            }
        }
    }

    WindowFixture f;

  private:
    QString folder_;
    QString name_;
};

}  // namespace dsm
