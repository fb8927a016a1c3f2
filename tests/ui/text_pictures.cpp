// Pictures of the page of texts, in both tones and languages, to be looked at: ui_text_pictures FOLDER
#include <QAction>
#include <QApplication>
#include <QDir>
#include <QTest>
#include <QTextStream>

#include "app/services/texts/text_study.h"
#include "tests/ui/window_fixture.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/texts_page.h"
#include "ui/texts/view_switches.h"

using namespace dsm;

namespace {

class Pictures {
  public:
    explicit Pictures(QString folder)
        : folder_(std::move(folder)), f_(WindowFixture::Writer::Model) {
        f_.waitForModel();
        f_.window().showTexts();
    }

    void takeAll() {
        f_.window().resize(1100, 760);
        take(QStringLiteral("empty"));
        page()->editor()->insertPlainText(QStringLiteral(
            "The capital of France is Paris.\nThe capital of Italy is Rome.\nDie Hauptstadt von "
            "Japan ist Tokio. 法国的首都是巴黎。 \U0001F600 zqxj\nThe capital of Spain is"));
        take(QStringLiteral("written"));
        page()->switches()->tokens()->setChecked(true);
        take(QStringLiteral("tokens"));
        page()->switches()->likeliest()->setChecked(true);
        page()->switches()->probabilities()->setChecked(true);
        take(QStringLiteral("probabilities"));
        f_.window().resize(640, 480);
        take(QStringLiteral("narrow"));
        f_.window().resize(1100, 760);
        page()->switches()->tokens()->setChecked(false);
        page()->switches()->sampling()->setChecked(true);
        take(QStringLiteral("sampling"));
    }

  private:
    TextsPage* page() { return f_.window().texts(); }

    void take(const QString& name) {
        for (const char* language : {"en", "zh_CN"}) {
            f_.settings().setLanguage(QLatin1String(language));
            for (const bool dark : {false, true}) {
                f_.theme().setDark(dark);
                QTest::qWait(300);
                static_cast<void>(
                    QTest::qWaitFor([this] { return !f_.texts().study().isBusy(); }, 20000));
                QTest::qWait(100);
                const QString file =
                    QStringLiteral("texts_%1_%2_%3.png")
                        .arg(name, QLatin1String(language),
                             dark ? QStringLiteral("dark") : QStringLiteral("light"));
                if (!f_.window().grab().save(QDir(folder_).filePath(file)))
                    QTextStream(stderr) << "cannot write " << file << '\n';
            }
        }
    }

    QString folder_;
    WindowFixture f_;
};

}  // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QString folder = argc == 2 ? QString::fromLocal8Bit(argv[1]) : QString();
    if (folder.isEmpty() || !QDir().mkpath(folder)) {
        QTextStream(stderr) << "usage: ui_text_pictures FOLDER\n";
        return 2;
    }
    WindowFixture::hasFinetune = true;
    Pictures(folder).takeAll();
    return 0;
}
