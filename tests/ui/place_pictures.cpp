// Pictures of the places of the window, in each tone, language and high contrast, to be looked at; from right to left with
// -reverse: ui_place_pictures FOLDER [PART OF A NAME] [-reverse]
#include <QApplication>
#include <QDialog>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>

#include "app/services/program/connections.h"
#include "tests/ui/picture_scene.h"
#include "ui/benchmarks/benchmarks_page.h"
#include "ui/chat/answer_count.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/list_header.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/commands.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/composer.h"
#include "ui/widgets/prompt_edit.h"

using namespace dsm;

namespace {

const QString kBirds = QStringLiteral("Which birds live in the marsh?");

// What a command opens, anew in each tone and language.
void takeDialog(Scene& scene, const QString& command) {
    scene.take([&]() -> QWidget* {
        for (auto* old : scene.window().findChildren<QDialog*>())
            delete old;
        scene.window().commands()->run(command);
        QTest::qWait(150);
        for (auto* dialog : scene.window().findChildren<QDialog*>()) {
            if (dialog->isVisible()) return dialog;
        }
        return nullptr;
    });
}

void takeAnswers(const QString& folder) {
    Scene scene(folder, QStringLiteral("answers"));
    scene.page()->answerCount()->setCurrentIndex(2);
    scene.ask(kBirds, QStringLiteral("Three **herons**, and:\n\n- coots\n- bitterns\n\n"
                                     "| Bird | Food |\n|---|---|\n| heron | frogs |\n"));
    scene.take();
}

void takeFormulas(const QString& folder) {
    Scene scene(folder, QStringLiteral("formulas"));
    scene.ask(QStringLiteral("How is a quadratic equation solved?"),
              QStringLiteral(
                  "For \\(ax^2+bx+c=0\\) with $a \\ne 0$ it is\n\n"
                  "\\[x = \\frac{-b \\pm \\sqrt{b^2-4ac}}{2a}\\]\n\nand a sum is\n\n"
                  "$$\\sum_{k=1}^{n} k = \\frac{n(n+1)}{2}, \\qquad A = \\begin{pmatrix} 1 & 2 "
                  "\\\\ 3 & 4 \\end{pmatrix}$$\n\n$$f(x) = \\begin{cases} x & x \\ge 0 \\\\ -x & "
                  "x < 0 \\end{cases}$$\n\nIt costs $5 or $6.\n"));
    scene.take();
}

void takeQueue(const QString& folder) {
    Scene scene(folder, QStringLiteral("queued"));
    scene.f.script().setInterval(1000);
    scene.f.script().setReply(QStringLiteral("word ").repeated(1000));
    scene.f.sendMessage(kBirds);
    QTest::qWait(1200);
    scene.f.sendMessage(QStringLiteral("And what do they eat?"));
    scene.take();
}

void takeSearch(const QString& folder) {
    Scene scene(folder, QStringLiteral("search"));
    scene.ask(kBirds, QStringLiteral("Herons, coots and bitterns live in the marsh."));
    scene.window().newChat();
    scene.ask(QStringLiteral("沼泽里有什么鸟？"), QStringLiteral("The marsh has herons: 苍鹭。"));
    scene.window().newChat();
    scene.ask(QStringLiteral("הביצה"), QStringLiteral("אנפה: heron."));
    ListChoice choice = scene.window().sidebar()->header()->choice();
    choice.filter.role = ChatRole::Assistant;
    scene.window().sidebar()->header()->setChoice(choice);
    scene.window().sidebar()->searchField()->setText(QStringLiteral("heron"));
    QTest::qWait(600);
    scene.take();
}

void takeFind(const QString& folder) {
    Scene scene(folder, QStringLiteral("find"));
    scene.ask(kBirds, QStringLiteral("Herons, coots and bitterns. The heron eats frogs."));
    scene.window().commands()->run(QStringLiteral("find"));
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("heron"));
    QTest::qWait(300);
    scene.take();
}

void takePalette(const QString& folder) {
    Scene scene(folder, QStringLiteral("palette"));
    scene.ask(kBirds, QStringLiteral("Herons."));
    takeDialog(scene, QStringLiteral("palette"));
}

void takeShortcuts(const QString& folder) {
    Scene scene(folder, QStringLiteral("shortcuts"));
    takeDialog(scene, QStringLiteral("shortcuts"));
}

void takeTrash(const QString& folder) {
    Scene scene(folder, QStringLiteral("trash"));
    for (const QString& question : {kBirds, QStringLiteral("What do they eat?")}) {
        scene.window().newChat();
        scene.ask(question, QStringLiteral("Herons."));
        scene.f.chat().remove(scene.page()->conversation());
    }
    takeDialog(scene, QStringLiteral("trash"));
}

