// An adapter is chosen in the window's menu, stands beside the model's name, and is compared.
#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QTest>

#include "engine/model/adapter/adapter_folder.h"
#include "tests/ui/window_fixture.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/compare_dialog.h"
#include "ui/shell/adapter_menu.h"
#include "ui/shell/status_strip.h"
#include "ui/widgets/message/markdown_view.h"

using namespace dsm;

namespace {

// An adapter of the fixture's model loud enough in one map: other answers for certain.
void writeLoudAdapter(const QString& folder) {
    const auto config = readConfig(testModelFolder().toStdString());
    QVERIFY(config.has_value());
    LoraAdapter adapter;
    adapter.settings = {.rank = 1, .alpha = 1};
    LoraModule module{.name = "model.layers.1.self_attn.o_proj",
                      .rank = 1,
                      .inputs = config->heads * config->headSize,
                      .outputs = config->hiddenSize,
                      .scaling = 1,
                      .a = {},
                      .b = {}};
    module.a.assign(static_cast<std::size_t>(module.inputs), 1.0F);
    for (std::int64_t i = 0; i < module.outputs; ++i)
        module.b.push_back(i % 2 == 0 ? 5.0F : -5.0F);
    adapter.modules.push_back(std::move(module));
    QVERIFY(writeAdapter(folder.toStdString(), adapter, *config).has_value());
}

QAction* actionOf(QMenu* menu, const QString& text) {
    for (QAction* action : menu->actions()) {
        if (action->text() == text) return action;
    }
    return nullptr;
}

}  // namespace

class AdaptersTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { WindowFixture::hasFinetune = false; }

    void anAdapterIsChosenShownAndCompared() {
        WindowFixture fixture(WindowFixture::Writer::Model);
        QVERIFY(fixture.waitForModel());
        GenerationChoices choices = fixture.settings().generation();
        choices.maximumTokens = 12;
        choices.temperature = 0;
        fixture.settings().setGeneration(choices);
        const QString folder = fixture.folder() + QStringLiteral("/adapters/loud");
        QVERIFY(QDir().mkpath(folder));
        writeLoudAdapter(folder);
        fixture.adapters().addFolder(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/adapter"));

        AdapterMenu* menu = fixture.window().strip()->adapterMenu();
        menu->refresh();
        QVERIFY(actionOf(menu, QStringLiteral("None"))->isChecked());
        const QAction* misfit = actionOf(menu, QStringLiteral("patterns (does not fit)"));
        QVERIFY(misfit != nullptr && !misfit->isEnabled() && !misfit->toolTip().isEmpty());
        QVERIFY(!actionOf(menu, QStringLiteral("Compare with the base…"))->isEnabled());
        actionOf(menu, QStringLiteral("loud"))->trigger();
        QTRY_COMPARE(fixture.adapters().current(), folder);
        QTRY_VERIFY(
            fixture.window().strip()->modelButton()->text().endsWith(QStringLiteral(" with loud")));
        QCOMPARE(fixture.host().status().state, ModelState::Ready);

        menu->refresh();
        QVERIFY(actionOf(menu, QStringLiteral("loud"))->isChecked());
        QAction* compare = actionOf(menu, QStringLiteral("Compare with the base…"));
        // Nothing was asked yet: it waits for a question, and answers what is typed there.
        compare->trigger();
        const QPointer<CompareDialog> first = fixture.window().findChild<CompareDialog*>();
        QVERIFY(first != nullptr && first->isVisible());
        QVERIFY(first->isDone() && !first->askButton()->isEnabled());
        QVERIFY(!first->prompts()->isVisible());
        first->field()->setText(QStringLiteral("Say hello."));
        first->askButton()->click();
        QTRY_VERIFY_WITH_TIMEOUT(first->isDone(), 30000);
        QVERIFY(!first->base()->source().isEmpty());
        first->accept();
        QTRY_VERIFY(first == nullptr);
        fixture.sendMessage(QStringLiteral("Who are you?"));
        QVERIFY(fixture.waitForReply());
        const QString loud = fixture.lastText();
        compare->trigger();
        const auto* dialog = fixture.window().findChild<CompareDialog*>();
        QVERIFY(dialog != nullptr);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->isDone(), 30000);
        QCOMPARE(dialog->tuned()->source(), loud.trimmed());
        QVERIFY(!dialog->base()->source().isEmpty());
        QVERIFY(dialog->base()->source() != dialog->tuned()->source());
        QVERIFY(!dialog->note()->isVisible());
        QCOMPARE(fixture.adapters().current(), folder);

        menu->refresh();
        actionOf(menu, QStringLiteral("None"))->trigger();
        QTRY_COMPARE(fixture.adapters().current(), QString());

        QMenu* forget = actionOf(menu, QStringLiteral("Forget an added folder"))->menu();
        QCOMPARE(forget->actions().size(), 1);
        forget->actions()[0]->trigger();
        menu->refresh();
        QVERIFY(actionOf(menu, QStringLiteral("patterns (does not fit)")) == nullptr);
        QVERIFY(!actionOf(menu, QStringLiteral("Forget an added folder"))->isEnabled());
        QCOMPARE(menu->findChildren<QMenu*>().size(), 2);  // nothing of the times before
    }
};

QTEST_MAIN(AdaptersTest)
#include "adapters_test.moc"
