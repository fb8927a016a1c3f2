// Drives the downloads of the page of the models, over a server on this machine.
#pragma once

#include <QDir>
#include <QFile>
#include <QPushButton>
#include <QTest>

#include "tests/app/services/downloads/hub_server.h"
#include "tests/ui/models_page_driver.h"
#include "ui/downloads/catalogue_card.h"
#include "ui/downloads/downloads_panel.h"
#include "ui/downloads/get_model_section.h"
#include "ui/downloads/licence_dialog.h"

namespace dsm::test {

inline const QString kChat = QStringLiteral("deepseek-ai/deepseek-moe-16b-chat");
inline const QString kBase = QStringLiteral("deepseek-ai/deepseek-moe-16b-base");

// The tiny checkpoint, as if it were the model of this name.
inline void serveTinyModel(HubServer& server) {
    const QDir tiny(QStringLiteral(DSM_SOURCE_DIR "/tests/golden/tiny"));
    for (const QString& name :
         {QStringLiteral("config.json"), QStringLiteral("generation_config.json"),
          QStringLiteral("tokenizer.json"), QStringLiteral("tokenizer_config.json"),
          QStringLiteral("model.safetensors.index.json"),
          QStringLiteral("model-00001-of-00002.safetensors"),
          QStringLiteral("model-00002-of-00002.safetensors")}) {
        QFile file(tiny.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        ServedFile served;
        served.path = name;
        served.bytes = file.readAll();
        served.sizeBytes = served.bytes.size();
        served.isLarge = name.endsWith(QLatin1String(".safetensors"));
        server.add(served);
    }
}

inline void press(QWidget* control) {
    QVERIFY2(control->isVisible() && control->isEnabled(), qPrintable(control->accessibleName()));
    control->setFocus();
    QTest::keyClick(control, Qt::Key_Space);
}

// The page over a server that has the tiny model.
class DownloadPage {
  public:
    explicit DownloadPage(const QString& repository = kChat,
                          WindowFixture::Writer writer = WindowFixture::Writer::Script,
                          const Converter& converter = {})
        : server(repository),
          fixture(
              writer, converter, [this] { return memory; }, [] { return GpuListing(); },
              [this](Settings& settings) { settings.setDownloadSource(server.hub()); }) {
        serveTinyModel(server);
    }

    bool open() {
        if (!fixture.waitForModel()) return false;
        fixture.window().showModels();
        return true;
    }
    // After a dialog, as a window manager does.
    void activate() {
        fixture.window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&fixture.window()));
    }
    GetModelSection* section() { return fixture.window().models()->section(); }
    CatalogueCard* card() { return section()->card(kChat); }
    // The keyboard's way from the card over the licence to a started download.
    DownloadRow* start() {
        press(card()->button());
        if (LicenceDialog* licence = section()->findChild<LicenceDialog*>())
            press(licence->acceptButton());
        activate();
        return row();
    }
    DownloadRow* row() {
        const auto& rows = fixture.window().models()->downloads()->rows();
        return rows.empty() ? nullptr : rows.front();
    }
    // Waits until a row says this on one of its buttons, and presses it.
    bool pressInRow(const QString& text) {
        QPushButton* found = nullptr;
        const bool isOffered = QTest::qWaitFor(
            [&] {
                if (row() == nullptr) return false;
                for (QPushButton* button : {row()->button(), row()->secondButton()}) {
                    if (button->isVisible() && button->text() == text) found = button;
                }
                return found != nullptr;
            },
            kWaitMs);
        if (isOffered) press(found);
        return isOffered;
    }
    bool waitForState(DownloadState state) {
        return QTest::qWaitFor(
            [&] { return row() != nullptr && row()->content().download.state == state; }, kWaitMs);
    }

    ComputerMemory memory = largeMachine();
    HubServer server;
    WindowFixture fixture;
};

}  // namespace dsm::test
