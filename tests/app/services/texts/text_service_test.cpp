#include "app/services/texts/text_service.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/program/settings.h"
#include "tests/app/services/chat/fake_generator.h"
#include "tests/app/services/chat/words_as_tokens.h"

namespace dsm {

class TextServiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        settings_ = std::make_unique<Settings>(folder_->filePath(QStringLiteral("settings.ini")));
        generator_ = std::make_unique<FakeGenerator>();
        open();
    }
    void cleanup() {
        texts_.reset();
        generator_.reset();
        settings_.reset();
    }

    void whatIsTypedIsOnTheDiskSoon() {
        const qint64 id = texts_->add();
        QVERIFY(id > 0);
        texts_->edit(id, QStringLiteral("Once upon a time"));
        QTRY_COMPARE(onDisk(id), QStringLiteral("Once upon a time"));
    }

    void aTextIsNamedByItsFirstLineUntilAPersonNamesIt() {
        const qint64 id = texts_->add();
        QCOMPARE(texts_->texts()[0].name(), QString());
        QSignalSpy changed(texts_.get(), &TextService::textsChanged);
        texts_->edit(id, QStringLiteral("\n  \n  A  first line \nmore"));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(texts_->texts()[0].name(), QStringLiteral("A first line"));
        texts_->edit(id, QStringLiteral("\n  \n  A  first line \nmore and more"));
        QCOMPARE(changed.count(), 1);  // the name is as it was
        QVERIFY(texts_->rename(id, QStringLiteral(" Tale ")));
        QCOMPARE(texts_->texts()[0].name(), QStringLiteral("Tale"));
        QVERIFY(texts_->rename(id, QString()));
        QCOMPARE(texts_->texts()[0].name(), QStringLiteral("A first line"));
    }

    void aLongNameEndsInDotsAndBetweenCharacters() {
        const qint64 id = texts_->add();
        texts_->edit(id, QString(80, u'a'));
        QCOMPARE(texts_->texts()[0].name(), QString(80, u'a'));
        texts_->edit(id, QString(81, u'a'));
        QCOMPARE(texts_->texts()[0].name(), QString(79, u'a') + u'…');
        for (const int before : {77, 78, 79, 80}) {
            texts_->edit(id, QString(before, u'a') + QStringLiteral("\U0001F600 and more"));
            const QString name = texts_->texts()[0].name();
            QCOMPARE(QString::fromUtf8(name.toUtf8()), name);
            QVERIFY(name.size() <= 80);
            QVERIFY(name.endsWith(u'…'));
        }
    }

    void theModelGetsTheTextAsItIsAfterItIsOnTheDisk() {
        const qint64 id = texts_->add();
        const QString text = QStringLiteral("User: not a chat\n\t 你好 ");
        texts_->edit(id, text);
        QVERIFY(texts_->continueText(id));
        QCOMPARE(onDisk(id), text);
        QCOMPARE(generator_->requests.size(), 1);
        QCOMPARE(generator_->requests[0].rawText, text);
        QVERIFY(generator_->requests[0].messages.isEmpty());
        QCOMPARE(generator_->requests[0].conversationId, 0);
    }

    void whatTheModelWritesIsAddedAndSavedWhileItComes() {
        const qint64 id = begin(QStringLiteral("One"));
        QSignalSpy grew(texts_.get(), &TextService::grew);
        QSignalSpy ended(texts_.get(), &TextService::ended);
        generator_->write(generator_->lastId(), QStringLiteral(" two"));
        QCOMPARE(texts_->text(id), QStringLiteral("One two"));
        QTRY_COMPARE(onDisk(id), QStringLiteral("One two"));
        QVERIFY(texts_->isWriting(id));
        generator_->write(generator_->lastId(), QStringLiteral(" three"));
        generator_->end(generator_->lastId());
        QCOMPARE(onDisk(id), QStringLiteral("One two three"));
        QVERIFY(!texts_->isWriting(id));
        QCOMPARE(grew.count(), 2);
        QCOMPARE(ended.count(), 1);
    }

    void aStopKeepsWhatWasWritten() {
        const qint64 id = begin(QStringLiteral("One"));
        generator_->write(generator_->lastId(), QStringLiteral(" two"));
        texts_->stop(id);
        QTRY_VERIFY(!texts_->isWriting(id));
        QCOMPARE(generator_->stopped, QList<quint64>{generator_->lastId()});
        QCOMPARE(onDisk(id), QStringLiteral("One two"));
    }

    void nobodyElseWritesWhileTheModelDoes() {
        const qint64 id = begin(QStringLiteral("One"));
        texts_->edit(id, QStringLiteral("Lost?"));
        QVERIFY(!texts_->continueText(id));
        QCOMPARE(texts_->text(id), QStringLiteral("One"));
        QCOMPARE(generator_->requests.size(), 1);
    }

    void twoTextsAreWrittenEachForItself() {
        const qint64 first = begin(QStringLiteral("A"));
        const quint64 firstRequest = generator_->lastId();
        const qint64 second = begin(QStringLiteral("B"));
        generator_->write(generator_->lastId(), QStringLiteral("b"));
        generator_->write(firstRequest, QStringLiteral("a"));
        QCOMPARE(texts_->text(first), QStringLiteral("Aa"));
        QCOMPARE(texts_->text(second), QStringLiteral("Bb"));
    }

    void aTextWaitsUntilTheModelBeginsWithIt() {
        const qint64 first = begin(QStringLiteral("A"));
        const quint64 firstRequest = generator_->lastId();
        const qint64 second = begin(QStringLiteral("B"));
        QVERIFY(texts_->isWaiting(first));
        QVERIFY(!texts_->isBehindAnother(first));
        QSignalSpy changed(texts_.get(), &TextService::writingChanged);
        generator_->begin(firstRequest);
        QCOMPARE(changed.count(), 1);
        QVERIFY(!texts_->isWaiting(first));
        QVERIFY(texts_->isWaiting(second));
        QVERIFY(texts_->isBehindAnother(second));
        generator_->end(firstRequest);
        QVERIFY(!texts_->isBehindAnother(second));
        QVERIFY(texts_->isWritingAny());
        generator_->begin(generator_->lastId());
        QVERIFY(!texts_->isWaiting(second));
        generator_->end(generator_->lastId());
        QVERIFY(!texts_->isWritingAny());
        // Again from the beginning.
        QVERIFY(texts_->continueText(second));
        QVERIFY(texts_->isWaiting(second));
    }

    void aTextThatIsTooLongIsRefusedWithNumbersBeforeAnythingBegins() {
        generator_->measure = [](const GenerationRequest& request) {
            return fitOfWords(request, 4);
        };
        const qint64 id = texts_->add();
        texts_->edit(id, QStringLiteral("one two three four five"));
        QSignalSpy failed(texts_.get(), &TextService::failed);
        QVERIFY(!texts_->continueText(id));
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("5 tokens")));
        QVERIFY(failed[0][0].toString().contains(u'4'));
        QVERIFY(generator_->requests.isEmpty());
        QCOMPARE(texts_->fit(QStringLiteral("one two")).tokens, 2);
        QCOMPARE(texts_->fit(QStringLiteral("one two")).room, 4);
    }

    void aRemovedTextComesBackWithAllOfIt() {
        const qint64 id = texts_->add();
        texts_->edit(id, QStringLiteral("Precious"));
        QVERIFY(texts_->remove(id));
        QVERIFY(texts_->texts().isEmpty());
        QCOMPARE(texts_->trash().size(), 1);
        QVERIFY(texts_->restore(id));
        QCOMPARE(texts_->texts().size(), 1);
        QCOMPARE(texts_->text(id), QStringLiteral("Precious"));
    }

    void aTextThatIsRemovedWhileTheModelWritesStopsIt() {
        const qint64 id = begin(QStringLiteral("One"));
        QVERIFY(texts_->remove(id));
        QTRY_VERIFY(!texts_->isWriting(id));
        QCOMPARE(generator_->stopped.size(), 1);
    }

    void choicesAreATextsOwnOrThoseOfTheSettings() {
        GenerationChoices everywhere;
        everywhere.temperature = 0.5;
        settings_->setGeneration(everywhere);
        const qint64 id = texts_->add();
        QVERIFY(!texts_->hasOwnChoices(id));
        QCOMPARE(texts_->choices(id).temperature, 0.5);
        GenerationChoices own;
        own.temperature = 1.5;
        own.seed = 7;
        QVERIFY(texts_->setChoices(id, own));
        QVERIFY(texts_->hasOwnChoices(id));
        texts_->edit(id, QStringLiteral("One"));
        QVERIFY(texts_->continueText(id));
        QCOMPARE(generator_->requests[0].choices.temperature, 1.5);
        QCOMPARE(texts_->lastSeed(id), std::optional<quint64>(7));
        generator_->end(generator_->lastId());
        QVERIFY(texts_->resetChoices(id));
        QCOMPARE(texts_->choices(id).temperature, 0.5);
    }

    void theSeedThatWasDrawnIsKnown() {
        const qint64 id = begin(QStringLiteral("One"));
        QVERIFY(texts_->lastSeed(id).has_value());
        QCOMPARE(generator_->requests[0].choices.seed, texts_->lastSeed(id));
    }

    void theProgramsEndSavesWhatIsOpen() {
        const qint64 typed = texts_->add();
        texts_->edit(typed, QStringLiteral("typed"));
        const qint64 written = begin(QStringLiteral("One"));
        generator_->write(generator_->lastId(), QStringLiteral(" two"));
        texts_.reset();
        generator_ = std::make_unique<FakeGenerator>();
        open();
        QCOMPARE(texts_->text(typed), QStringLiteral("typed"));
        QCOMPARE(texts_->text(written), QStringLiteral("One two"));
        QVERIFY(!texts_->isWriting(written));
    }

    void aFileThatCannotBeOpenedIsSaid() {
        texts_.reset();
        const QString blocked = folder_->filePath(QStringLiteral("blocked"));
        QFile file(blocked);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        texts_ = std::make_unique<TextService>(blocked + QStringLiteral("/texts.db"), *generator_,
                                               *settings_);
        QVERIFY(!texts_->notices().isEmpty());
        const qint64 id = texts_->add();
        texts_->edit(id, QStringLiteral("still here"));
        QCOMPARE(texts_->text(id), QStringLiteral("still here"));
    }

  private:
    void open() {
        texts_ = std::make_unique<TextService>(folder_->filePath(QStringLiteral("texts.db")),
                                               *generator_, *settings_);
        QCOMPARE(texts_->notices(), QStringList());
    }
    qint64 begin(const QString& text) {
        const qint64 id = texts_->add();
        texts_->edit(id, text);
        return texts_->continueText(id) ? id : 0;
    }
    // As another program would find it that starts now.
    QString onDisk(qint64 id) const {
        QTemporaryDir copy;
        for (const char* end : {"", "-wal"}) {
            QFile::copy(folder_->filePath(QStringLiteral("texts.db")) + QLatin1String(end),
                        copy.filePath(QStringLiteral("texts.db")) + QLatin1String(end));
        }
        FakeGenerator generator;
        return TextService(copy.filePath(QStringLiteral("texts.db")), generator, *settings_)
            .text(id);
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<Settings> settings_;
    std::unique_ptr<FakeGenerator> generator_;
    std::unique_ptr<TextService> texts_;
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::TextServiceTest)
#include "text_service_test.moc"
