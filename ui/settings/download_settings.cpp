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
#include "ui/widgets/language_change.h"
#include "ui/widgets/number_field.h"
#include "ui/widgets/theme.h"
#include "ui/words/download_presentation.h"

namespace dsm {
namespace {

constexpr qint64 kMegabyte = 1'000'000;

}  // namespace

DownloadSettings::DownloadSettings(DownloadService& downloads, const Settings& settings,
                                   const Theme& theme, QWidget* parent)
    : QWidget(parent),
      downloads_(downloads),
      settings_(settings),
      theme_(theme),
      heading_(new Label(this)),
      connectionsLabel_(new Label(this)),
      speedLabel_(new Label(this)),
      resumeLabel_(new Label(this)),
      proxyLabel_(new Label(this)),
      folderLabel_(new Label(this)),
      tokenLabel_(new Label(this)),
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
    for (QLabel* label : {folderPath_, note_}) {
        label->setWordWrap(true);
    }
    makeLayout();
    retranslate();
    readOptions();
    makeConnections();
    applyTheme();
}

void DownloadSettings::makeLayout() {
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(space::kVast);
    form->setVerticalSpacing(space::kSmall + 2);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    const auto addRow = [form](QLabel* label, QWidget* control) {
        label->setBuddy(control);
        label->setMinimumHeight(34);
        form->addRow(label, control);
    };
    heading_->setContentsMargins(0, 0, 0, 2);
    form->addRow(heading_);
    addRow(connectionsLabel_, connections_);
    addRow(speedLabel_, speed_);
    addRow(resumeLabel_, resume_);
    addRow(proxyLabel_, proxy_);
    form->addRow(QString(), proxyAddress_);
    addRow(folderLabel_, folder_);
    form->addRow(folderPath_);
    auto* tokenRow = new QHBoxLayout(tokenBox_);
    tokenRow->setContentsMargins(0, 0, 0, 0);
    tokenRow->setSpacing(space::kSmall);
    tokenRow->addWidget(token_, 1);
    tokenRow->addWidget(saveToken_);
    addRow(tokenLabel_, tokenBox_);
    tokenLabel_->setBuddy(token_);
    form->addRow(note_);
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
    connect(&theme_, &Theme::changed, this, &DownloadSettings::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
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
    heading_->setFont(theme_.font(TextStyle::InterfaceStrong));
    for (QLabel* label : {folderPath_, note_})
        label->setFont(theme_.font(TextStyle::Caption));
    for (QWidget* control : std::initializer_list<QWidget*>{connections_, speed_, resume_, proxy_,
                                                            proxyAddress_, folder_, tokenBox_})
        control->setFixedWidth(std::min(theme_.scaled(kSettingWidth), kMostSettingWidth));
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
    const auto name = [](QLabel* label, QWidget* control, const QString& text,
                         const QString& explanation) {
        label->setText(text);
        control->setAccessibleName(text);
        control->setToolTip(explanation);
        label->setToolTip(explanation);
    };
    name(connectionsLabel_, connections_, tr("Connections"),
         tr("How many parts are fetched at once"));
    name(speedLabel_, speed_, tr("Speed limit"),
         tr("How much of the connection downloads may use"));
    name(resumeLabel_, resume_, tr("Unfinished downloads"),
         tr("What happens to them when the program starts"));
    name(proxyLabel_, proxy_, tr("Proxy"), tr("How the sources are reached"));
    name(folderLabel_, folder_, tr("Folder"), tr("Where downloaded models are kept"));
    name(tokenLabel_, token_, tr("Access token"),
         tr("For models that ask for one: of the source chosen among the models; kept in the "
            "system's keyring and sent to that source alone"));
    proxyAddress_->setAccessibleName(tr("Address of the proxy"));
    proxyAddress_->setToolTip(tr("http:// or socks5://, host and port"));
    folder_->setText(tr("Change…"));
    folder_->setAccessibleName(tr("Change the folder of downloads"));
    saveToken_->setText(tr("Save"));
    saveToken_->setAccessibleName(tr("Save the access token"));
}

}  // namespace dsm
