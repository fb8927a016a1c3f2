#include "ui/downloads/download_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/services/program/said.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"
#include "ui/words/download_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {

DownloadRow::DownloadRow(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      title_(new Label(this)),
      source_(new Label(this)),
      text_(new Label(this)),
      progress_(new QProgressBar(this)),
      second_(new QPushButton(this)),
      button_(new QPushButton(this)),
      check_(new IconButton(theme, IconName::Check, 28, IconButton::Look::Plain, this)),
      dismiss_(new IconButton(theme, IconName::Close, 28, IconButton::Look::Plain, this)) {
    makeLayout();
    connect(button_, &QPushButton::clicked, this, [this] { Q_EMIT requested(buttonAction_); });
    connect(second_, &QPushButton::clicked, this, [this] { Q_EMIT requested(secondAction_); });
    connect(check_, &IconButton::clicked, this,
            [this] { Q_EMIT requested(DownloadAction::CheckFiles); });
    connect(dismiss_, &IconButton::clicked, this,
            [this] { Q_EMIT requested(DownloadAction::Dismiss); });
    connect(&theme, &Theme::changed, this, &DownloadRow::applyTheme);
    onLanguageChange(this, [this] { showContent(); });
    applyTheme();
}

void DownloadRow::makeLayout() {
    // Neither holds the page wider than its window.
    title_->setElided(Qt::ElideMiddle);
    for (QLabel* label : std::initializer_list<QLabel*>{title_, source_})
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    progress_->setTextVisible(false);
    progress_->setRange(0, 1000);
    second_->setProperty("kind", QStringLiteral("link"));
    auto* titles = new QVBoxLayout;
    titles->setSpacing(2);
    titles->addWidget(title_);
    titles->addWidget(source_);
    auto* row = new QHBoxLayout;
    row->setSpacing(space::kTiny);
    row->addLayout(titles, 1);
    row->addWidget(second_);
    row->addWidget(button_);
    row->addWidget(check_);
    row->addWidget(dismiss_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, space::kMedium, 0, space::kMedium);
    column->setSpacing(space::kSmall);
    column->addLayout(row);
    column->addWidget(progress_);
    column->addWidget(text_);
}

void DownloadRow::setContent(const DownloadContent& content) {
    content_ = content;
    showContent();
}

QList<DownloadRow::Choice> DownloadRow::finishedChoices(const QString& title) const {
    const LibraryModel& model = content_.model;
    if (content_.check.state == FileCheck::State::Damaged) {
        return {{DownloadAction::Resume, tr("Repair"), tr("Repair %1").arg(title), true}};
    }
    if (model.folder.isEmpty()) {
        return {{DownloadAction::List, tr("Add to the models"),
                 tr("Add %1 to the list of models").arg(title)}};
    }
    const ModelForm* run = formToRun(model);
    const ModelForm* make = formToMake(model);
    QList<Choice> all;
    switch (content_.conversion.id == 0 ? ConversionState::Finished : content_.conversion.state) {
        case ConversionState::Waiting:
        case ConversionState::Running:
            all.append({DownloadAction::StopConversion, tr("Cancel"),
                        tr("Cancel converting %1").arg(title)});
            break;
        case ConversionState::Stopped:
        case ConversionState::Failed:
            all.append({DownloadAction::ResumeConversion, tr("Resume"),
                        tr("Resume converting %1").arg(title)});
            break;
        case ConversionState::Finished:
            if (make == nullptr) break;
            const QString preset = presentPreset(make->preset);
            all.append({DownloadAction::Convert, tr("Convert to %1").arg(preset),
                        tr("Convert %1 to %2").arg(title, preset), true});
            break;
    }
    if (run != nullptr)
        all.append({DownloadAction::Chat, tr("Chat now"), tr("Chat with %1").arg(title), true});
    return all;
}

// The one that is most likely wanted first.
QList<DownloadRow::Choice> DownloadRow::choices() const {
    const QString title = presentTitle(content_.download.request);
    const Choice cancel{DownloadAction::Cancel, tr("Cancel"),
                        tr("Cancel the download of %1").arg(title)};
    switch (content_.download.state) {
        case DownloadState::Waiting:
        case DownloadState::Preparing:
        case DownloadState::Verifying:
        case DownloadState::Downloading:
            return {{DownloadAction::Pause, tr("Pause"), tr("Pause the download of %1").arg(title)},
                    cancel};
        case DownloadState::Paused:
            return {
                {DownloadAction::Resume, tr("Resume"), tr("Resume the download of %1").arg(title)},
                cancel};
        case DownloadState::Failed:
            return {{DownloadAction::Resume, tr("Try again"),
                     tr("Try the download of %1 again").arg(title)},
                    cancel};
        case DownloadState::Finished:
            break;
    }
    return finishedChoices(title);
}

// Whether what the row says is bad news.
bool DownloadRow::tellsAFailure() const {
    if (content_.download.state != DownloadState::Finished)
        return content_.download.state == DownloadState::Failed;
    if (content_.check.state != FileCheck::State::None)
        return content_.check.state == FileCheck::State::Damaged;
    return !content_.model.problem.isEmpty() ||
           (content_.conversion.id != 0 && content_.conversion.state == ConversionState::Failed);
}

QString DownloadRow::finishedText() const {
    if (content_.check.state != FileCheck::State::None) return presentCheck(content_.check);
    const LibraryModel& model = content_.model;
    const QString done = presentDownload(content_.download);
    const QString dot = QStringLiteral(" · ");
    if (model.folder.isEmpty()) return done;
    if (!model.problem.isEmpty()) return saidAgain(model.problem);
    if (content_.conversion.id != 0) {
        return tr("Converting to %1").arg(presentPreset(content_.conversion.preset)) + dot +
               presentProgress(content_.conversion);
    }
    if (const ModelForm* form = formToMake(model)) {
        const QString preset = presentPreset(form->preset);
        return done + dot +
               (form->fit == MemoryFit::Fits
                    ? tr("%1 fits into the memory of this machine").arg(preset)
                    : tr("%1 fits once other programs are closed").arg(preset));
    }
    if (const ModelForm* form = formToRun(model)) {
        return done + dot + tr("%1 is ready to chat").arg(presentPreset(form->preset));
    }
    return done + dot + tr("No form of it fits into the memory of this machine");
}

void DownloadRow::offer(QPushButton* button, const Choice* choice) {
    button->setVisible(choice != nullptr);
    if (choice == nullptr) return;
    button->setText(choice->text);
    button->setAccessibleName(choice->name);
}

void DownloadRow::showContent() {
    const DownloadInfo& download = content_.download;
    title_->setText(presentTitle(download.request));
    showSource();
    setAccessibleName(title_->text());
    const QList<Choice> all = choices();
    offer(button_, all.isEmpty() ? nullptr : &all[0]);
    offer(second_, all.size() > 1 ? &all[1] : nullptr);
    if (!all.isEmpty()) {
        buttonAction_ = all[0].action;
        setKind(button_, all[0].isPrimary ? QStringLiteral("primary") : QString());
    }
    if (all.size() > 1) secondAction_ = all[1].action;
    check_->setVisible(download.state == DownloadState::Finished &&
                       content_.check.state != FileCheck::State::Running);
    check_->setName(tr("Check the files of %1 again").arg(title_->text()));
    dismiss_->setVisible(download.state == DownloadState::Finished);
    dismiss_->setName(tr("Take %1 from the list of downloads").arg(title_->text()));
    showProgress();
}

void DownloadRow::showSource() {
    const QString shown = content_.download.request.repository + QStringLiteral(" · ") +
                          presentSource(content_.download.request.source);
    source_->setText(source_->fontMetrics().elidedText(shown, Qt::ElideMiddle, source_->width()));
    source_->setToolTip(shown);
}

void DownloadRow::resizeEvent(QResizeEvent*) {
    showSource();
}

void DownloadRow::showProgress() {
    const DownloadInfo& download = content_.download;
    const bool isFinished = download.state == DownloadState::Finished;
    double share = download.bytesTotal > 0 ? static_cast<double>(download.bytesDone) /
                                                 static_cast<double>(download.bytesTotal)
                                           : 0.0;
    if (isFinished) share = content_.conversion.share();
    const bool isNowhere = download.state == DownloadState::Failed && download.bytesDone == 0;
    progress_->setVisible(isFinished ? content_.conversion.id != 0 : !isNowhere);
    progress_->setValue(static_cast<int>(share * 1000));
    progress_->setAccessibleName(isFinished ? tr("Converting the model")
                                            : tr("Downloading %1").arg(title_->text()));
    text_->setText(isFinished ? finishedText() : presentDownload(download));
    setTone(text_, tellsAFailure() ? ColorRole::Danger : ColorRole::TextSecondary);
}

void DownloadRow::applyTheme() {
    title_->setFont(theme_.font(TextStyle::InterfaceStrong));
    source_->setFont(theme_.font(TextStyle::Caption));
    text_->setFont(theme_.font(TextStyle::Small));
    setTone(source_, ColorRole::TextTertiary);
    showContent();
}

}  // namespace dsm
