// Pictures of what a chat offers beside questions and answers, in both tones and languages, to be looked
// at: ui_chat_pictures FOLDER [PART OF A NAME]
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QScrollArea>
#include <QTest>
#include <QTextStream>

#include "tests/ui/picture_scene.h"
#include "ui/chat/attachment_bar.h"
#include "ui/chat/branches_dialog.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_settings_dialog.h"
#include "ui/chat/prompts_dialog.h"
#include "ui/chat/quick_window.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/tray.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

namespace {

QString words(int count) {
    return QStringList(count, QStringLiteral("word")).join(u' ');
}

void takeFullContext(const QString& folder) {
    Scene scene(folder, QStringLiteral("context_left_out"));
    scene.f.script().setRoom(120);
    for (int i = 1; i <= 3; ++i)
        scene.ask(
            QStringLiteral("Question %1 about the harbour of Rotterdam").arg(i),
            QStringLiteral("A short answer of some words that was given long ago. ") + words(20));
    scene.ask(QStringLiteral("Tell me of its cranes ") + words(40),
              QStringLiteral("They are tall."));
    scene.page()->composer()->setText(QStringLiteral("And of its ships? ") + words(30));
    QTest::qWait(500);
    scene.take();
}

void takeSummary(const QString& folder) {
    Scene scene(folder, QStringLiteral("context_summary"));
    scene.f.script().setRoom(120);
    for (int i = 1; i <= 4; ++i)
        scene.ask(
            QStringLiteral("Question %1 about the harbour of Rotterdam").arg(i),
            QStringLiteral("A short answer of some words that was given long ago. ") + words(20));
    scene.f.chat().setWhenFull(scene.page()->conversation(), WhenFull::Summarize);
    scene.ask(QStringLiteral("And the ships?"),
              QStringLiteral("The harbour of Rotterdam is the largest in Europe. You asked for its "
                             "history, its size and its owners; open is how deep it is."));
    scene.take();
}

void takeChatSettings(const QString& folder) {
    Scene scene(folder, QStringLiteral("chat_settings"));
    scene.ask(QStringLiteral("Hello"), QStringLiteral("Hello."));
    ChatSettingsDialog* dialog = nullptr;
    scene.take([&]() -> QWidget* {
        delete dialog;
        dialog =
            new ChatSettingsDialog(scene.f.chat(), scene.f.settings(), scene.page()->conversation(),
                                   scene.f.theme(), &scene.window());
        dialog->show();
        QTest::qWait(100);
        return dialog;
    });
}

void takeFiles(const QString& folder) {
    Scene scene(folder, QStringLiteral("files"));
    scene.f.script().setRoom(500);
    const QTemporaryDir files;
    const auto file = [&](const QString& name, const QByteArray& bytes) {
        QFile made(files.filePath(name));
        if (made.open(QIODevice::WriteOnly)) made.write(bytes);
        return made.fileName();
    };
    QByteArray book;
    for (int i = 0; i < 100; ++i)
        book += "Chapter " + QByteArray::number(i) +
                ", of the birds of the marsh, their food and their nests. " +
                QByteArray("And so on. ").repeated(20) + "\n\n";
    const auto add = [&](const QStringList& paths) {
        const auto before = scene.page()->attachments()->documents().size();
        scene.page()->attachments()->add(paths);
        if (!QTest::qWaitFor(
                [&] { return scene.page()->attachments()->documents().size() > before; }))
            QTextStream(stderr) << "a file was not read\n";
    };
    add({file(QStringLiteral("birds of the marsh.txt"), book)});
    scene.ask(QStringLiteral("What do the birds of chapter 57 eat?"), QStringLiteral("Frogs."));
    add({file(QStringLiteral("list.csv"), "name,food\nheron,frogs\n")});
    scene.page()->composer()->setText(QStringLiteral("And by this list?"));
    QTest::qWait(500);
    scene.take();
}

void takePrompts(const QString& folder) {
    {
        Scene scene(folder, QStringLiteral("prompts_popup"));
        scene.f.settings().setPrompt(QStringLiteral("translate"),
                                     QStringLiteral("Translate into {{language}}: {{text}}"));
        scene.f.settings().setPrompt(QStringLiteral("shorter"),
                                     QStringLiteral("Say it again in half of the words."));
        scene.take([&]() -> QWidget* {
            scene.page()->composer()->clear();
            scene.page()->composer()->editor()->setFocus();
            QTest::keyClicks(scene.page()->composer()->editor(), QStringLiteral("/"));
            return &scene.window();
        });
    }
    Scene scene(folder, QStringLiteral("prompts_dialog"));
    scene.f.settings().setPrompt(QStringLiteral("translate"),
                                 QStringLiteral("Translate into {{language}}: {{text}}"));
    PromptsDialog* dialog = nullptr;
    scene.take([&]() -> QWidget* {
        delete dialog;
        dialog = new PromptsDialog(scene.f.settings(), &scene.window());
        dialog->show();
        QTest::qWait(100);
        return dialog;
    });
}

void takeBranches(const QString& folder) {
    Scene scene(folder, QStringLiteral("branches"));
    scene.ask(QStringLiteral("Which birds live in the marsh?"),
              QStringLiteral("Herons, coots and bitterns."));
    const qint64 chat = scene.page()->conversation();
    scene.f.script().setReply(QStringLiteral("Many: the heron is the largest of them."));
    scene.f.chat().regenerate(scene.f.chat().messages(chat)[1].id);
    scene.f.waitForReply();
    scene.ask(QStringLiteral("What do they eat?"), QStringLiteral("Frogs and small fish."));
    scene.f.script().setReply(QStringLiteral("In winter most of them fly south."));
    scene.f.chat().editMessage(scene.f.chat().messages(chat)[2].id,
                               QStringLiteral("Where are they in winter?"));
    scene.f.waitForReply();
    BranchesDialog* dialog = nullptr;
    scene.take([&]() -> QWidget* {
        delete dialog;
        dialog = new BranchesDialog(scene.f.chat(), chat, scene.f.theme(), &scene.window());
        dialog->show();
        QTest::qWait(100);
        return dialog;
    });
}

void takeSpelling(const QString& folder) {
    WindowFixture::dictionaryFolders = dictionaryFolders();
    {
        Scene scene(folder, QStringLiteral("spelling"));
        scene.f.settings().setSpelling({QStringLiteral("en_US")});
        scene.page()->composer()->setText(QStringLiteral(
            "Pleese tell me about the histroy of `sqlite3_stmt`, 用中文回答也可以 "));
        QTest::qWait(500);
        scene.take();
    }
    Scene scene(folder, QStringLiteral("settings"));
    scene.f.settings().setSpelling({QStringLiteral("en_US")});
    scene.f.settings().setTray(true);
    scene.take([&]() -> QWidget* {
        scene.window().showSettings();
        QTest::qWait(200);
        // All of it, as on a screen that is high enough.
        return scene.window().findChild<SettingsDialog*>()->scrollArea()->widget();
    });
    WindowFixture::dictionaryFolders = {};
}

void takeQuickWindow(const QString& folder) {
    Scene scene(folder, QStringLiteral("quick_window"));
    scene.window().tray()->askQuickly();
    QuickWindow* quick = scene.window().tray()->quickWindow();
    scene.f.script().setReply(QStringLiteral("**Rotterdam**, by the tonnes of its goods."));
    quick->field()->setText(QStringLiteral("Which harbour of Europe is the largest?"));
    QTest::keyClick(quick->field(), Qt::Key_Return);
    QTest::qWait(400);
    quick->field()->setText(QStringLiteral("And of the world?"));
    scene.take([&]() -> QWidget* { return quick; });
}

void takeArabic(const QString& folder) {
    Scene scene(folder, QStringLiteral("arabic"));
    scene.ask(
        QStringLiteral("ما هي أكبر مدينة؟"),
        QStringLiteral("# المدن\n\nأكبر مدينة هي **القاهرة**، وفيها:\n\n1. النيل\n2. الأهرام\n\n"
                       "> اقتباس قصير\n\nEnglish stays on its side.\n\n```py\nx = 1\n```\n"));
    scene.take();
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QString part = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString();
    const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QString();
    if (folder.isEmpty() || !QDir().mkpath(folder)) {
        QTextStream(stderr) << "usage: ui_chat_pictures FOLDER [PART OF A NAME]\n";
        return 2;
    }
    const std::pair<const char*, void (*)(const QString&)> all[] = {
        {"context", &takeFullContext},
        {"summary", &takeSummary},
        {"chat settings", &takeChatSettings},
        {"files", &takeFiles},
        {"prompts", &takePrompts},
        {"branches", &takeBranches},
        {"spelling", &takeSpelling},
        {"quick window", &takeQuickWindow},
        {"arabic", &takeArabic}};
    for (const auto& [name, take] : all) {
        if (QLatin1String(name).contains(part)) take(folder);
    }
    return 0;
}
