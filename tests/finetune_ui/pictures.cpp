// Pictures of the pages of fine-tuning, to be looked at: finetune_pictures FOLDER [PART OF A NAME]
//
// Every step, in both themes and languages, at the usual size, with text of twice the usual size,
// and on 640 x 480; with nothing chosen, too, and with every setting. readme.png is the picture
// that others are shown (resources/screenshots/finetune.png): a run of some minutes.
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>
#include <QTextStream>

#include "finetune_ui/cards/data_example_view.h"
#include "finetune_ui/data/data_page.h"
#include "finetune_ui/data/data_row_dialog.h"
#include "finetune_ui/data/data_row_lists.h"
#include "finetune_ui/data/data_rows_card.h"
#include "finetune_ui/data/own_conversations_dialog.h"
#include "finetune_ui/method/method_page.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/check_page.h"
#include "finetune_ui/start/start_page.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/compare_dialog.h"
#include "ui/widgets/choice_card.h"
#include "ui/widgets/message/message_item.h"
#include "ui/widgets/message/message_view.h"

using namespace dsm;

namespace {

constexpr QSize kUsual{1180, 780};

class Pictures {
  public:
    Pictures(WindowFixture& fixture, const QString& folder, const QString& part)
        : fixture_(fixture), folder_(folder), part_(part) {}

    bool isWanted(const QString& name) const { return name.contains(part_); }

    void take(const QString& name, QWidget* widget = nullptr) {
        if (!isWanted(name)) return;
        QTest::qWait(250);
        if (widget == nullptr) widget = &fixture_.window();
        const QString file = QDir(folder_).filePath(name + QStringLiteral(".png"));
        QPixmap picture(widget->size());
        picture.fill(fixture_.theme().color(ColorRole::Window));
        widget->render(&picture);
        if (!picture.save(file)) QTextStream(stderr) << "cannot write " << file << '\n';
    }

    // Each step, as many pictures as it is long.
    void takeSteps(const QString& name) {
        if (!isWanted(name)) return;
        FinetunePage& page = fixture_.finetune();
        for (int step = 0; step < FinetunePage::kSteps; ++step) {
            page.showStep(step);
            if (step == 3) waitForNumbers();
            takeScrolled(QStringLiteral("%1-%2").arg(name).arg(step + 1));
        }
    }

    void takeScrolled(const QString& name) {
        QTest::qWait(300);
        for (QScrollArea* area : fixture_.finetune().findChildren<QScrollArea*>()) {
            QScrollBar* bar = area->verticalScrollBar();
            if (!area->isVisible()) continue;
            const int pages = (bar->maximum() + bar->pageStep() - 1) / bar->pageStep();
            take(name + QStringLiteral("-whole"), area->widget());
            for (int i = 0; i <= pages; ++i) {
                bar->setValue(i * bar->pageStep());
                take(name + QChar(u'a' + i));
            }
        }
    }

    void takeDialogs(const QString& name) {
        if (!isWanted(name)) return;
        DataPage* data = fixture_.finetune().data();
        fixture_.finetune().showStep(0);
        OwnConversationsDialog* conversations = data->showConversations();
        take(name + QStringLiteral("-conversations"), conversations);
        delete conversations;
        CompareDialog both({fixture_.host().status().folder,
                            QStringLiteral("adapters/Small-sums"),
                            1,
                            {QStringLiteral("Who lives in the mill?")}},
                           fixture_.host(), fixture_.theme(), &fixture_.window());
        both.show();
        both.ask(QStringLiteral("Who lives in the mill?"));
        static_cast<void>(QTest::qWaitFor([&both] { return both.isDone(); }, 30000));
        take(name + QStringLiteral("-both"), &both);
        RefusedRowsDialog refused(fixture_.study().findings(), fixture_.theme(),
                                  &fixture_.window());
        refused.show();
        take(name + QStringLiteral("-refused"), &refused);
        ChangedRowsDialog changed(fixture_.study(), fixture_.theme(), &fixture_.window());
        changed.show();
        take(name + QStringLiteral("-changed"), &changed);
        if (data->rowsCard()->views().isEmpty()) return;
        data->rowsCard()->views().first()->editButton()->click();
        if (!QTest::qWaitFor([data] { return data->rowDialog() != nullptr; }, 5000)) return;
        DataRowDialog* row = data->rowDialog();
        take(name + QStringLiteral("-row"), row);
        row->reject();
    }

  private:
    void waitForNumbers() {
        if (fixture_.finetune().data()->isEmpty()) return;
        const StartPage* start = fixture_.finetune().startPage();
        static_cast<void>(QTest::qWaitFor(
            [start] { return start->numbers() && start->numbers()->secondsPerStep > 0; }, 60000));
    }

