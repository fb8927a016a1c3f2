// Chats as wholes, through the window: the trash, the backups, chats that go out and come in.
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/list_header.h"
#include "ui/history/backups_dialog.h"
#include "ui/history/export_dialog.h"
#include "ui/history/printed_chat.h"
#include "ui/history/trash_dialog.h"
#include "ui/settings/settings_dialog.h"
#include "ui/shell/sidebar.h"
#include "ui/widgets/banner.h"

using namespace dsm;

namespace {

template <class Dialog>
Dialog* shown(WindowFixture& f) {
    for (auto* dialog : f.window().findChildren<Dialog*>()) {
        if (dialog->isVisible()) return dialog;
    }
    return nullptr;
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class HistoryTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;
    qint64 one_ = 0;

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }
    void init() {
        f_ = std::make_unique<WindowFixture>();
        QVERIFY(f_->waitForModel());
        f_->sendMessage(QStringLiteral("Of owls"));
        QVERIFY(f_->waitForReply());
        one_ = f_->window().page()->conversation();
    }
    void cleanup() { f_.reset(); }

    void aDeletedChatIsReadAndComesBackFromTheTrash() {
        QVERIFY(f_->chat().remove(one_));
        Q_EMIT f_->window().sidebar()->header()->trashRequested();
        auto* dialog = shown<TrashDialog>(*f_);
        QVERIFY(dialog != nullptr);
        QCOMPARE(dialog->list()->count(), 1);
        QVERIFY(dialog->list()->item(0)->text().contains(QLatin1String("30 days left")));
        QVERIFY(!dialog->restoreButton()->isEnabled());
        dialog->list()->item(0)->setSelected(true);
        QVERIFY(dialog->preview()->toPlainText().contains(QLatin1String("A scripted reply.")));
        dialog->restoreButton()->click();
        QCOMPARE(dialog->list()->count(), 0);
        QCOMPARE(f_->chat().conversation(one_).title, QStringLiteral("Of owls"));
        QVERIFY(!dialog->emptyButton()->isEnabled());
    }

    void whatIsDeletedForGoodIsGoneAfterAQuestion() {
        QVERIFY(f_->chat().remove(one_));
        Q_EMIT f_->window().sidebar()->header()->trashRequested();
        auto* dialog = shown<TrashDialog>(*f_);
        QVERIFY(dialog != nullptr);
        dialog->emptyButton()->click();
        auto* box = dialog->findChild<QMessageBox*>();
        QVERIFY(box != nullptr);
        QCOMPARE(f_->chat().trash().size(), 1);
        for (QAbstractButton* button : box->buttons()) {
            if (box->buttonRole(button) == QMessageBox::AcceptRole) button->click();
        }
        QTRY_COMPARE(f_->chat().trash().size(), 0);
        QCOMPARE(dialog->list()->count(), 0);
        QVERIFY(f_->chat().messages(one_).isEmpty());
        QVERIFY(f_->chat().search(QStringLiteral("owls")).isEmpty());
    }

    void nothingOutsideTheTrashIsRemovedForGood() {
        QCOMPARE(f_->chat().removeForGood({one_}), 0);
        QCOMPARE(f_->chat().messages(one_).size(), 2);
    }

