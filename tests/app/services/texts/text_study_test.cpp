#include "app/services/texts/text_study.h"

#include <QSignalSpy>
#include <QTest>
#include <memory>

#include "tests/app/services/chat/fake_generator.h"

namespace dsm {

class TextStudyTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() {
        generator_ = std::make_unique<FakeGenerator>();
        study_ = std::make_unique<TextStudy>(*generator_);
    }
    void cleanup() {
        study_.reset();
        generator_.reset();
    }

    void nothingIsAskedThatNobodyWants() {
        study_->setText(QStringLiteral("one two"), 3);
        QTest::qWait(2 * TextStudy::kPauseMs);
        QVERIFY(generator_->studies.isEmpty());
        QVERIFY(study_->tokens().isEmpty());
    }

    void tokensAreThereAtOnceAndNeedNoModel() {
        study_->setWish({.tokens = true});
        study_->setText(QStringLiteral("one two"), 0);
        QCOMPARE(study_->tokens().size(), 2);
        QCOMPARE(study_->tokenAt(1), 0);
        QCOMPARE(study_->tokenAt(3), 1);
        QCOMPARE(study_->tokenAt(7), -1);
        QTest::qWait(2 * TextStudy::kPauseMs);
        QVERIFY(generator_->studies.isEmpty());
    }

    void theLikeliestAreOfTheTextBeforeThePlace() {
        study_->setWish({.likeliest = true});
        study_->setText(QStringLiteral("one two"), 3);
        QTRY_COMPARE(generator_->studies.size(), 1);
        QCOMPARE(generator_->studies[0].text, QStringLiteral("one"));
        QCOMPARE(generator_->studies[0].likeliest, 50);
        QSignalSpy changed(study_.get(), &TextStudy::likeliestChanged);
        answerLikeliest(QStringLiteral(" two"));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(study_->likeliest().size(), 1);
        QVERIFY(!study_->isBusy());
        // What is written after the place changes nothing of it.
        study_->setText(QStringLiteral("one two three"), 3);
        QCOMPARE(study_->likeliest().size(), 1);
        QTest::qWait(2 * TextStudy::kPauseMs);
        QCOMPARE(generator_->studies.size(), 1);
        study_->setText(QStringLiteral("one two three"), 7);
        QVERIFY(study_->likeliest().isEmpty());
        QTRY_COMPARE(generator_->studies.size(), 2);
    }

    void anAnswerForAnotherTextIsNoAnswer() {
        study_->setWish({.likeliest = true});
        study_->setText(QStringLiteral("one"), 3);
        QTRY_COMPARE(generator_->studies.size(), 1);
        const quint64 first = generator_->studies[0].id;
        study_->setText(QStringLiteral("two"), 3);
        QCOMPARE(generator_->stopped, QList<quint64>{first});
        generator_->answer(first, {.likeliest = {{.id = 1, .text = QStringLiteral("x")}}});
        QVERIFY(study_->likeliest().isEmpty());
        QTRY_COMPARE(generator_->studies.size(), 2);
        QCOMPARE(generator_->studies[1].text, QStringLiteral("two"));
    }

    void probabilitiesComeAfterThePauseAndGoWithAChange() {
        study_->setWish({.probabilities = true});
        study_->setText(QStringLiteral("one two"), 0);
        QCOMPARE(study_->tokens().size(), 2);
        QVERIFY(!study_->hasProbabilities());
        QTRY_COMPARE(generator_->studies.size(), 1);
        QCOMPARE(generator_->studies[0].likeliest, 0);
        answerScores();
        QVERIFY(study_->hasProbabilities());
        QCOMPARE(study_->tokens()[1].logProbability, -1.5);
        // Other wishes ask nothing twice.
        study_->setWish({.tokens = true, .probabilities = true});
        QVERIFY(study_->hasProbabilities());
        QTest::qWait(2 * TextStudy::kPauseMs);
        QCOMPARE(generator_->studies.size(), 1);
        study_->setText(QStringLiteral("one two three"), 0);
        QVERIFY(!study_->hasProbabilities());
        QCOMPARE(study_->tokens().size(), 3);
        // What is before the change depends on nothing of it.
        QCOMPARE(study_->tokens()[1].logProbability, -1.5);
        QVERIFY(!study_->tokens()[2].logProbability);
        QTRY_COMPARE(generator_->studies.size(), 2);
    }

    void bothAreAskedOneAfterTheOther() {
        study_->setWish({.probabilities = true, .likeliest = true});
        study_->setText(QStringLiteral("one two"), 7);
        QTRY_COMPARE(generator_->studies.size(), 1);
        answerLikeliest(QStringLiteral(" three"));
        QCOMPARE(generator_->studies.size(), 2);
        QCOMPARE(generator_->studies[1].likeliest, 0);
        answerScores();
        QVERIFY(study_->hasProbabilities());
        QCOMPARE(study_->likeliest().size(), 1);
        QVERIFY(!study_->isBusy());
    }

    void whatGaveWayIsAskedAgain() {
        study_->setWish({.likeliest = true});
        study_->setText(QStringLiteral("one"), 3);
        QTRY_COMPARE(generator_->studies.size(), 1);
        generator_->answer(generator_->studies[0].id, {.isStopped = true});
        QTRY_COMPARE(generator_->studies.size(), 2);
    }

    void whileTheModelWritesNothingIsAsked() {
        study_->setWish({.likeliest = true});
        study_->setText(QStringLiteral("one"), 3);
        study_->setPaused(true);
        study_->setText(QStringLiteral("one two"), 7);
        QTest::qWait(2 * TextStudy::kPauseMs);
        QVERIFY(generator_->studies.isEmpty());
        QVERIFY(!study_->isBusy());
        study_->setPaused(false);
        QTRY_COMPARE(generator_->studies.size(), 1);
    }

    void aFailureIsSaidAndNotRepeatedUntilSomethingChanges() {
        study_->setWish({.probabilities = true, .likeliest = true});
        study_->setText(QStringLiteral("one"), 3);
        QTRY_COMPARE(generator_->studies.size(), 1);
        generator_->answer(generator_->studies[0].id, {.error = QStringLiteral("Too long.")});
        QCOMPARE(study_->problem(), QStringLiteral("Too long."));
        QTest::qWait(2 * TextStudy::kPauseMs);
        QCOMPARE(generator_->studies.size(), 1);
        study_->setText(QStringLiteral("on"), 2);
        QVERIFY(study_->problem().isEmpty());
        QTRY_COMPARE(generator_->studies.size(), 2);
    }

  private:
    void answerLikeliest(const QString& text) {
        generator_->answer(generator_->studies.last().id,
                           {.likeliest = {{.id = 1, .text = text, .probability = 0.5}}});
    }
    void answerScores() {
        QList<TextToken> tokens = generator_->tokensOf(generator_->studies.last().text);
        for (TextToken& token : tokens)
            token.logProbability = -1.5;
        generator_->answer(generator_->studies.last().id, {.tokens = tokens});
    }

    std::unique_ptr<FakeGenerator> generator_;
    std::unique_ptr<TextStudy> study_;
};

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::TextStudyTest)
#include "text_study_test.moc"
