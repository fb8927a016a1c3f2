// Pictures of the pages of fine-tuning, to be looked at: finetune_pictures FOLDER
#include <QApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QScrollArea>
#include <QScrollBar>
#include <QTest>
#include <QTextStream>

#include "finetune_ui/check_page.h"
#include "finetune_ui/data_page.h"
#include "finetune_ui/method_page.h"
#include "finetune_ui/runs_page.h"
#include "finetune_ui/start_page.h"
#include "tests/ui/window_fixture.h"
#include "ui/widgets/choice_card.h"

using namespace dsm;

namespace {

class Pictures {
  public:
    Pictures(WindowFixture& fixture, const QString& folder) : fixture_(fixture), folder_(folder) {}

    void take(const QString& name) {
        QTest::qWait(250);
        const QString file = QDir(folder_).filePath(name + QStringLiteral(".png"));
        if (!fixture_.window().grab().save(file))
            QTextStream(stderr) << "cannot write " << file << '\n';
    }

    // Each step, and where it is longer than the window its end.
    void takeSteps(const QString& name) {
        FinetunePage& page = fixture_.finetune();
        for (int step = 0; step < FinetunePage::kSteps; ++step) {
            page.showStep(step);
            if (step == 3) waitForNumbers();
            const QString one = QStringLiteral("%1-%2").arg(name).arg(step + 1);
            take(one);
            for (QScrollArea* area : page.findChildren<QScrollArea*>()) {
                QScrollBar* bar = area->verticalScrollBar();
                if (!area->isVisible() || bar->maximum() == 0) continue;
                bar->setValue(bar->maximum());
                take(one + QStringLiteral("-end"));
            }
        }
    }

  private:
    void waitForNumbers() {
        const StartPage* start = fixture_.finetune().startPage();
        static_cast<void>(QTest::qWaitFor(
            [start] { return start->numbers() && start->numbers()->secondsPerStep > 0; }, 60000));
    }

    WindowFixture& fixture_;
    QString folder_;
};

void prepare(WindowFixture& fixture) {
    QFile file(fixture.folder() + QStringLiteral("/answers.csv"));
    if (!file.open(QIODevice::WriteOnly)) qFatal("the examples cannot be written");
    file.write("instruction,output\n");
    for (int i = 0; i < 60; ++i)
        file.write(QStringLiteral("Who lives at number %1?,The family of %1.\n").arg(i).toUtf8());
    file.close();
    fixture.finetune().data()->addFiles({file.fileName()});
    fixture.finetune().check()->wayCard(CheckPage::Way::Share)->click();
    fixture.tuningDraft().job().choose(
        QStringLiteral("sample_prompts"),
        QJsonArray{QStringLiteral("Who lives at number 3?"), QStringLiteral("Say hello.")});
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    if (argc != 2) return 1;
    const QString folder = QString::fromLocal8Bit(argv[1]);
    QDir().mkpath(folder);
    WindowFixture fixture;
    if (!QTest::qWaitFor([&] { return !fixture.library().isReading(); }, 30000)) return 1;
    Pictures pictures(fixture, folder);
    fixture.window().resize(1180, 780);
    fixture.window().showFinetune();
    pictures.take(QStringLiteral("empty"));
    prepare(fixture);
    pictures.takeSteps(QStringLiteral("light"));
    fixture.theme().setDark(true);
    fixture.settings().setLanguage(QStringLiteral("zh_CN"));
    pictures.takeSteps(QStringLiteral("dark-zh"));
    fixture.theme().setDark(false);
    fixture.settings().setLanguage(QStringLiteral("en"));
    fixture.finetune().setAdvanced(true);
    pictures.takeSteps(QStringLiteral("advanced"));
    fixture.finetune().setAdvanced(false);
    fixture.window().resize(640, 480);
    pictures.takeSteps(QStringLiteral("small"));
    fixture.window().resize(1180, 780);
    fixture.theme().setTextScale(2);
    pictures.takeSteps(QStringLiteral("double"));
    fixture.theme().setTextScale(1);
    fixture.finetune().startPage()->start();
    fixture.finetune().showRuns();
    pictures.take(QStringLiteral("runs"));
    return 0;
}
