// Which files of a repository a model needs, and which listings are refused.
#include <QSet>
#include <QTest>
#include <limits>

#include "app/services/downloads/source/repository.h"

namespace dsm {

class FileChoiceTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void onlyWhatTheEngineNeedsIsChosen();
    void oneFormOfTheWeightsIsChosen_data();
    void oneFormOfTheWeightsIsChosen();
    void templatesAndTokenizersOfEveryKindAreChosen();
    void sizesThatCannotBeRightAreRefusedByName_data();
    void sizesThatCannotBeRightAreRefusedByName();
};

void FileChoiceTest::onlyWhatTheEngineNeedsIsChosen() {
    const auto named = [](const char* name) { return RepoFile{QString::fromLatin1(name), 1, {}}; };
    const auto chosen = chooseFiles(
        {named("model-2.safetensors"), named("model-1.safetensors"), named("modeling.py"),
         named("pytorch_model.bin"), named("model.gguf"), named("config.json"),
         named("tokenizer.model"), named("LICENSE"), named("README.md"), named("run.sh")});
    QVERIFY(chosen);
    QStringList paths;
    for (const RepoFile& file : *chosen)
        paths.append(file.path);
    QCOMPARE(paths.size(), 6);
    QCOMPARE(paths.mid(4), (QStringList{QStringLiteral("model-1.safetensors"),
                                        QStringLiteral("model-2.safetensors")}));
    QVERIFY(!chooseFiles({named("config.json"), named("pytorch_model.bin")}));
}

void FileChoiceTest::oneFormOfTheWeightsIsChosen_data() {
    QTest::addColumn<QStringList>("others");
    QTest::addColumn<QStringList>("weights");
    const auto row = [](const char* name, const QString& others, const QString& weights) {
        QTest::newRow(name) << others.split(u' ') << weights.split(u' ');
    };
    const QString parts = QStringLiteral(
        "model-00001-of-00002.safetensors model-00002-of-00002.safetensors "
        "model.safetensors.index.json");
    row("the publisher's own form",
        QStringLiteral("consolidated.safetensors consolidated.00.pth params.json"), parts);
    row("a folder with its own tokenizer",
        QStringLiteral("original/consolidated.safetensors original/tokenizer.model "
                       "original/params.json"),
        parts);
    row("variants",
        QStringLiteral("model.fp16.safetensors model.fp16-00001-of-00002.safetensors "
                       "model.fp16.safetensors.index.json"),
        parts);
    row("other programs' forms",
        QStringLiteral("pytorch_model.bin pytorch_model.bin.index.json model.gguf tf_model.h5 "
                       "onnx/model.onnx onnx/config.json flax_model.msgpack"),
        parts);
    row("checkpoints of a training",
        QStringLiteral("checkpoint-500/model.safetensors checkpoint-500/optimizer.pt "
                       "checkpoint-500/trainer_state.json"),
        parts);
    row("parts beside a whole", parts, QStringLiteral("model.safetensors"));
    row("a numbered set of another name",
        QStringLiteral("pytorch_model-00001-of-00002.safetensors consolidated-1-of-1.safetensors"),
        parts);
    row("further layers", QStringLiteral("model.gguf"), parts + QStringLiteral(" mtp.safetensors"));
    row("names of its own", QStringLiteral("weights.bin"), QStringLiteral("weights.safetensors"));
}

void FileChoiceTest::oneFormOfTheWeightsIsChosen() {
    QFETCH(QStringList, others);
    QFETCH(QStringList, weights);
    QList<RepoFile> listed{{QStringLiteral("config.json"), 1, {}}};
    for (const QString& path : others + weights)
        listed.append({path, 1, {}});
    const auto chosen = chooseFiles(listed);
    QVERIFY(chosen);
    QSet<QString> paths;
    for (const RepoFile& file : *chosen)
        paths.insert(file.path);
    paths.remove(QStringLiteral("config.json"));
    paths.remove(QStringLiteral("params.json"));  // small, and nobody's weights
    QCOMPARE(paths, QSet<QString>(weights.begin(), weights.end()));
}

void FileChoiceTest::templatesAndTokenizersOfEveryKindAreChosen() {
    const QStringList wanted{QStringLiteral("LICENSE-MODEL"),
                             QStringLiteral("MODEL_LICENCE.txt"),
                             QStringLiteral("additional_chat_templates/tool_use.jinja"),
                             QStringLiteral("chat_template.jinja"),
                             QStringLiteral("chat_template.json"),
                             QStringLiteral("config.json"),
                             QStringLiteral("generation_config.json"),
                             QStringLiteral("merges.txt"),
                             QStringLiteral("spiece.model"),
                             QStringLiteral("tokenizer.model"),
                             QStringLiteral("vocab.txt"),
                             QStringLiteral("model.safetensors")};
    QList<RepoFile> listed;
    for (const QString& path : wanted)
        listed.append({path, 1, {}});
    listed.append({QStringLiteral("modeling_deepseek.py"), 1, {}});
    listed.append({QStringLiteral("figures/benchmark.png"), 1, {}});
    const auto chosen = chooseFiles(listed);
    QVERIFY(chosen);
    QStringList paths;
    for (const RepoFile& file : *chosen)
        paths.append(file.path);
    QCOMPARE(paths, wanted);
}

void FileChoiceTest::sizesThatCannotBeRightAreRefusedByName_data() {
    constexpr qint64 kMost = std::numeric_limits<qint64>::max();
    QTest::addColumn<QList<qint64>>("sizes");
    QTest::newRow("the largest number") << QList<qint64>{1, kMost};
    QTest::newRow("a sum beyond it") << QList<qint64>{kMost / 2, kMost / 2, 3};
    QTest::newRow("none") << QList<qint64>{1, -1};
}

void FileChoiceTest::sizesThatCannotBeRightAreRefusedByName() {
    QFETCH(QList<qint64>, sizes);
    QList<RepoFile> listed;
    for (const qint64 size : sizes)
        listed.append({QStringLiteral("model-%1.safetensors").arg(listed.size()), size, {}});
    const auto chosen = chooseFiles(listed);
    QVERIFY(!chosen);
    QCOMPARE(chosen.error().fault, DownloadFault::Unsafe);
    QVERIFY2(chosen.error().message.contains(QStringLiteral("the file model-")),
             qPrintable(chosen.error().message));
}

}  // namespace dsm

QTEST_GUILESS_MAIN(dsm::FileChoiceTest)
#include "file_choice_test.moc"
