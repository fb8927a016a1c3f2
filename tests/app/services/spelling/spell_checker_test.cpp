// Dictionaries that are found, words that are checked, and what the checker says of them.
#include "app/services/spelling/spell_checker.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

#include "app/services/spelling/checked_words.h"
#include "tests/app/services/spelling/test_dictionaries.h"

namespace dsm {

using Spelling = SpellChecker::Spelling;

class SpellCheckerTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<SpellChecker> checker_;

    void open() {
        checker_ = std::make_unique<SpellChecker>(folder_->filePath(QStringLiteral("words.txt")),
                                                  QStringList{folder_->path()});
    }
    // Once it is known.
    Spelling of(const QString& word) {
        QSignalSpy known(checker_.get(), &SpellChecker::checked);
        Spelling spelling = checker_->check(word);
        while (spelling == Spelling::Unknown && known.wait())
            spelling = checker_->check(word);
        return spelling;
    }
    QStringList suggestions(const QString& word) {
        std::optional<QStringList> all;
        checker_->suggest(word, checker_.get(), [&](const QStringList& found) { all = found; });
        const bool isAnswered = QTest::qWaitFor([&] { return all.has_value(); });
        return isAnswered ? *all : QStringList{QStringLiteral("no answer")};
    }
    static QStringList words(const QString& line,
                             const QSet<QChar::Script>& scripts = {QChar::Script_Latin}) {
        QStringList found;
        for (const CheckedWord& word : checkedWords(line, scripts))
            found.append(line.mid(word.start, word.length));
        return found;
    }

