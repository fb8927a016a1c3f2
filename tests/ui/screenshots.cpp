// Pictures of the real window with something in it, to be looked at: ui_screenshots FOLDER
#include <QApplication>
#include <QDir>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTextStream>
#include <QThread>

#include "app/services/downloads/catalogue.h"
#include "tests/app/services/downloads/hub_server.h"
#include "tests/support/sparse_model.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/downloads/catalogue_card.h"
#include "ui/downloads/get_model_section.h"
#include "ui/models/model_card.h"
#include "ui/models/models_page.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"

using namespace dsm;

namespace {

const QString kRichReply = QStringLiteral(
    "A **mixture of experts** keeps many small networks and asks only a few of them per token.\n\n"
    "1. A *router* scores every expert.\n2. The best `top_k` of them run.\n"
    "3. Their answers are added up.\n\n```python\n# the heart of it\n"
    "def route(x, gate, k=6):\n    scores = softmax(x @ gate.T)\n"
    "    weight, expert = scores.topk(k)\n    return expert, weight  # not renormalised\n```\n\n"
    "| Model | Experts | Active |\n|---|---|---|\n| DeepSeekMoE 16B | 64 + 2 | 6 + 2 |\n"
    "| Demo | 8 + 1 | 2 + 1 |\n\nSee the [paper](https://arxiv.org/abs/2401.06066).");
const QString kChineseReply = QStringLiteral(
    "**混合专家模型**由许多小网络组成，每个词元只用到其中几个：\n\n"
    "- 路由器为每个专家打分；\n- 只运行得分最高的几个专家；\n- 再把它们的输出加权相加。\n\n"
    "因此计算量小，而容量大。");

class Photographer {
  public:
    Photographer(WindowFixture& fixture, const QString& folder)
        : fixture_(fixture), folder_(folder) {}

    void ask(const QString& question, const QString& reply) {
        fixture_.script().setReply(reply);
        fixture_.sendMessage(question);
        fixture_.waitForReply();
    }

    void take(const QString& name, QWidget* widget = nullptr) {
        QTest::qWait(120);
        if (widget == nullptr) widget = &fixture_.window();
        const QString file = QDir(folder_).filePath(name + QStringLiteral(".png"));
        if (!widget->grab().save(file)) QTextStream(stderr) << "cannot write " << file << '\n';
    }