    WindowFixture& fixture_;
    QString folder_;
    QString part_;
};

// The facts of a town, as many more of them twice, and rows that cannot be used.
QString writeFacts(const QString& name, int repeated, int unusable) {
    QFile facts(QStringLiteral(DSM_SOURCE_DIR "/tests/finetune_demo/facts.jsonl"));
    if (!facts.open(QIODevice::ReadOnly)) qFatal("the facts cannot be read");
    QFile file(name);
    if (!file.open(QIODevice::WriteOnly)) qFatal("the examples cannot be written");
    const QList<QByteArray> lines = facts.readAll().trimmed().split('\n');
    for (int i = 0; i < lines.size() + repeated; ++i) {
        QJsonObject row = QJsonDocument::fromJson(lines[i % lines.size()]).object();
        row.remove(QStringLiteral("expect"));
        file.write(QJsonDocument(row).toJson(QJsonDocument::Compact) + '\n');
    }
    for (int i = 0; i < unusable; ++i)
        file.write("{\"instruction\": " + QByteArray::number(i) + ", \"output\": \"Nobody.\"}\n");
    return name;
}

// What others are shown: the demo model has learned fifty facts through the window, and how.
void takeReadme(const QString& folder, const QString& part) {
    if (!QStringLiteral("readme").contains(part)) return;
    WindowFixture fixture(WindowFixture::Writer::Model);
    Pictures pictures(fixture, folder, part);
    const auto wait = [](const auto& isThere) {
        constexpr int kPatienceMs = 600'000;
        static_cast<void>(QTest::qWaitFor(isThere, kPatienceMs));
    };
    wait([&] { return !fixture.library().isReading(); });
    if (!fixture.waitForModel()) return;
    fixture.window().resize(kUsual);
    const QString question = QStringLiteral("Who founded the town of Brenholt?");
    fixture.sendMessage(question);
    fixture.waitForReply();
    fixture.window().showFinetune();
    FinetunePage& page = fixture.finetune();
    page.data()->addFiles(
        {writeFacts(fixture.folder() + QStringLiteral("/Facts of a town.jsonl"), 0, 0)});
    wait([&] { return page.data()->missing().isEmpty(); });
    page.showStep(1);
    page.method()->presetCard(QStringLiteral("knowledge"))->click();
    fixture.tuningDraft().job().choose(QStringLiteral("sample_prompts"), QJsonArray{question});
    page.showStep(FinetunePage::kSteps - 1);
    wait([&] {
        return page.startPage()->numbers().has_value() && page.startPage()->missing().isEmpty();
    });
    page.nextButton()->click();
    wait([&] {
        const QList<TrainingJob> jobs = fixture.training().jobs();
        return jobs.isEmpty() || jobs.first().state == TrainingState::Finished;
    });
    fixture.theme().setDark(true);
    pictures.take(QStringLiteral("readme"));
}

void prepare(WindowFixture& fixture) {
    const QString file = writeFacts(fixture.folder() + QStringLiteral("/town.jsonl"), 2, 7);
    FinetunePage& page = fixture.finetune();
    page.data()->addFiles({file});
    page.check()->wayCard(CheckPage::Way::Share)->click();
    static_cast<void>(QTest::qWaitFor([&] { return page.data()->missing().isEmpty(); }, 30000));
    const auto wait = [&](qint64 leftOut) {
        static_cast<void>(QTest::qWaitFor(
            [&] {
                return fixture.study().request().files == QStringList{file} &&
                       fixture.study().findings().isWhole &&
                       fixture.study().findings().leftOut == leftOut;
            },
            30000));
    };
    wait(0);
    fixture.study().leaveOut(3);
    wait(1);
    fixture.tuningDraft().job().choose(
        QStringLiteral("sample_prompts"),
        QJsonArray{QStringLiteral("Who founded the town of Brenholt?"),
                   QStringLiteral("Say hello.")});
}

void converse(WindowFixture& fixture, Pictures& pictures) {
    for (const char* question : {"What is a mixture of experts?", "Who lives in the mill?"}) {
        fixture.window().newChat();
        fixture.sendMessage(QLatin1String(question));
        fixture.waitForReply();
    }
    MessageItem* reply = fixture.window().page()->messages()->items().back();
    fixture.chat().rate(reply->content().id, ReplyRating::Up);
    pictures.take(QStringLiteral("thumb-light"));
    fixture.theme().setDark(true);
    pictures.take(QStringLiteral("thumb-dark"));
    fixture.theme().setDark(false);
}

void takeSizes(WindowFixture& fixture, Pictures& pictures, const QString& name) {
    const auto takeBoth = [&](const QString& size) {
        pictures.takeSteps(name + size);
        pictures.takeDialogs(name + size);
        fixture.finetune().setAdvanced(true);
        pictures.takeSteps(name + size + QStringLiteral("-advanced"));
        fixture.finetune().setAdvanced(false);
    };
    fixture.window().resize(kUsual);
    takeBoth({});
    fixture.window().resize(640, 480);
    takeBoth(QStringLiteral("-small"));
    fixture.window().resize(kUsual);
    fixture.theme().setTextScale(2);
    takeBoth(QStringLiteral("-double"));
    fixture.theme().setTextScale(1);
}

void takeAll(WindowFixture& fixture, Pictures& pictures) {
    for (const bool isDark : {false, true}) {
        fixture.theme().setDark(isDark);
        for (const char* language : {"en", "zh_CN"}) {
            fixture.settings().setLanguage(QLatin1String(language));
            const QString name = QStringLiteral("%1-%2").arg(
                isDark ? QStringLiteral("dark") : QStringLiteral("light"),
                QLatin1String(language).left(2));
            takeSizes(fixture, pictures, name);
        }
    }
    fixture.settings().setLanguage(QStringLiteral("en"));
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    if (argc < 2 || argc > 3) return 1;
    const QString folder = QString::fromLocal8Bit(argv[1]);
    QDir().mkpath(folder);
    const QString part = argc == 3 ? QString::fromLocal8Bit(argv[2]) : QString();
    takeReadme(folder, part);
    if (part == QLatin1String("readme")) return 0;
    WindowFixture fixture;
    if (!QTest::qWaitFor([&] { return !fixture.library().isReading(); }, 30000)) return 1;
    if (!fixture.waitForModel()) return 1;
    Pictures pictures(fixture, folder, part);
    fixture.window().resize(kUsual);
    converse(fixture, pictures);
    fixture.window().showFinetune();
    pictures.takeSteps(QStringLiteral("empty"));
    fixture.finetune().showStep(0);
    prepare(fixture);
    takeAll(fixture, pictures);
    return 0;
}
