#include <QApplication>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "app/services/program/settings.h"
#include "ui/shell/language.h"

using namespace dsm;

class TranslationTest : public QObject {
    Q_OBJECT

    static QString read(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    // What the Chinese file has a finished translation for.
    static QSet<QString> translatedSources(const QString& path) {
        QSet<QString> sources;
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly)) return sources;
        QXmlStreamReader xml(&file);
        QString source;
        while (!xml.atEnd()) {
            if (xml.readNext() != QXmlStreamReader::StartElement) continue;
            if (xml.name() == QLatin1String("source")) source = xml.readElementText();
            if (xml.name() != QLatin1String("translation")) continue;
            const bool isFinished = !xml.attributes().hasAttribute(QStringLiteral("type"));
            const QString text = xml.readElementText(QXmlStreamReader::IncludeChildElements);
            if (isFinished && !text.trimmed().isEmpty()) sources.insert(source);
        }
        return xml.hasError() ? QSet<QString>() : sources;
    }

    // What the compiler makes of the text between the quotes.
    static QString unescaped(QString text) {
        static const QRegularExpression escape(QStringLiteral("\\\\(.)"));
        return text.replace(QLatin1String("\\n"), QLatin1String("\n"))
            .replace(escape, QStringLiteral("\\1"));
    }

  private Q_SLOTS:
    void everyStringOfTheInterfaceHasAChineseOne() {
        const QString root = QStringLiteral(DSM_SOURCE_DIR);
        const QSet<QString> translated = translatedSources(
            root + QStringLiteral("/resources/translations/deepseekmoe_zh_CN.ts"));
        QVERIFY(translated.size() > 400);
        static const QRegularExpression call(
            QStringLiteral("\\b(?:tr\\(|(?:QT_TRANSLATE_NOOP|REASON)\\(\\s*\"\\w+\",)"
                           "\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"\\s*)+)"));
        static const QRegularExpression seam(QStringLiteral("(?<!\\\\)\"\\s*\""));
        QStringList missing;
        int strings = 0;
        for (const char* folder : {"/ui", "/finetune_ui", "/app", "/kernels/base"}) {
            QDirIterator files(root + QLatin1String(folder),
                               {QStringLiteral("*.cpp"), QStringLiteral("*_words.h")}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                const QString path = files.next();
                auto calls = call.globalMatch(read(path));
                while (calls.hasNext()) {
                    QString source = calls.next().captured(1).trimmed();
                    source = unescaped(source.mid(1, source.size() - 2).remove(seam));
                    if (!translated.contains(source))
                        missing.append(QFileInfo(path).fileName() + QStringLiteral(": ") + source);
                    ++strings;
                }
            }
        }
        QCOMPARE(missing.join(u'\n'), QString());
        QVERIFY(strings > 500);
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
