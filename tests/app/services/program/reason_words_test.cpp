// What the engine refuses, in the language of the window.
#include <QCoreApplication>
#include <QSet>
#include <QTest>

#include "app/services/program/reason_words.h"
#include "app/services/program/sentences.h"
#include "kernels/base/reason.h"
#include "tests/support/marked_reasons.h"

using namespace dsm;

namespace {

QString toText(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

// As many as the words of any code have places for.
const std::vector<std::string> kArguments{"one", "two", "three", "four", "five", "six", "seven"};

}  // namespace

class ReasonWordsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyReasonHasTheWordsOfTheEngine() {
        for (const ReasonWords& words : reasonWords()) {
            const Reason reason(words.code, kArguments);
            QCOMPARE(presentReason(shown(reason)), QString::fromStdString(reason.text()));
        }
    }

    void everyReasonIsTranslated() {
        test::MarkedReasons translator;
        QVERIFY(QCoreApplication::installTranslator(&translator));
        for (const ReasonWords& words : reasonWords()) {
            if (words.code == ReasonCode::Other) continue;
            const QString said = presentReason(shown(Reason(words.code, kArguments)));
            QVERIFY2(said.startsWith(u'<') && said.endsWith(u'>'), qPrintable(said));
        }
        QCoreApplication::removeTranslator(&translator);
    }

    void everyKnownWordIsTranslatedWhereItIsAnArgument() {
        test::MarkedReasons translator;
        QVERIFY(QCoreApplication::installTranslator(&translator));
        for (const std::string_view word : knownWords()) {
            const Reason reason(ReasonCode::ColumnNoText, {"x", std::string(word)});
            QVERIFY2(presentReason(shown(reason)).contains(u'<' + toText(word) + u'>'),
                     word.data());
        }
        QCoreApplication::removeTranslator(&translator);
    }

    void namesOfCodesAreTheirOwn() {
        QSet<QString> names;
        for (const ReasonWords& words : reasonWords())
            names.insert(toText(words.name));
        QCOMPARE(names.size(), static_cast<qsizetype>(reasonWords().size()));
    }

    void severalSentencesStayTogetherAndAreKept() {
        Reason reason(ReasonCode::NoRowUsable, {"/a %1.csv", "2"});
        reason.add(ReasonCode::AtLine, {"7"});
        reason.add(ReasonCode::ColumnEmpty, {"output"});
        const ReasonShown all = shown(reason);
        const QString said = QStringLiteral(
            "/a %1.csv: none of 2 rows is usable. Line 7: the column output is empty.");
        QCOMPARE(presentReason(all), said);
        QCOMPARE(ReasonShown::fromKept(all.kept()), all);
        QCOMPARE(ReasonShown::fromKept(QStringLiteral("{\"a\": 1}")).text,
                 QStringLiteral("{\"a\": 1}"));
    }

    void whatHasNoWordsOfItsOwnComesBehindASentenceOfItsKind() {
        test::MarkedReasons translator;
        QVERIFY(QCoreApplication::installTranslator(&translator));
        QStringList said;
        for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code) {
            const Error error{static_cast<ErrorCode>(code), "x: a key is missing."};
            const QString words = presentReason(shown(error));
            if (error.code == ErrorCode::Cancelled) {
                QCOMPARE(words, QString());
                continue;
            }
            QVERIFY2(
                words.startsWith(u'<') && words.endsWith(QLatin1String("> x: a key is missing.")),
                qPrintable(words));
            QVERIFY(!said.contains(words));
            said.append(words);
        }
        QCoreApplication::removeTranslator(&translator);
        const Error coded = failure(ErrorCode::Malformed, ReasonCode::NoFolder, {"/a"}).value();
        QCOMPARE(presentReason(shown(coded)), QStringLiteral("/a is no folder."));
    }

    void sentencesStandBehindEachOtherAsTheirLanguageHasThem() {
        QCOMPARE(inARow({QStringLiteral("One."), QString(), QStringLiteral("Two.")}),
                 QStringLiteral("One. Two."));
        QCOMPARE(inARow({QStringLiteral("第一句。"), QStringLiteral("第二句。")}),
                 QStringLiteral("第一句。第二句。"));
        QCOMPARE(inARow({}), QString());
    }

    void whatALaterVersionKeptIsShownAsItWas() {
        ReasonShown later(QStringLiteral("In English."));
        later.sentences = {{QStringLiteral("unheard_of"), {}}};
        QCOMPARE(presentReason(later), QStringLiteral("In English."));
    }
};

QTEST_GUILESS_MAIN(ReasonWordsTest)
#include "reason_words_test.moc"