  private:
    WindowFixture& fixture_;
    QString folder_;
};

void fill(WindowFixture& fixture, Photographer& photographer) {
    const QStringList titles{
        QStringLiteral("Plan a weekend in Hangzhou"), QStringLiteral("写一封感谢信"),
        QStringLiteral("Explain two's complement"), QStringLiteral("什么是混合专家模型？"),
        QStringLiteral("A rather long question about the difference between threads and tasks")};
    for (const QString& title : titles) {
        fixture.window().newChat();
        photographer.ask(title, title.at(0).isLetter() && title.at(0).unicode() > 255
                                    ? kChineseReply
                                    : QStringLiteral("A short answer."));
    }
    fixture.chat().setPinned(fixture.window().page()->conversation(), true);
    fixture.window().newChat();
    photographer.ask(QStringLiteral("What is a mixture of experts?"), kRichReply);
    photographer.ask(QStringLiteral("用中文再说一遍，谢谢。"), kChineseReply);
}

void takeAll(WindowFixture& fixture, Photographer& photographer) {
    for (const bool dark : {false, true}) {
        fixture.theme().setDark(dark);
        const QString tone = dark ? QStringLiteral("dark") : QStringLiteral("light");
        const qint64 id = fixture.window().page()->conversation();
        photographer.take(QStringLiteral("conversation_") + tone);
        fixture.window().page()->scrollTo(
            fixture.window().page()->messages()->items().front()->content().id);
        photographer.take(QStringLiteral("conversation_top_") + tone);
        fixture.window().sidebar()->searchField()->setText(QStringLiteral("专家"));
        QTest::qWait(300);
        photographer.take(QStringLiteral("search_") + tone);
        fixture.window().sidebar()->searchField()->clear();
        QTest::qWait(300);
        fixture.window().newChat();
        photographer.take(QStringLiteral("welcome_") + tone);
        fixture.window().showSettings();
        photographer.take(QStringLiteral("settings_") + tone,
                          fixture.window().findChild<SettingsDialog*>());
        fixture.window().findChild<SettingsDialog*>()->close();
        fixture.window().openConversation(id);
    }
}

// What the model itself says: the pictures to show to others.
void takeRealConversation(const QString& folder) {
    WindowFixture fixture(WindowFixture::Writer::Model);
    fixture.window().resize(1180, 780);
    if (!fixture.waitForModel()) return;
    GenerationChoices choices = fixture.settings().generation();
    choices.temperature = 0;
    fixture.settings().setGeneration(choices);
    Photographer photographer(fixture, folder);
    for (const QString& question :
         {QStringLiteral("What can this program do?"), QStringLiteral("What is 7 + 5?")}) {
        fixture.window().newChat();
        photographer.ask(question, {});
    }
    fixture.window().newChat();
    for (const QString& question :
         {QStringLiteral("Who are you?"), QStringLiteral("What is a mixture of experts model?"),
          QStringLiteral("你好！你能做什么？")}) {
        photographer.ask(question, {});
    }
    photographer.take(QStringLiteral("model_light"));
    fixture.theme().setDark(true);
    photographer.take(QStringLiteral("model_dark"));
}

// What is shown is told by script, so that it holds everything a reply may hold.
void takeScripted(const QString& folder) {
    WindowFixture fixture;
    fixture.window().resize(1180, 780);
    if (!fixture.waitForModel()) return;
    Photographer photographer(fixture, folder);
    fill(fixture, photographer);
    takeAll(fixture, photographer);
    fixture.settings().setLanguage(QStringLiteral("zh_CN"));
    fixture.window().newChat();
    photographer.take(QStringLiteral("welcome_chinese"));
    fixture.window().resize(fixture.window().minimumSize());
    photographer.take(QStringLiteral("welcome_small"));
    fixture.window().openConversation(fixture.chat().conversations().back().id);
    photographer.take(QStringLiteral("conversation_small"));
}

// Gets to 45 % and stays there until it is stopped.
ConversionEnd convertHalf(const ConversionTask&,
                          const std::function<void(quint64, quint64)>& progress,
                          const std::stop_token& stop) {
    constexpr quint64 kTotal = 32'751'456'256;
    for (quint64 percent = 38; !stop.stop_requested();
         percent = std::min(percent + 1, quint64{45})) {
        progress(kTotal / 100 * percent, kTotal);
        QThread::msleep(120);
    }
    return {.isStopped = true, .error = {}};
}

// The models of a person with 32 GB of memory.
void takeModels(const QString& folder) {
    WindowFixture fixture(WindowFixture::Writer::Script, convertHalf, [] {
        return ComputerMemory{33'500'000'000, 19'400'000'000};
    });
    fixture.window().resize(1180, 900);
    if (!fixture.waitForModel()) return;
    QTemporaryDir models;
    const QString chat = models.filePath(QStringLiteral("deepseek-moe-16b-chat"));
    const QString base = models.filePath(QStringLiteral("deepseek-moe-16b-base"));
    test::writeSparseModel(chat.toStdString(), publishedConfig(), true);
    test::writeSparseModel(base.toStdString(), publishedConfig(), false);
    fixture.library().addFolder(chat);
    fixture.library().addFolder(base);
    fixture.window().showModels();
    const auto areListed = [&] { return fixture.library().models().size() == 3; };
    if (!QTest::qWaitFor(areListed, 20000)) return;
    const qint64 stopped = fixture.conversions().start(chat, QStringLiteral("q8"));
    QTest::qWait(1000);
    fixture.conversions().stop(stopped);
    QTest::qWait(300);
    fixture.conversions().start(chat, QStringLiteral("q4"));
    fixture.conversions().start(base, QStringLiteral("q4"));
    QTest::qWait(1500);
    Photographer photographer(fixture, folder);
    photographer.take(QStringLiteral("models_light"));
    fixture.theme().setDark(true);
    photographer.take(QStringLiteral("models_dark"));
    fixture.settings().setLanguage(QStringLiteral("zh_CN"));
    photographer.take(QStringLiteral("models_chinese"));
    fixture.window().resize(fixture.window().minimumSize());
    photographer.take(QStringLiteral("models_small"));
}

// A download that has come some way over a home connection, one that waits and one that failed.
void takeDownloads(const QString& folder) {
    test::HubServer server(QStringLiteral("deepseek-ai/deepseek-moe-16b-chat"));
    server.addModel(qint64(400) << 20);
    server.setBytesPerSecond(3 << 20);
    WindowFixture fixture(WindowFixture::Writer::Script, convertHalf, [] {
        return ComputerMemory{16'700'000'000, 13'400'000'000};
    });
    fixture.settings().setDownloadSource(server.hub());
    fixture.restart();
    fixture.window().resize(1180, 900);
    if (!fixture.waitForModel()) return;
    fixture.window().showModels();
    Photographer photographer(fixture, folder);
    auto* scroll = fixture.window().models()->findChild<QScrollArea*>();
    const auto showSection = [&] {
        QTest::qWait(100);
        scroll->ensureWidgetVisible(fixture.window().models()->section(), 0, 0);
        scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
    };
    showSection();
    photographer.take(QStringLiteral("get_model_light"));
    const Source source{Source::Kind::HuggingFace, server.hub()};
    for (const CatalogueEntry& entry : catalogue())
        fixture.downloads().acceptLicence(entry.licence.name);
    fixture.downloads().start({source, QStringLiteral("someone/deepseek-moe-tuned"), {}});
    QTest::qWait(400);
    for (const CatalogueEntry& entry : catalogue())
        fixture.downloads().start({source, entry.repository, {}});
    QTest::qWait(7000);
    scroll->verticalScrollBar()->setValue(0);
    photographer.take(QStringLiteral("downloads_light"));
    fixture.theme().setDark(true);
    photographer.take(QStringLiteral("downloads_dark"));
    fixture.window().models()->section()->cards().front()->benchmarksButton()->click();
    fixture.window().models()->section()->otherButton()->click();
    showSection();
    photographer.take(QStringLiteral("get_model_dark"));
    fixture.settings().setLanguage(QStringLiteral("zh_CN"));
    showSection();
    photographer.take(QStringLiteral("get_model_chinese"));
    scroll->verticalScrollBar()->setValue(0);
    photographer.take(QStringLiteral("downloads_chinese"));
    fixture.window().resize(fixture.window().minimumSize());
    photographer.take(QStringLiteral("downloads_small"));
    showSection();
    photographer.take(QStringLiteral("get_model_small"));
    fixture.window().showSettings();
    photographer.take(QStringLiteral("settings_chinese"),
                      fixture.window().findChild<SettingsDialog*>());
}

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QString folder = argc == 2 ? QString::fromLocal8Bit(argv[1]) : QString();
    if (folder.isEmpty() || !QDir().mkpath(folder)) {
        QTextStream(stderr) << "usage: ui_screenshots FOLDER\n";
        return 2;
    }
    takeDownloads(folder);
    takeModels(folder);
    takeScripted(folder);
    takeRealConversation(folder);
    return 0;
}
