#include "ui/settings/server_settings.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

#include "app/services/model/api_service.h"
#include "app/services/program/settings.h"
#include "ui/widgets/label.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kLookMs = 1000;
constexpr int kMostClientsShown = 4;

}  // namespace

ServerSettings::ServerSettings(ApiService& service, Settings& settings, const Theme& theme,
                               QWidget* parent)
    : SettingsSection(theme, parent),
      service_(service),
      settings_(settings),
      heading_(addHeading()),
      onOff_(new QComboBox(this)),
      port_(new NumberField(theme, {Settings::kLeastPort, Settings::kMostPort}, this)),
      note_(new Label(this)),
      stop_(new QPushButton(this)) {
    form()->setContentsMargins(0, space::kLarge, 0, 0);
    addRow(onOff_);
    addRow(port_);
    addNote(note_);
    addControl(stop_);
    note_->setProperty("tone", QStringLiteral("tertiary"));
    note_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    stop_->setAutoDefault(false);
    look_.setInterval(kLookMs);
    retranslate();
    connect(onOff_, &QComboBox::activated, this,
            [this] { settings_.setServesPrograms(onOff_->currentData().toBool()); });
    connect(port_, &NumberField::valueChanged, this, [this](std::optional<double> port) {
        settings_.setServerPort(static_cast<int>(port.value_or(settings_.serverPort())));
    });
    connect(stop_, &QPushButton::clicked, this, [this] {
        service_.stopAnswers();
        showActivity();
    });
    connect(&service, &ApiService::changed, this, &ServerSettings::readSettings);
    connect(&look_, &QTimer::timeout, this, &ServerSettings::showActivity);
    applyTheme();
}

QStringList ServerSettings::names() {
    return {tr("Other programs"), tr("Port")};
}

void ServerSettings::showEvent(QShowEvent* event) {
    SettingsSection::showEvent(event);
    showActivity();
    look_.start();
}

void ServerSettings::hideEvent(QHideEvent* event) {
    look_.stop();
    SettingsSection::hideEvent(event);
}

void ServerSettings::readSettings() {
    onOff_->setCurrentIndex(settings_.servesPrograms() ? 1 : 0);
    port_->setValue(settings_.serverPort());
    showActivity();
}

void ServerSettings::showActivity() {
    const ApiActivity now = service_.activity();
    stop_->setVisible(service_.isListening());
    stop_->setEnabled(now.underWay + now.waiting > 0);
    if (!service_.problem().isEmpty())
        return note_->setText(tr("Port %1 cannot be had: another program listens there. Choose "
                                 "another one.")
                                  .arg(QString::number(settings_.serverPort())));
    if (!service_.isListening())
        return note_->setText(
            tr("Other programs can use the loaded model as they use OpenAI's. "
               "Nothing leaves this computer."));
    QStringList lines{tr("Address: %1. Any key will do.").arg(service_.address())};
    for (qsizetype i = 0; i < std::min<qsizetype>(now.clients.size(), kMostClientsShown); ++i) {
        const ApiClient& client = now.clients[i];
        const QString name = client.name.isEmpty() ? tr("A program without a name") : client.name;
        lines.append(tr("%1: %n requests", nullptr, static_cast<int>(client.requests)).arg(name));
    }
    if (now.clients.isEmpty()) lines.append(tr("Nobody has asked yet."));
    if (now.underWay + now.waiting > 0)
        lines.append(tr("%1 under way, %2 waiting, %3 tokens/s")
                         .arg(QString::number(now.underWay), QString::number(now.waiting),
                              QString::number(now.tokensPerSecond, 'f', 1)));
    note_->setText(lines.join(u'\n'));
}

void ServerSettings::retranslate() {
    heading_->setText(tr("Server"));
    onOff_->clear();
    onOff_->addItem(tr("May not ask"), false);
    onOff_->addItem(tr("May ask the model"), true);
    setName(onOff_, names().at(0),
            tr("Programs of this computer that know OpenAI's API, such as editors and notes"));
    setName(port_, names().at(1), tr("The number behind the colon of the address"));
    stop_->setText(tr("Stop their answers"));
    readSettings();
}

}  // namespace dsm