  private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QVERIFY(test::writeDictionaries(folder_->path()));
        open();
    }
    void cleanup() { checker_.reset(); }

    void wholeDictionariesAreFoundAndNothingElse() {
        QCOMPARE(checker_->dictionaries(),
                 (QStringList{QStringLiteral("de_DE"), QStringLiteral("en_US")}));
        QVERIFY(findDictionaries({folder_->filePath(QStringLiteral("missing"))}).isEmpty());
    }

    void theUsualOnesAreThoseOfTheLanguagesAndEnglish() {
        const QStringList there{QStringLiteral("de_AT"), QStringLiteral("de_DE"),
                                QStringLiteral("en_GB"), QStringLiteral("ru_RU")};
        QCOMPARE(usualDictionaries(there, {QStringLiteral("de-DE"), QStringLiteral("de")}),
                 (QStringList{QStringLiteral("de_DE"), QStringLiteral("en_GB")}));
        QCOMPARE(usualDictionaries(there, {QStringLiteral("de-CH")}),
                 (QStringList{QStringLiteral("de_AT"), QStringLiteral("en_GB")}));
        QCOMPARE(usualDictionaries(there, {QStringLiteral("zh-CN")}),
                 QStringList{QStringLiteral("en_GB")});
        QVERIFY(usualDictionaries({}, {QStringLiteral("en-US")}).isEmpty());
    }

    void dictionariesAreCalledByTheirLanguage() {
        QCOMPARE(dictionaryTitle(QStringLiteral("en_US")),
                 QStringLiteral("English (United States)"));
        QCOMPARE(dictionaryTitle(QStringLiteral("de_AT")),
                 QStringLiteral("Deutsch (\u00D6sterreich)"));
        QCOMPARE(dictionaryTitle(QStringLiteral("fr")), QString::fromUtf8("Fran\u00E7ais"));
        QCOMPARE(dictionaryTitle(QStringLiteral("qqq_XX")), QStringLiteral("qqq_XX"));
    }

    void nothingIsCheckedUntilSomethingIsChosen() {
        QVERIFY(!checker_->isOn());
        QCOMPARE(checker_->check(QStringLiteral("helo")), Spelling::Right);
        checker_->choose(QStringList{QStringLiteral("xx_XX")});
        QVERIFY(!checker_->isOn());
    }

    void wordsAreRightWhereOneOfTheDictionariesHasThem() {
        checker_->choose(QStringList{QStringLiteral("en_US"), QStringLiteral("de_DE")});
        QVERIFY(checker_->isOn());
        QCOMPARE(of(QStringLiteral("hello")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("Hello")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("worlds")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("it\u2019s")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("Stra\u00DFe")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("sch\u00F6n")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("helo")), Spelling::Wrong);
        QCOMPARE(of(QStringLiteral("\u0441\u043B\u043E\u043D")), Spelling::Wrong);
        checker_->choose(QStringList{QStringLiteral("en_US")});
        QCOMPARE(of(QStringLiteral("sch\u00F6n")), Spelling::Wrong);
        checker_->choose(QStringList());
        QCOMPARE(of(QStringLiteral("helo")), Spelling::Right);
    }

    void whatWasMeantIsOffered() {
        checker_->choose(QStringList{QStringLiteral("en_US"), QStringLiteral("de_DE")});
        QVERIFY(suggestions(QStringLiteral("helo")).contains(QStringLiteral("hello")));
        QVERIFY(suggestions(QStringLiteral("schon")).contains(QStringLiteral("sch\u00F6n")));
        QVERIFY(suggestions(QStringLiteral("qqqqqqqqqqqqqqq")).isEmpty());
    }

    void ownWordsAreRightAlsoAfterTheNextStart() {
        checker_->choose(QStringList{QStringLiteral("en_US")});
        QCOMPARE(of(QStringLiteral("Zanzibarian")), Spelling::Wrong);
        QSignalSpy changed(checker_.get(), &SpellChecker::changed);
        checker_->learn(QStringLiteral("Zanzibarian"));
        checker_->learn(QStringLiteral("owl\u2019s"));
        checker_->learn(QStringLiteral("Zanzibarian"));
        QCOMPARE(changed.count(), 2);
        QCOMPARE(of(QStringLiteral("Zanzibarian")), Spelling::Right);
        open();
        checker_->choose(QStringList{QStringLiteral("en_US")});
        QCOMPARE(of(QStringLiteral("Zanzibarian")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("owl's")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("helo")), Spelling::Wrong);
    }

    void ownWordsThatCannotBeKeptAreSaidAndHoldUntilTheEnd() {
        QVERIFY(QDir(folder_->path()).mkdir(QStringLiteral("words.txt")));
        open();
        checker_->choose(QStringList{QStringLiteral("en_US")});
        QSignalSpy failed(checker_.get(), &SpellChecker::failed);
        checker_->learn(QStringLiteral("Zanzibarian"));
        QCOMPARE(failed.count(), 1);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("words.txt")));
        QCOMPARE(of(QStringLiteral("Zanzibarian")), Spelling::Right);
    }

    void brokenDictionariesKnowNothingAndHarmNothing() {
        QVERIFY(test::writeFile(folder_->filePath(QStringLiteral("it_IT.aff")),
                                QByteArray(5000, '\xFF') + "\nSET NO-SUCH-SET\nPFX A Y 70000\n"));
        QVERIFY(test::writeFile(folder_->filePath(QStringLiteral("it_IT.dic")),
                                "99999999999\n\xFF\xFE/\x80\n"));
        open();
        checker_->choose(QStringList{QStringLiteral("it_IT"), QStringLiteral("en_US")});
        QCOMPARE(of(QStringLiteral("hello")), Spelling::Right);
        QCOMPARE(of(QStringLiteral("helo")), Spelling::Wrong);
    }

    void aLongTextIsCheckedInPieces() {
        checker_->choose(QStringList{QStringLiteral("en_US")});
        const auto word = [](int number) {
            QString text = QStringLiteral("wo");
            for (; number > 0; number /= 26)
                text += QChar(u'a' + number % 26);
            return text;
        };
        for (int i = 0; i < 4000; ++i)
            checker_->check(word(i));
        QSignalSpy known(checker_.get(), &SpellChecker::checked);
        QTRY_VERIFY(checker_->check(word(3999)) != Spelling::Unknown);
        QVERIFY(known.count() > 1);
    }

    void wordsOfALineAreThoseOfALanguage() {
        QCOMPARE(
            words(QStringLiteral("Hello, world! It's a well-known \u201Ctest\u201D.")),
            (QStringList{QStringLiteral("Hello"), QStringLiteral("world"), QStringLiteral("It's"),
                         QStringLiteral("well"), QStringLiteral("known"), QStringLiteral("test")}));
        QCOMPARE(words(QStringLiteral("see https://example.com/pathh and a@b.cd or /etc/hostss")),
                 (QStringList{QStringLiteral("see"), QStringLiteral("and"), QStringLiteral("or")}));
        QCOMPARE(words(QStringLiteral("my_var camelCase std::sorrt x86 NASA a.outt 3rdd `coddee`")),
                 QStringList());
        QCOMPARE(
            words(QStringLiteral("a lone ` and more")),
            (QStringList{QStringLiteral("lone"), QStringLiteral("and"), QStringLiteral("more")}));
        QCOMPARE(words(QString(200, u'x')), QStringList());
        QCOMPARE(words(QStringLiteral("caf\u0065\u0301 na\u00EFve")),
                 (QStringList{QStringLiteral("caf\u0065\u0301"), QStringLiteral("na\u00EFve")}));
    }

    void chineseIsNotChecked() {
        QCOMPARE(words(QStringLiteral("\u4F60\u597D\uFF0C\u4E16\u754C\u3002\u4F7F\u7528Qt")),
                 QStringList());
        QCOMPARE(words(QStringLiteral("\u4F60\u597D helo")), QStringList{QStringLiteral("helo")});
        QCOMPARE(words(QStringLiteral("\u0441\u043B\u043E\u043D helo"), {QChar::Script_Cyrillic}),
                 QStringList{QStringLiteral("\u0441\u043B\u043E\u043D")});
    }
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::SpellCheckerTest)

#include "spell_checker_test.moc"