void takeBackups(const QString& folder) {
    Scene scene(folder, QStringLiteral("backups"));
    scene.ask(kBirds, QStringLiteral("Herons."));
    scene.f.restart();
    scene.f.waitForModel();
    if (!QTest::qWaitFor([&] { return !scene.f.chat().backups().isEmpty(); }))
        QTextStream(stderr) << "there is no backup\n";
    takeDialog(scene, QStringLiteral("backups"));
}

void takeConnections(const QString& folder) {
    Scene scene(folder, QStringLiteral("connections"));
    Connections& log = scene.f.connections();
    const auto note = [&](const QString& host, const QString& path, bool isFile, qint64 bytes,
                          Connection::Outcome outcome) {
        log.end(log.begin(host, path, isFile), bytes, outcome);
    };
    note(QStringLiteral("huggingface.co"), QStringLiteral("/api/models/deepseek-ai"), false, 51'200,
         Connection::Outcome::Answered);
    note(QStringLiteral("huggingface.co"), QStringLiteral("/model-00001-of-00007.safetensors"),
         true, 4'294'967'296, Connection::Outcome::Failed);
    note(QStringLiteral("hf-mirror.com"), QStringLiteral("/api/models/deepseek-ai"), false, 0,
         Connection::Outcome::Refused);
    takeDialog(scene, QStringLiteral("connections"));
}

void takeExport(const QString& folder) {
    Scene scene(folder, QStringLiteral("export"));
    scene.ask(kBirds, QStringLiteral("Herons."));
    takeDialog(scene, QStringLiteral("exportAll"));
}

void takeBenchmarks(const QString& folder) {
    Scene scene(folder, QStringLiteral("benchmarks"));
    const QString questions = scene.f.folder() + QStringLiteral("/piqa.jsonl");
    QFile file(questions);
    if (!file.open(QIODevice::WriteOnly)) return;
    for (int i = 0; i < 6; ++i)
        file.write(
            "{\"goal\": \"Boil water\", \"sol1\": \"Heat it\", \"sol2\": \"Cool it\", \"label\": "
            "0}\n");
    file.close();
    scene.window().showBenchmarks();
    BenchmarkForm* form = scene.window().benchmarks()->form();
    form->task()->setCurrentIndex(form->task()->findData(QStringLiteral("piqa")));
    form->useFiles({questions});
    form->button()->click();
    if (!QTest::qWaitFor([&] { return scene.f.benchmarks().running() == 0; }, 60'000))
        QTextStream(stderr) << "the benchmark did not end\n";
    scene.take();
}

// One place, and its dialog where it has one.
void takePlaces(const QString& folder) {
    const std::pair<const char*, void (MainWindow::*)()> places[] = {
        {"models", &MainWindow::showModels},
        {"texts", &MainWindow::showTexts},
        {"finetune", &MainWindow::showFinetune}};
    for (const auto& [name, show] : places) {
        Scene scene(folder, QLatin1String(name));
        (scene.window().*show)();
        scene.take();
    }
}

void takeWelcome(const QString& folder) {
    Scene(folder, QStringLiteral("welcome")).take();
}

void takeSettings(const QString& folder) {
    Scene scene(folder, QStringLiteral("settings"));
    takeDialog(scene, QStringLiteral("settings"));
}

void takeNotice(const QString& folder) {
    Scene scene(folder, QStringLiteral("notice"));
    scene.ask(
        kBirds,
        QStringLiteral("Herons, `coots` and **bitterns**.\n\n> In the reeds.\n\n```\nnone\n```\n"));
    scene.window().loadModel(scene.f.folder() + QStringLiteral("/nothing"));
    QTest::qWait(500);
    scene.take();
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QString part = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString();
    const QString folder = argc > 1 ? QString::fromLocal8Bit(argv[1]) : QString();
    if (folder.isEmpty() || !QDir().mkpath(folder)) {
        QTextStream(stderr) << "usage: ui_place_pictures FOLDER [PART OF A NAME]\n";
        return 2;
    }
    const std::pair<const char*, void (*)(const QString&)> all[] = {
        {"answers", &takeAnswers},     {"formulas", &takeFormulas},
        {"queued", &takeQueue},        {"search", &takeSearch},
        {"find", &takeFind},           {"palette", &takePalette},
        {"shortcuts", &takeShortcuts}, {"trash", &takeTrash},
        {"backups", &takeBackups},     {"connections", &takeConnections},
        {"export", &takeExport},       {"benchmarks", &takeBenchmarks},
        {"places", &takePlaces},       {"welcome", &takeWelcome},
        {"settings", &takeSettings},   {"notice", &takeNotice}};
    for (const auto& [name, take] : all) {
        if (QLatin1String(name).contains(part)) take(folder);
    }
    return 0;
}
