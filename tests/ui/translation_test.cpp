#include <QApplication>
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "app/services/program/settings.h"
#include "ui/shell/language.h"

using namespace dsm;

class TranslationTest : public QObject {
    Q_OBJECT

    static QString read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

  private Q_SLOTS:
    void everyStringOfTheInterfaceHasAChineseOne() {
        const QString root = QStringLiteral(DSM_SOURCE_DIR);
        const QString ts =
            read(root + QStringLiteral("/resources/translations/deepseekmoe_zh_CN.ts"));
        QVERIFY(ts.size() > 10000);
        QVERIFY(!ts.contains(QLatin1String("unfinished")));
        static const QRegularExpression call(
            QStringLiteral("\\btr\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*)+)"));
        static const QRegularExpression seam(QStringLiteral("\"\\s*\""));
        int strings = 0;
        for (const char* folder : {"/ui", "/finetune_ui", "/app/services"}) {
            QDirIterator files(root + QLatin1String(folder), {QStringLiteral("*.cpp")}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                const QString name = files.next();
                auto calls = call.globalMatch(read(name));
                while (calls.hasNext()) {
                    QString source = calls.next().captured(1).trimmed();
                    source = source.mid(1, source.size() - 2).remove(seam);
                    const QString wanted =
                        QStringLiteral("<source>%1</source>").arg(source.toHtmlEscaped());
                    QVERIFY2(ts.contains(wanted), qPrintable(name + QStringLiteral(": ") + source));
                    ++strings;
                }
            }
        }
        QVERIFY(strings > 80);
    }

    void theChoiceIsResolvedToALanguageThereIs() {
        QCOMPARE(Language::resolve(QStringLiteral("zh_CN")), QStringLiteral("zh_CN"));
        QCOMPARE(Language::resolve(QStringLiteral("en")), QStringLiteral("en"));
        QCOMPARE(Language::resolve(QStringLiteral("fr")), QStringLiteral("en"));
    }

    void pluralsAreRightInEnglish() {
        QTemporaryDir folder;
        Settings settings(folder.filePath(QStringLiteral("settings.ini")));
        settings.setLanguage(QStringLiteral("en"));
        const Language language(settings);
        const auto tokens = [](int n) {
            return QCoreApplication::translate("MessagePresentation", "%n tokens", nullptr, n);
        };
        QCOMPARE(tokens(1), QStringLiteral("1 token"));
        QCOMPARE(tokens(3), QStringLiteral("3 tokens"));
    }
};

QTEST_MAIN(TranslationTest)
#include "translation_test.moc"
