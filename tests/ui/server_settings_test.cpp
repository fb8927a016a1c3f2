// The switch that lets other programs ask, in the settings of the real window.
#include <httplib.h>

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTest>
#include <future>

#include "tests/support/free_port.h"
#include "tests/ui/window_fixture.h"
#include "ui/settings/server_settings.h"
#include "ui/settings/settings_dialog.h"
#include "ui/widgets/number_field.h"

using namespace dsm;

class ServerSettingsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<WindowFixture> f_;

    ServerSettings* section() {
        f_->window().showSettings();
        auto* dialog = f_->window().findChild<SettingsDialog*>();
        return dialog != nullptr ? dialog->server() : nullptr;
    }
    void choose(bool isOn) {
        QComboBox* box = section()->onOff();
        box->setCurrentIndex(box->findData(isOn));
        Q_EMIT box->activated(box->currentIndex());
    }

  private Q_SLOTS:
    void init() {
        f_ = std::make_unique<WindowFixture>(WindowFixture::Writer::Model);
        f_->settings().setLanguage(QStringLiteral("en"));
        QVERIFY(f_->waitForModel());
        f_->settings().setServerPort(test::freePort());
    }
    void cleanup() { f_.reset(); }

    void isOffUntilSomebodyTurnsItOn() {
        QVERIFY(section() != nullptr);
        QVERIFY(!section()->onOff()->currentData().toBool());
        QVERIFY(section()->note()->text().contains(QStringLiteral("Nothing leaves")));
        QVERIFY(section()->stopButton()->isHidden());
        choose(true);
        const int port = f_->settings().serverPort();
        QVERIFY(
            section()->note()->text().contains(QStringLiteral("http://127.0.0.1:%1/v1").arg(port)));
        QVERIFY(!section()->stopButton()->isHidden() && !section()->stopButton()->isEnabled());
        choose(false);
        QVERIFY(section()->note()->text().contains(QStringLiteral("Nothing leaves")));
    }

    void saysWhoAsks() {
        choose(true);
        auto asks = std::async(std::launch::async, [port = f_->settings().serverPort()] {
            httplib::Client client("127.0.0.1", port);
            client.set_default_headers({{"User-Agent", "<b>Notes</b>"}});
            const auto got = client.Get("/v1/models");
            return got ? got->status : 0;
        });
        QTRY_COMPARE(asks.wait_for(std::chrono::seconds(0)), std::future_status::ready);
        QCOMPARE(asks.get(), 200);
        QTRY_VERIFY(section()->note()->text().contains(QStringLiteral("<b>Notes</b>: 1 request")));
    }

    void aPortIsChosenAnewWhereSomebodyHasIt() {
        httplib::Server other;
        const int taken = other.bind_to_any_port("127.0.0.1");
        f_->settings().setServerPort(taken);
        choose(true);
        QVERIFY(
            section()->note()->text().contains(QStringLiteral("Port %1 cannot be had").arg(taken)));
        section()->port()->setValue(test::freePort());
        Q_EMIT section()->port()->valueChanged(section()->port()->value());
        QVERIFY(section()->note()->text().contains(QStringLiteral("http://127.0.0.1:")));
    }
};

QTEST_MAIN(ServerSettingsTest)
#include "server_settings_test.moc"
