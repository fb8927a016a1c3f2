// The files behind the page of the models: added from folders, found in caches, checked, deleted.
#include <QDateTime>
#include <QDropEvent>
#include <QFile>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QProgressBar>
#include <QUrl>

#include "tests/app/services/library/cache_fixture.h"
#include "tests/ui/models_page_driver.h"
#include "ui/models/import_row.h"
#include "ui/models/imports_panel.h"
#include "ui/widgets/toast.h"

using namespace dsm;
using namespace dsm::test;

namespace {

using Writer = WindowFixture::Writer;

const QString kExact = QStringLiteral("bf16");
const QString kLink = QStringLiteral("Use it where it is");
const QString kCopy = QStringLiteral("Copy it");
const QString kCommit = QString(40, u'c');
const QString kWeights = QStringLiteral("model-00002-of-00002.safetensors");

// The page, with a cache that its program looks into.
class Page {
  public:
    Page()
        : fixture(Writer::Script, {}, largeMachine),
          cache(fixture.folder() + QStringLiteral("/hub")) {}

    bool open() {
        if (!fixture.waitForModel()) return false;
        fixture.window().showModels();
        return true;
    }
    ModelsPage* page() { return fixture.window().models(); }
    Toast* toast() { return fixture.window().toast(); }
    ModelCard* card(const QString& folder) {
        const bool isThere =
            QTest::qWaitFor([&] { return page()->card(folder) != nullptr; }, kWaitMs);
        return isThere ? page()->card(folder) : nullptr;
    }
    bool waitUntilGone(const QString& folder) {
        return QTest::qWaitFor([&] { return page()->card(folder) == nullptr; }, kWaitMs);
    }
    // A model that another program has put into the cache.
    QString putTiny(const QStringList& without = {}) {
        const QString folder = cache.putTiny(QStringLiteral("some-org/tiny"), kCommit, without);
        fixture.library().refresh();
        return folder;
    }
    void drop(const QString& folder) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(folder)});
        const QPoint place(50, 50);
        QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(page(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(page(), &drop);
    }
    ImportRow* importRow() {
        const auto& rows = page()->imports()->rows();
        return rows.empty() ? nullptr : rows.front();
    }
    // Presses the trash of a row, and answers.
    bool deleteForm(const QString& folder, const QString& preset) {
        // What may be deleted is known a little after the row is there.
        ModelFormRow* row = nullptr;
        const bool isOffered = QTest::qWaitFor(
            [&] {
                row = rowOf(fixture, folder, preset);
                return row != nullptr && row->deleteButton()->isVisible();
            },
            kWaitMs);
        if (!isOffered) return false;
        row->deleteButton()->click();
        return answer(page(), QStringLiteral("Delete"));
    }

    WindowFixture fixture;
    CacheFixture cache;
};

void damage(const QString& path) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() - 100));
    file.write("damage");
}

}  // namespace

class ModelFilesTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void aDroppedFolderIsUsedWhereItIs() {
        Page page;
        QVERIFY(page.open());
        const TinyModel tiny("dropped-model");
        page.drop(tiny.folder());
        const QString question = questionOver(page.page()->imports());
        QVERIFY2(question.startsWith(QLatin1String("Add dropped-model?")), qPrintable(question));
        QVERIFY(question.contains(QLatin1String("never deletes them")));
        QVERIFY(answer(page.page()->imports(), kLink));
        ModelFormRow* row = rowOf(page.fixture, tiny.folder(), kExact);
        QVERIFY(row != nullptr);
        QVERIFY(!row->deleteButton()->isVisible());
        QVERIFY(!chooseInMenu(page.card(tiny.folder()), QStringLiteral("Delete the files…")));
    }

    void aFolderIsCopiedAndCanBeDeletedAgain() {
        Page page;
        QVERIFY(page.open());
        const TinyModel tiny("my-model");
        page.page()->imports()->offer({tiny.folder()});
        QVERIFY(
            questionOver(page.page()->imports()).contains(QLatin1String("that are free there")));
        QVERIFY(answer(page.page()->imports(), kCopy));
        const QString copy = page.fixture.folder() + QStringLiteral("/models/my-model");
        QVERIFY(rowOf(page.fixture, copy, kExact) != nullptr);
        QVERIFY(page.deleteForm(copy, kExact));
        QVERIFY(page.waitUntilGone(copy));
        QVERIFY(!QFile::exists(copy));
        QVERIFY(QFile::exists(tiny.folder() + QStringLiteral("/config.json")));
    }

    void aFolderWithoutAModelIsExplained() {
        Page page;
        QVERIFY(page.open());
        const QTemporaryDir empty;
        page.drop(empty.path());
        QTRY_VERIFY_WITH_TIMEOUT(page.page()->banner()->isVisible(), kWaitMs);
        QVERIFY(page.page()->banner()->text().contains(empty.path()));
        QVERIFY(page.page()->banner()->text().contains(QLatin1String("Choose the folder")));
        // Of several, each.
        const QTemporaryDir other;
        page.page()->imports()->offer({other.path(), empty.path()});
        QTRY_VERIFY(page.page()->banner()->text().contains(u'\n'));
        QVERIFY(page.page()->banner()->text().contains(empty.path()));
        QVERIFY(page.page()->banner()->text().contains(other.path()));
    }

    void aFolderThatIsListedIsNotAskedFor() {
        Page page;
        QVERIFY(page.open());
        const TinyModel tiny("my-model");
        page.fixture.library().addFolder(tiny.folder());
        QVERIFY(page.card(tiny.folder()) != nullptr);
        page.drop(tiny.folder());
        QTRY_VERIFY_WITH_TIMEOUT(
            page.page()->banner()->text().contains(QLatin1String("in the list already")), kWaitMs);
    }

    void aCopyShowsItsProgressAndIsCancelled() {
        Page page;
        QVERIFY(page.open());
        const TinyModel tiny("my-model");
        QFile large(tiny.folder() + QStringLiteral("/padding.json"));
        QVERIFY(large.open(QIODevice::WriteOnly));
        QVERIFY(large.resize(400 << 20));  // a hole, and long enough
        page.page()->imports()->offer({tiny.folder()});
        QVERIFY(answer(page.page()->imports(), kCopy));
        QTRY_VERIFY_WITH_TIMEOUT(
            page.importRow() != nullptr && page.importRow()->progress()->isVisible(), kWaitMs);
        QVERIFY(page.importRow()->text()->text().contains(QLatin1String(" of 4")));
        page.importRow()->button()->click();
        QTRY_VERIFY_WITH_TIMEOUT(page.importRow() == nullptr, kWaitMs);
        QVERIFY(!page.page()->imports()->isVisible());
        QVERIFY(QDir(page.fixture.folder() + QStringLiteral("/models"))
                    .entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)
                    .isEmpty());
    }

    void aFailedImportSaysWhyAndIsTriedAgain() {
        Page page;
        QVERIFY(page.open());
        const TinyModel tiny("my-model");
        page.page()->imports()->offer({tiny.folder()});
        QVERIFY(!questionOver(page.page()->imports()).isEmpty());
        QVERIFY(QFile::rename(tiny.folder() + QStringLiteral("/tokenizer.json"),
                              tiny.folder() + QStringLiteral("/away")));
        QVERIFY(answer(page.page()->imports(), kCopy));
        QTRY_VERIFY_WITH_TIMEOUT(
            page.importRow() != nullptr && page.importRow()->retryButton()->isVisible(), kWaitMs);
        QVERIFY(page.importRow()->text()->text().contains(QLatin1String("tokenizer")));
        QVERIFY(QFile::rename(tiny.folder() + QStringLiteral("/away"),
                              tiny.folder() + QStringLiteral("/tokenizer.json")));
        page.importRow()->retryButton()->click();
        QVERIFY(page.card(page.fixture.folder() + QStringLiteral("/models/my-model")) != nullptr);
    }

    void aModelOfAnotherProgramIsFoundUsedAndChecked() {
        Page page;
        QVERIFY(page.open());
        const QString folder = page.putTiny();
        ModelFormRow* row = rowOf(page.fixture, folder, kExact);
        QVERIFY(row != nullptr);
        QVERIFY(press(row, QStringLiteral("Load")));
        QTRY_COMPARE_WITH_TIMEOUT(page.fixture.host().status().folder, folder, kWaitMs);
        ModelCard* card = page.card(folder);
        QVERIFY(!card->checkResult()->isVisible());
        QVERIFY(chooseInMenu(card, QStringLiteral("Check the files")));
        QTRY_COMPARE_WITH_TIMEOUT(card->checkResult()->text(),
                                  QStringLiteral("All files are as they were published"), kWaitMs);
        damage(folder + u'/' + kWeights);
        QVERIFY(chooseInMenu(card, QStringLiteral("Check the files")));
        QTRY_VERIFY_WITH_TIMEOUT(
            card->checkResult()->text().startsWith(QLatin1String("Damaged: ") + kWeights), kWaitMs);
        QVERIFY(card->continueButton()->isVisible());
        QCOMPARE(card->continueButton()->text(), QStringLiteral("Repair"));
    }

    void aFolderWithoutKnownHashesSaysSo() {
        Page page;
        QVERIFY(page.open());
        const TinyModel tiny("my-model");
        page.fixture.library().addFolder(tiny.folder());
        ModelCard* card = page.card(tiny.folder());
        QVERIFY(card != nullptr);
        QVERIFY(chooseInMenu(card, QStringLiteral("Check the files")));
        QTRY_VERIFY_WITH_TIMEOUT(
            card->checkResult()->text().startsWith(QLatin1String("No published checksums")),
            kWaitMs);
    }

    void aPartOfAModelOffersToBeContinued() {
        Page page;
        QVERIFY(page.open());
        const QString folder = page.putTiny({kWeights});
        ModelCard* card = page.card(folder);
        QVERIFY(card != nullptr);
        QVERIFY(card->rows().empty());
        QVERIFY(card->continueButton()->isVisible());
        QCOMPARE(card->continueButton()->text(), QStringLiteral("Continue the download"));
    }

    void deletingSaysWhatIsFreedAndWhoseItIsAndCanBeUndone() {
        Page page;
        QVERIFY(page.open());
        const QString folder = page.putTiny();
        ModelFormRow* row = rowOf(page.fixture, folder, kExact);
        QVERIFY(row != nullptr);
        row->deleteButton()->click();
        const QString question = questionOver(page.page());
        QVERIFY2(question.startsWith(QLatin1String("Delete tiny, 16 bits? This frees ")),
                 qPrintable(question));
        QVERIFY(question.contains(QLatin1String("put there by another program")));
        QVERIFY(question.contains(QLatin1String("It can be downloaded again.")));
        QVERIFY(answer(page.page(), QStringLiteral("Keep")));
        QTRY_VERIFY(page.page()->findChild<QMessageBox*>() == nullptr);
        QVERIFY(page.deleteForm(folder, kExact));
        QVERIFY(page.waitUntilGone(folder));
        QVERIFY(!QFile::exists(folder));
        QVERIFY(page.toast()->isVisible());
        page.toast()->actionButton()->click();
        QVERIFY(page.card(folder) != nullptr);
        QVERIFY(QFile::exists(folder + u'/' + kWeights));
    }

    void whatIsDeletedIsGoneWhenTheNoticeHasPassed() {
        Page page;
        QVERIFY(page.open());
        const QString folder = page.putTiny();
        QVERIFY(page.deleteForm(folder, kExact));
        QVERIFY(page.waitUntilGone(folder));
        const QString repository =
            page.fixture.folder() + QStringLiteral("/hub/models--some-org--tiny");
        QTRY_VERIFY_WITH_TIMEOUT(page.toast()->isVisible(), kWaitMs);
        QVERIFY(QFile::exists(repository));
        page.toast()->dismiss();
        QTRY_VERIFY_WITH_TIMEOUT(!QFile::exists(repository), kWaitMs);
    }

    void aPartIsDeletedFromTheMenu() {
        Page page;
        QVERIFY(page.open());
        const QString folder = page.putTiny({kWeights});
        QVERIFY(page.card(folder) != nullptr);
        QVERIFY(chooseInMenu(page.card(folder), QStringLiteral("Delete the files…")));
        QVERIFY(answer(page.page(), QStringLiteral("Delete")));
        QVERIFY(page.waitUntilGone(folder));
    }

    void aLoadedModelIsNotDeleted() {
        Page page;
        QVERIFY(page.open());
        const QString folder = page.putTiny();
        QVERIFY(press(rowOf(page.fixture, folder, kExact), QStringLiteral("Load")));
        QTRY_COMPARE_WITH_TIMEOUT(page.fixture.host().status().folder, folder, kWaitMs);
        QVERIFY(page.fixture.waitForModel());
        QVERIFY(chooseInMenu(page.card(folder), QStringLiteral("Delete the files…")));
        QTRY_VERIFY(page.page()->banner()->text().contains(QLatin1String("is loaded")));
        QVERIFY(QFile::exists(folder));
    }
};

QTEST_MAIN(ModelFilesTest)
#include "model_files_test.moc"
