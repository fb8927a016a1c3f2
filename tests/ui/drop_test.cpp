// Whatever is dropped on whatever page is taken, refused with a word, or not accepted at all; and what
// a person was writing stays as it was.
#include <sys/stat.h>
#include <unistd.h>

#include <QDropEvent>
#include <QFile>
#include <QImage>
#include <QMessageBox>
#include <QMimeData>
#include <QTest>
#include <algorithm>

#include "tests/ui/window_fixture.h"
#include "ui/chat/attachment_bar.h"
#include "ui/chat/chat_page.h"
#include "ui/models/imports_panel.h"
#include "ui/models/models_page.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/composer.h"

using namespace dsm;

namespace {

constexpr int kWaitMs = 20'000;

// As Qt looks for who takes a drag: up from the widget under the pointer.
QWidget* takerOf(QWidget* window, const QPoint& place, const QMimeData& data) {
    QWidget* under = window->childAt(place);
    for (QWidget* widget = under; widget != nullptr; widget = widget->parentWidget()) {
        if (!widget->acceptDrops() || !widget->isEnabled()) continue;
        QDragEnterEvent enter(widget->mapFrom(window, place), Qt::CopyAction, &data, Qt::LeftButton,
                              Qt::NoModifier);
        QCoreApplication::sendEvent(widget, &enter);
        if (enter.isAccepted()) return widget;
    }
    return nullptr;
}

}  // namespace

class DropTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;
    QTemporaryDir folder_;

    QString path(const QString& name) const { return folder_.filePath(name); }
    QUrl file(const QString& name, const QByteArray& bytes) const {
        QFile made(path(name));
        if (made.open(QIODevice::WriteOnly)) made.write(bytes);
        return QUrl::fromLocalFile(made.fileName());
    }

    // Dropped in the middle of the page and near its lower end; true where somebody took it.
    bool drop(const QMimeData& data) {
        MainWindow& window = f_->window();
        bool isTaken = false;
        for (const double height : {0.4, 0.85}) {
            const QPoint place(window.width() * 2 / 3, int(window.height() * height));
            QWidget* taker = takerOf(&window, place, data);
            if (taker == nullptr) continue;
            QDropEvent dropped(taker->mapFrom(&window, place), Qt::CopyAction, &data,
                               Qt::LeftButton, Qt::NoModifier);
            QCoreApplication::sendEvent(taker, &dropped);
            isTaken = true;
        }
        return isTaken;
    }

  private Q_SLOTS:
    void initTestCase() {
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
        f_->window().page()->composer()->setText(QStringLiteral("half a thought"));
    }
    void cleanupTestCase() { f_.reset(); }

    void everyKindIsTakenOrSaidOnEveryPage_data() {
        QTest::addColumn<QList<QUrl>>("urls");
        const auto row = [](const char* name, const QList<QUrl>& urls) {
            QTest::newRow(name) << urls;
        };
        row("text", {file(QStringLiteral("a.txt"), "text")});
        row("rows", {file(QStringLiteral("a.jsonl"), R"({"instruction": "1", "output": "2"})")});
        row("empty", {file(QStringLiteral("empty.jsonl"), "")});
        row("bytes", {file(QStringLiteral("bytes.csv"), QByteArray(5000, '\xfe'))});
        row("zeros", {file(QStringLiteral("zeros.json"), QByteArray(5000, '\0'))});
        row("broken PDF", {file(QStringLiteral("b.pdf"), "%PDF-1.7 and nothing")});
        row("weights", {file(QStringLiteral("model.gguf"), "GGUF" + QByteArray(64, '\1'))});
        row("parquet of nothing", {file(QStringLiteral("c.parquet"), "PAR1PAR1")});
        row("a name with marks", {file(QStringLiteral("<b>&amp;\n%1 %n.txt"), "text")});
        row("one that is missing", {QUrl::fromLocalFile(path(QStringLiteral("missing.jsonl")))});
        row("an empty folder", {QUrl::fromLocalFile(folder_.path())});
        row("the root", {QUrl(QStringLiteral("file:///"))});
        row("a device", {QUrl(QStringLiteral("file:///dev/zero"))});
        row("a web address", {QUrl(QStringLiteral("https://example.org/a.jsonl"))});
        row("an address of nothing", {QUrl(QStringLiteral("file:"))});
        ::mkfifo(qPrintable(path(QStringLiteral("pipe.jsonl"))), 0600);
        row("a pipe", {QUrl::fromLocalFile(path(QStringLiteral("pipe.jsonl")))});
        QFile::link(QStringLiteral("circle.txt"), path(QStringLiteral("circle.txt")));
        row("a link to itself", {QUrl::fromLocalFile(path(QStringLiteral("circle.txt")))});
        const QUrl huge = file(QStringLiteral("huge.jsonl"), "");
        QVERIFY(::truncate(qPrintable(huge.toLocalFile()), qint64{20} << 30) == 0);
        row("twenty gigabytes of nothing", {huge});
        QList<QUrl> many;
        for (int i = 0; i < 60; ++i)
            many.append(file(QStringLiteral("m%1.txt").arg(i), "text"));
        row("sixty files", many);
    }

    void everyKindIsTakenOrSaidOnEveryPage() {
        QFETCH(QList<QUrl>, urls);
        QMimeData data;
        data.setUrls(urls);
        data.setText(urls.front().toString());  // as file managers do
        MainWindow& window = f_->window();
        ChatPage* chat = window.page();

        window.showChat();
        chat->banner()->hide();
        chat->attachments()->clear();
        // What is no file is a text, and stands where it was dropped.
        const bool isText = std::none_of(urls.begin(), urls.end(),
                                         [](const QUrl& url) { return url.isLocalFile(); });
        if (drop(data) && !isText) {
            QTRY_VERIFY_WITH_TIMEOUT(!chat->attachments()->isReading(), kWaitMs);
            QVERIFY(!chat->attachments()->documents().isEmpty() || chat->banner()->isVisible());
        }
        const QString written = QStringLiteral("half a thought");
        QVERIFY(isText ? chat->composer()->text().contains(written)
                       : chat->composer()->text() == written);
        chat->composer()->clear();
        chat->composer()->setText(written);

        window.showModels();
        ModelsPage* models = window.models();
        models->banner()->hide();
        if (drop(data)) {
            const auto question = [&] { return models->findChild<QMessageBox*>(); };
            QTRY_VERIFY_WITH_TIMEOUT(models->banner()->isVisible() || question() != nullptr,
                                     kWaitMs);
            if (question() != nullptr) question()->reject();
        }

        window.showFinetune();
        f_->tuningDraft().setContent({});
        if (drop(data)) {
            QVERIFY(!f_->tuningDraft().job().values().isEmpty());
            QTRY_VERIFY_WITH_TIMEOUT(!f_->study().isStudying(), kWaitMs);
            QTest::qWait(20);
        }
        f_->tuningDraft().setContent({});
        QTRY_VERIFY_WITH_TIMEOUT(!f_->study().isStudying(), kWaitMs);
    }

    void whatIsNoFileIsTakenByNoPage() {
        QMimeData picture;
        picture.setImageData(QImage(20, 20, QImage::Format_RGB32));
        QMimeData strange;
        strange.setData(QStringLiteral("application/x-strange"), QByteArray(100, '\xff'));
        MainWindow& window = f_->window();
        for (const QMimeData* data : {&picture, &strange}) {
            for (const auto show :
                 {&MainWindow::showChat, &MainWindow::showModels, &MainWindow::showFinetune}) {
                (window.*show)();
                QVERIFY(!drop(*data));
            }
        }
        QCOMPARE(window.page()->composer()->text(), QStringLiteral("half a thought"));
    }
};

QTEST_MAIN(DropTest)
#include "drop_test.moc"
