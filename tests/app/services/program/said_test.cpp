// What stands on the screen, said again in another language.
#include <QCoreApplication>
#include <QTest>

#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "kernels/base/reason.h"
#include "tests/support/marked_reasons.h"

using namespace dsm;

namespace {

QString word(const char* text) {
    return QCoreApplication::translate("Reasons", text);
}

}  // namespace

class SaidTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aTextIsSaidInTheLanguageOfNowAndBack() {
        const QString english = said([] { return word("Gone."); });
        QCOMPARE(english, QStringLiteral("Gone."));
        QString other;
        inAnotherLanguage([&] {
            other = saidAgain(english);
            QCOMPARE(other, QStringLiteral("<Gone.>"));
        });
        QCOMPARE(saidAgain(other), english);
    }

    void argumentsAreSaidAgainToo() {
        const QString why = said([] { return word("the disk is full"); });
        const QString english =
            said([] { return word("%1 cannot be kept: %2."); }, {QStringLiteral("/a %2"), why});
        QCOMPARE(english, QStringLiteral("/a %2 cannot be kept: the disk is full."));
        inAnotherLanguage([&] {
            QCOMPARE(saidAgain(english),
                     QStringLiteral("</a %2 cannot be kept: <the disk is full>.>"));
        });
    }

    void aReasonOfTheEngineIsSaidAgain() {
        const QString english = presentReason(shown(Reason(ReasonCode::JsonTooDeep, {"64"})));
        inAnotherLanguage([&] {
            QCOMPARE(saidAgain(english),
                     QStringLiteral("<the values nest deeper than 64 levels.>"));
        });
    }

    void linesAreSaidAgainOneByOne() {
        const QString one = said([] { return word("One."); });
        inAnotherLanguage([&] {
            QCOMPARE(saidAgain(one + QStringLiteral("\nnobody's text")),
                     QStringLiteral("<One.>\nnobody's text"));
            QCOMPARE(saidAgain(QStringList{one}), QStringList{QStringLiteral("<One.>")});
        });
    }

    void whatKeepsWordsAsksForThemAgainAndAgain() {
        const auto words = sayAgain(said([] { return word("Two."); }));
        inAnotherLanguage([&] { QCOMPARE(words(), QStringLiteral("<Two.>")); });
        QCOMPARE(words(), QStringLiteral("Two."));
    }

    void whatIsForgottenStaysAsItWas() {
        const QString old = said([] { return word("An old text."); });
        for (int i = 0; i < 5000; ++i)
            said([i] { return word("Number %1.").arg(i); });
        inAnotherLanguage([&] { QCOMPARE(saidAgain(old), old); });
    }

  private:
    template <class Body>
    static void inAnotherLanguage(const Body& body) {
        test::MarkedReasons translator;
        QVERIFY(QCoreApplication::installTranslator(&translator));
        body();
        QCoreApplication::removeTranslator(&translator);
    }
};

QTEST_GUILESS_MAIN(SaidTest)
#include "said_test.moc"