    void aBackupBringsBackWhatIsMissingAndIsCopied() {
        QTRY_VERIFY(!f_->chat().backups().isEmpty() || !f_->chat().isReadOnly());
        f_->restart();  // the backup of the day is made at the start
        QVERIFY(f_->waitForModel());
        QTRY_VERIFY(!f_->chat().backups().isEmpty());
        QVERIFY(f_->chat().remove(one_));
        QCOMPARE(f_->chat().removeForGood({one_}), 1);
        f_->window().showSettings();
        auto* settings = shown<SettingsDialog>(*f_);
        QVERIFY(settings != nullptr);
        settings->backupsButton()->click();
        auto* dialog = shown<BackupsDialog>(*f_);
        QVERIFY(dialog != nullptr);
        QVERIFY(dialog->list()->count() > 0);
        const QString copy = f_->folder() + QStringLiteral("/copy.db");
        dialog->setChooser([&copy](const QString&) { return copy; });
        dialog->exportButton()->click();
        QCOMPARE(bytesOf(copy), bytesOf(f_->chat().backups().first().file));
        QVERIFY(bytesOf(copy).startsWith("SQLite format 3"));
        dialog->setChooser([this](const QString&) { return f_->folder() + "/none/copy.db"; });
        dialog->exportButton()->click();
        QVERIFY(f_->window().page()->banner()->text().contains(QLatin1String("none")));
        dialog->restoreButton()->click();
        QCOMPARE(f_->chat().conversations().size(), 1);
        QVERIFY(dialog->note()->text().contains(QLatin1String("came back")));
    }

    void aChatGoesOutAndComesInAgain() {
        Q_EMIT f_->window().sidebar()->exportRequested(one_);
        auto* dialog = shown<ExportDialog>(*f_);
        QVERIFY(dialog != nullptr);
        const QString file = f_->folder() + QStringLiteral("/chats.json");
        QString asked;
        dialog->setChooser([&](const QString& name) {
            asked = name;
            return file;
        });
        dialog->writeButton()->click();
        QTRY_VERIFY(dialog->note()->text().contains(file));
        QCOMPARE(asked, QStringLiteral("Of owls.json"));
        f_->window().importFiles({file});
        QTRY_VERIFY(f_->window().page()->banner()->text().contains(QLatin1String("already")));
        QVERIFY(f_->chat().remove(one_));
        f_->window().importFiles({file});
        QTRY_COMPARE(f_->chat().conversations().size(), 1);
        QCOMPARE(f_->chat().messages(f_->chat().conversations()[0].id)[1].text.trimmed(),
                 QStringLiteral("A scripted reply."));
    }

    void manyChatsBecomeFilesInAFolder() {
        f_->window().newChat();
        f_->sendMessage(QStringLiteral("Of bees"));
        QVERIFY(f_->waitForReply());
        Q_EMIT f_->window().sidebar()->header()->exportRequested();
        auto* dialog = shown<ExportDialog>(*f_);
        QVERIFY(dialog != nullptr);
        QVERIFY(QDir().mkpath(f_->folder() + QStringLiteral("/out")));
        dialog->setChooser([&](const QString& name) {
            return name.isEmpty() ? f_->folder() + QStringLiteral("/out") : QString();
        });
        dialog->formatChoice()->setCurrentIndex(3);
        dialog->writeButton()->click();
        QTRY_COMPARE(QDir(f_->folder() + QStringLiteral("/out")).entryList(QDir::Files, QDir::Name),
                     (QStringList{QStringLiteral("Of bees.pdf"), QStringLiteral("Of owls.pdf")}));
        QVERIFY(bytesOf(f_->folder() + QStringLiteral("/out/Of bees.pdf")).startsWith("%PDF-"));
    }

    void aPdfLoadsNoPicture() {
        const QString picture = f_->folder() + QStringLiteral("/picture.png");
        QPixmap pixmap(400, 400);
        pixmap.fill(Qt::red);
        QVERIFY(pixmap.save(picture));
        const QByteArray html = "<html><body><p>x</p>%1</body></html>";
        const QByteArray with =
            pdfOf(QByteArray(html).replace("%1", "<img src=\"" + picture.toUtf8() + "\">"));
        QVERIFY(!with.contains("/Subtype /Image") || with.size() < 30'000);
        QVERIFY(!with.isEmpty());
    }

    void whatIsNoExportIsSaid() {
        const QString file = f_->folder() + QStringLiteral("/no.json");
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write("{}");
        out.close();
        f_->window().importFiles({file});
        QTRY_VERIFY(f_->window().page()->banner()->text().contains(QLatin1String("no.json")));
    }
};

QTEST_MAIN(HistoryTest)
#include "history_test.moc"
