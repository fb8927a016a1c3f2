#include "app/services/training/job/job_keys.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace dsm;

class JobKeysTest : public QObject {
    Q_OBJECT

    using Type = JobKeyInfo::Type;

    static QString job(const QString& key, const QJsonValue& value) {
        QJsonObject values{{QStringLiteral("model"), QStringLiteral("m")},
                           {QStringLiteral("data"), QStringLiteral("d")},
                           {QStringLiteral("output"), QStringLiteral("o")}};
        // What these need beside them.
        if (key == QLatin1String("patience") || key == QLatin1String("eval_at_start") ||
            key == QLatin1String("eval_steps"))
            values[QStringLiteral("eval_data")] = QStringLiteral("e");
        values[key] = value;
        return QString::fromUtf8(QJsonDocument(values).toJson());
    }

    static QString problem(const QString& key, const QJsonValue& value) {
        return problemOfJob(job(key, value), QStringLiteral("/")).text;
    }

  private Q_SLOTS:
    // The table is what the reader goes by: its bounds are taken, what lies beyond is refused.
    void theReaderKeepsToTheTable() {
        int numbers = 0;
        for (const JobKeyInfo& key : jobKeyInfos()) {
            if (key.type != Type::Whole && key.type != Type::Number) continue;
            ++numbers;
            for (const double good : {key.least, key.most, key.fallback.toDouble()})
                QVERIFY2(problem(key.name, good).isEmpty(), qPrintable(problem(key.name, good)));
            const double beyond = key.most * 2;
            QVERIFY2(problem(key.name, beyond).contains(key.name), qPrintable(key.name));
            QVERIFY2(problem(key.name, key.least - 1).contains(key.name), qPrintable(key.name));
        }
        QVERIFY(numbers > 15);
    }

    void everyWordOfAChoiceIsOne() {
        for (const JobKeyInfo& key : jobKeyInfos()) {
            for (const QString& word : key.words) {
                QVERIFY2(problem(key.name, word).isEmpty(), qPrintable(problem(key.name, word)));
            }
            if (key.type == Type::Choice)
                QVERIFY(problem(key.name, QStringLiteral("other")).contains(key.name));
        }
    }

    void aKeyThatIsNoneHasNoName() {
        QCOMPARE(jobKeyInfo(QStringLiteral("lerning_rate")).name, QString());
        QCOMPARE(jobKeyInfo(QStringLiteral("rank")).fallback.toInt(), 8);
        QVERIFY(jobKeyInfo(QStringLiteral("rank")).isOfLora);
    }

    void textsAreCounted() {
        QJsonArray prompts;
        for (int i = 0; i < 10; ++i)
            prompts.append(QStringLiteral("?"));
        const QString key = QStringLiteral("sample_prompts");
        QVERIFY(problem(key, prompts).isEmpty());
        prompts.append(QStringLiteral("?"));
        QVERIFY(problem(key, prompts).contains(QStringLiteral("at most 10")));
        QVERIFY(problem(key, QJsonArray{QString()}).contains(key));
    }

    void aJobOfOthersIsTakenWithItsPathsMadeWhole() {
        ReasonShown problem;
        const QJsonObject values = readJobText(R"({"data": "d.jsonl", "model": "/m", "rank": 4})",
                                               QStringLiteral("/jobs"), problem);
        QCOMPARE(problem.text, QString());
        QCOMPARE(values[QStringLiteral("data")].toString(), QStringLiteral("/jobs/d.jsonl"));
        QCOMPARE(values[QStringLiteral("model")].toString(), QStringLiteral("/m"));
        QCOMPARE(values[QStringLiteral("rank")].toInt(), 4);
        QVERIFY(!values.contains(QStringLiteral("output")));
    }

    void whatIsNoJobIsRefusedWithTheReason() {
        const std::pair<const char*, const char*> cases[] = {{"", "not valid JSON"},
                                                             {"[]", "expected an object"},
                                                             {"{\"lr\": 1}", "learning_rate"},
                                                             {"{\"rank\": 0}", "rank"}};
        for (const auto& [text, part] : cases) {
            ReasonShown problem;
            QVERIFY(readJobText(text, QStringLiteral("/"), problem).isEmpty());
            QVERIFY2(problem.text.contains(QLatin1String(part)), qPrintable(problem.text));
        }
    }
};

QTEST_MAIN(JobKeysTest)
#include "job_keys_test.moc"
