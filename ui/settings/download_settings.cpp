#include "ui/settings/download_settings.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <algorithm>
#include <optional>

#include "app/services/downloads/download_service.h"
#include "app/services/program/settings.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"
#include "ui/words/download_presentation.h"

namespace dsm {
namespace {

constexpr qint64 kMegabyte = 1'000'000;

}  // namespace

DownloadSettings::DownloadSettings(DownloadService& downloads, const Settings& settings,
                                   const Theme& theme, QWidget* parent)
    : SettingsSection(theme, parent),
      downloads_(downloads),
      settings_(settings),
      heading_(addHeading()),
      connections_(new NumberField(theme, {1, 6}, this)),
      speed_(new NumberField(theme, {1, 10'000}, this)),
      resume_(new QComboBox(this)),
      proxy_(new QComboBox(this)),
      proxyAddress_(new QLineEdit(this)),
      folder_(new QPushButton(this)),
      folderPath_(new Label(this)),
      tokenBox_(new QWidget(this)),
      token_(new QLineEdit(this)),
      saveToken_(new QPushButton(this)),
      note_(new Label(this)) {
    // Enter in a field is that field's.
    for (QPushButton* button : {folder_, saveToken_})
        button->setAutoDefault(false);
    token_->setEchoMode(QLineEdit::Password);
    token_->setPlaceholderText(QStringLiteral("hf_…"));
    proxyAddress_->setPlaceholderText(QStringLiteral("http://host:port"));
    makeLayout();
    retranslate();
    readOptions();
    makeConnections();
    applyTheme();
}

void DownloadSettings::makeLayout() {
    for (QWidget* control : std::initializer_list<QWidget*>{connections_, speed_, resume_, proxy_})
        addRow(control);
    addControl(proxyAddress_);
    addRow(folder_);
    addNote(folderPath_);
    auto* tokenRow = new QHBoxLayout(tokenBox_);
    tokenRow->setContentsMargins(0, 0, 0, 0);
    tokenRow->setSpacing(space::kSmall);
    tokenRow->addWidget(token_, 1);
    tokenRow->addWidget(saveToken_);
    addRow(tokenBox_);
    qobject_cast<QLabel*>(form()->labelForField(tokenBox_))->setBuddy(token_);
    addNote(note_);
    note_->hide();
}

void DownloadSettings::readOptions() {
    const DownloadOptions options = downloads_.options();
    connections_->setValue(options.connections);
    const qint64 megabytes = options.bytesPerSecond / kMegabyte;
    speed_->setValue(megabytes > 0 ? std::optional<double>(megabytes) : std::nullopt);
    resume_->setCurrentIndex(options.resumesAtStart ? 0 : 1);
    proxy_->setCurrentIndex(static_cast<int>(options.proxy.kind));
    proxyAddress_->setText(options.proxy.address);
    proxyAddress_->setVisible(options.proxy.kind == ProxyChoice::Kind::Manual);
    folderPath_->setText(QDir::toNativeSeparators(downloads_.cacheFolder()));
}

void DownloadSettings::makeConnections() {
    connect(connections_, &NumberField::valueChanged, this, [this](std::optional<double> count) {
        DownloadOptions options = downloads_.options();
        options.connections = static_cast<int>(count.value_or(options.connections));
        downloads_.setOptions(options);
    });
    connect(speed_, &NumberField::valueChanged, this, [this](std::optional<double> megabytes) {
        DownloadOptions options = downloads_.options();
        options.bytesPerSecond = static_cast<qint64>(megabytes.value_or(0)) * kMegabyte;
        downloads_.setOptions(options);
    });
    connect(resume_, &QComboBox::activated, this, [this](int place) {
        DownloadOptions options = downloads_.options();
        options.resumesAtStart = place == 0;
        downloads_.setOptions(options);
    });
    connect(proxy_, &QComboBox::activated, this, &DownloadSettings::storeProxy);
    connect(proxyAddress_, &QLineEdit::editingFinished, this, &DownloadSettings::storeProxy);
    connect(folder_, &QPushButton::clicked, this, &DownloadSettings::chooseFolder);
    connect(saveToken_, &QPushButton::clicked, this, &DownloadSettings::storeToken);
    connect(token_, &QLineEdit::returnPressed, this, &DownloadSettings::storeToken);
    connect(&downloads_, &DownloadService::tokenStored, this,
            [this](const QString& host, const QString& problem) {
                if (!problem.isEmpty()) return say(problem, true);
                say(isTokenTakenAway_ ? tr("Taken away from %1").arg(host)
                                      : tr("Saved for %1").arg(host),
                    false);
            });
    connect(&downloads_, &DownloadService::optionsChanged, this,
            [this] { folderPath_->setText(QDir::toNativeSeparators(downloads_.cacheFolder())); });
}

void DownloadSettings::storeProxy() {
    const ProxyChoice choice{static_cast<ProxyChoice::Kind>(proxy_->currentIndex()),
                             proxyAddress_->text().trimmed()};
    proxyAddress_->setVisible(choice.kind == ProxyChoice::Kind::Manual);
    if (!isUsable(choice)) {
        if (!choice.address.isEmpty())
            say(tr("This is not the address of a proxy. It looks like http://host:port."), true);
        return;
    }
    note_->hide();
    DownloadOptions options = downloads_.options();
    options.proxy = choice;
    downloads_.setOptions(options);
}

// For the source the Models page downloads from.
void DownloadSettings::storeToken() {
    const QString token = token_->text().trimmed();
    isTokenTakenAway_ = token.isEmpty();
    token_->clear();
    downloads_.setToken(sourceNamed(settings_.downloadSource()), token);
}

void DownloadSettings::chooseFolder() {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Keep downloads in"), downloads_.cacheFolder());
    if (folder.isEmpty()) return;
    DownloadOptions options = downloads_.options();
    options.folder = folder;
    downloads_.setOptions(options);
}

void DownloadSettings::say(const QString& text, bool isProblem) {
    const ColorRole role = isProblem ? ColorRole::Danger : ColorRole::TextSecondary;
    setTone(note_, role);
    note_->setText(text);
    note_->show();
}

void DownloadSettings::applyTheme() {
    SettingsSection::applyTheme();
    setTone(folderPath_, ColorRole::TextTertiary);
}

void DownloadSettings::retranslate() {
    heading_->setText(tr("Downloads"));
    speed_->setNone(tr("No limit"));
    speed_->setUnit(QStringLiteral("MB/s"));
    const auto fill = [](QComboBox* box, const QStringList& texts) {
        const int chosen = std::max(0, box->currentIndex());
        box->clear();
        box->addItems(texts);
        box->setCurrentIndex(chosen);
    };
    fill(resume_, {tr("Go on by themselves"), tr("Wait to be resumed")});
    fill(proxy_, {tr("Like the system"), tr("None"), tr("By hand")});
    setName(connections_, tr("Connections"), tr("How many parts are fetched at once"));
    setName(speed_, tr("Speed limit"), tr("How much of the connection downloads may use"));
    setName(resume_, tr("Unfinished downloads"),
            tr("What happens to them when the program starts"));
    setName(proxy_, tr("Proxy"), tr("How the sources are reached"));
    setName(folder_, tr("Folder"), tr("Where downloaded models are kept"));
    setName(tokenBox_, tr("Access token"),
            tr("For models that ask for one: of the source chosen among the models; kept in the "
               "system's keyring and sent to that source alone"));
    token_->setAccessibleName(tokenBox_->accessibleName());
    proxyAddress_->setAccessibleName(tr("Address of the proxy"));
    proxyAddress_->setToolTip(tr("http:// or socks5://, host and port"));
    folder_->setText(tr("Change…"));
    folder_->setAccessibleName(tr("Change the folder of downloads"));
    saveToken_->setText(tr("Save"));
    saveToken_->setAccessibleName(tr("Save the access token"));
}

}  // namespace dsm
