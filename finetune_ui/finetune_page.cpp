#include "finetune_ui/finetune_page.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/program/said.h"
#include "finetune_ui/cards/button_row.h"
#include "finetune_ui/cards/folding_row.h"
#include "finetune_ui/data/data_page.h"
#include "finetune_ui/job/job_field.h"
#include "finetune_ui/method/method_page.h"
#include "finetune_ui/reading_order.h"
#include "finetune_ui/run/run_subjects.h"
#include "finetune_ui/runs/runs_page.h"
#include "finetune_ui/start/check_page.h"
#include "finetune_ui/start/start_page.h"
#include "finetune_ui/step_bar.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/page_scroll.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"
#include "ui/words/message_presentation.h"
#include "ui/words/model_presentation.h"

namespace dsm {
namespace {

constexpr int kHeaderHeight = 52;
constexpr int kButtonHeight = 34;
constexpr int kPageWidth = 860;
constexpr int kNarrowWidth = 300;
const QString kStep = QStringLiteral("step");
const QString kSeen = QStringLiteral("seen");  // the farthest step
const QString kAdvanced = QStringLiteral("advanced");

}  // namespace

FinetunePage::FinetunePage(const Parts& parts, QWidget* parent)
    : WindowPage(parent),
      parts_(parts),
      showSidebar_(
          new IconButton(parts.theme, IconName::Sidebar, 32, IconButton::Look::Plain, this)),
      newChat_(new IconButton(parts.theme, IconName::NewChat, 32, IconButton::Look::Plain, this)),
      title_(new Label(this)),
      newRun_(new QPushButton(this)),
      runsButton_(new QPushButton(this)),
      advanced_(new QPushButton(this)),
      banner_(new Banner(parts.theme, this)),
      places_(new QStackedWidget(this)),
      steps_(new StepBar(parts.theme, kSteps, this)),
      pages_(new QStackedWidget(this)),
      back_(new QPushButton(this)),
      afresh_(new QPushButton(this)),
      wanted_(new Label(this)),
      next_(new QPushButton(this)),
      data_(new DataPage({parts.study, parts.conversations, parts.draft.job(), parts.theme}, this)),
      method_(new MethodPage({parts.draft, parts.study, parts.library, parts.forecast, parts.theme},
                             this)),
      check_(new CheckPage(parts.draft, parts.study, parts.theme, this)),
      start_(new StartPage({parts.draft, parts.training, parts.forecast, parts.theme,
                            parts.adaptersFolder, parts.study},
                           this)),
      runs_(new RunsPage({parts.theme, parts.training, parts.evaluations, parts.exporter,
                          parts.adaptersFolder, parts.modelsFolder, [this] { return bases(); },
                          [this] { return parts_.adapters.adapters(); },
                          [this] { return parts_.draft.job().values(); }},
                         this)),
      toast_(new Toast(parts.theme, this)),
      escape_(new QShortcut(Qt::Key_Escape, this)),
      path_{{data_, [this] { return data_->missing(); }},
            {method_, [this] { return method_->missing(); }},
            {check_, [this] { return check_->missing(); }},
            {start_, [this] { return start_->missing(); }}} {
    escape_->setContext(Qt::WidgetWithChildrenShortcut);
    makeLayout();
    makeConnections();
    setSidebarHidden(false);
    applyTheme();
    retranslate();
    setAdvanced(parts.draft.remark(kAdvanced).toBool());
    showStep(std::clamp(parts.draft.remark(kStep).toInt(), 0, kSteps - 1));
}

// In the middle, no wider than is good to read.
QWidget* FinetunePage::inColumn(QWidget* content, int above, int below, QWidget* parent) {
    auto* body = new QWidget(parent);
    auto* row = new QHBoxLayout(body);
    row->setContentsMargins(space::kHuge, above, space::kHuge, below);
    row->addStretch(1);
    row->addWidget(content, 1000);
    row->addStretch(1);
    body->setAutoFillBackground(false);
    columns_.append(content);
    bodies_.append(row);
    return body;
}

void FinetunePage::makeLayout() {
    for (QPushButton* tab : {newRun_, runsButton_, advanced_}) {
        tab->setCheckable(true);
        tab->setProperty("kind", QStringLiteral("plain"));
    }
    afresh_->setProperty("kind", QStringLiteral("link"));
    next_->setObjectName(QStringLiteral("next"));
    next_->installEventFilter(this);
    runsButton_->setObjectName(QStringLiteral("runs"));
    for (const Step& step : path_)
        pages_->addWidget(makeScroll(step.page));
    auto* path = new QWidget(this);
    auto* column = new QVBoxLayout(path);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(inColumn(steps_, 0, space::kSmall, path));
    column->addWidget(pages_, 1);
    column->addWidget(makeFooter());
    places_->addWidget(path);
    runsScroll_ = makeScroll(runs_);
    places_->addWidget(runsScroll_);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(0, 0, 0, 0);
    page->setSpacing(0);
    page->addWidget(makeHeader());
    page->addWidget(inColumn(banner_, 0, 0, this));
    page->addWidget(places_, 1);
}

QWidget* FinetunePage::makeHeader() {
    auto* names = new QWidget(this);
    auto* row = new QHBoxLayout(names);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::kTiny);
    row->addWidget(showSidebar_);
    row->addWidget(newChat_);
    row->addSpacing(space::kSmall);
    static_cast<Label*>(title_)->setElided(Qt::ElideRight);
    row->addWidget(title_, 1);
    auto* tabs = new ButtonRow({advanced_, newRun_, runsButton_}, this);
    auto* header = new FoldingRow(names, tabs, this);
    header->setContentsMargins(space::kMedium, 0, space::kLarge, 0);
    return header;
}

QWidget* FinetunePage::makeFooter() {
    auto* content = new QWidget(this);
    auto* row = new QHBoxLayout(content);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(new ButtonRow({back_, afresh_}, content));
    wanted_->setObjectName(QStringLiteral("wanted"));
    wanted_->setWordWrap(true);
    wanted_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(wanted_, 1000);
    row->addStretch(1);
    row->addWidget(next_);
    return inColumn(content, space::kSmall, space::kMedium, this);
}

QScrollArea* FinetunePage::makeScroll(QWidget* content) {
    auto* scroll = new PageScroll(this);
    scroll->setWidget(inColumn(content, space::kTiny, space::kHuge, scroll));
    return scroll;
}

void FinetunePage::makeConnections() {
    connect(showSidebar_, &IconButton::clicked, this, &FinetunePage::sidebarRequested);
    connect(newChat_, &IconButton::clicked, this, &FinetunePage::newChatRequested);
    connect(escape_, &QShortcut::activated, this, &FinetunePage::backRequested);
    connect(steps_, &StepBar::chosen, this, &FinetunePage::showStep);
    connect(back_, &QPushButton::clicked, this, [this] { goTo(step_ - 1); });
    connect(next_, &QPushButton::clicked, this, &FinetunePage::goOn);
    connect(afresh_, &QPushButton::clicked, this, &FinetunePage::beginAfresh);
    connect(newRun_, &QPushButton::clicked, this, [this] { showStep(step_); });
    connect(runsButton_, &QPushButton::clicked, this, [this] {
        runs_->showList();
        showRuns();
    });
    connect(advanced_, &QPushButton::clicked, this, &FinetunePage::setAdvanced);
    connect(data_, &DataPage::changed, this, &FinetunePage::showState);
    connect(method_, &MethodPage::changed, this, &FinetunePage::showState);
    connect(check_, &CheckPage::changed, this, &FinetunePage::showState);
    connect(start_, &StartPage::changed, this, &FinetunePage::showState);
    const auto showFailure = [this](const QString& message) {
        banner_->showMessage(Banner::Tone::Error, sayAgain(message));
    };
    connect(data_, &DataPage::failed, this, showFailure);
    connect(start_, &StartPage::failed, this, showFailure);
    connect(&parts_.draft, &TuningDraft::failed, this, showFailure);
    connect(runs_, &RunsPage::failed, this, showFailure);
    connect(runs_, &RunsPage::tryWanted, this, &FinetunePage::trialRequested);
    connect(runs_, &RunsPage::cloneWanted, this, &FinetunePage::prepareAgain);
    connect(runs_, &RunsPage::placeChanged, this,
            [this] { runsScroll_->verticalScrollBar()->setValue(0); });
    connect(&parts_.training, &TrainingService::jobsChanged, this, &FinetunePage::retranslate);
    // It may be a model that is kept among the others.
    connect(&parts_.exporter, &RunExport::finished, this, [this] { parts_.library.refresh(); });
    connect(&parts_.theme, &Theme::changed, this, &FinetunePage::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
}

void FinetunePage::setSidebarHidden(bool isHidden) {
    showSidebar_->setVisible(isHidden);
    newChat_->setVisible(isHidden);
}

QWidget* FinetunePage::firstControl() const {
    if (places_->currentIndex() != 0) return runsButton_;
    QWidget* first = firstToChoose(path_[static_cast<std::size_t>(step_)].page);
    return first != nullptr ? first : steps_->button(step_);
}

void FinetunePage::showStep(int step) {
    step_ = step;
    parts_.draft.setRemark(kStep, step);
    parts_.draft.setRemark(kSeen, std::max(step, parts_.draft.remark(kSeen).toInt()));
    places_->setCurrentIndex(0);
    pages_->setCurrentIndex(step);
    newRun_->setChecked(true);
    runsButton_->setChecked(false);
    advanced_->show();
    steps_->setCurrent(step);
    qobject_cast<QScrollArea*>(pages_->currentWidget())->verticalScrollBar()->setValue(0);
    showState();
}

void FinetunePage::showRuns() {
    places_->setCurrentIndex(1);
    newRun_->setChecked(false);
    runsButton_->setChecked(true);
    advanced_->hide();  // it is of the steps
}

void FinetunePage::setAdvanced(bool isAdvanced) {
    parts_.draft.setRemark(kAdvanced, isAdvanced);
    advanced_->setChecked(isAdvanced);
    method_->setAdvanced(isAdvanced);
    check_->setAdvanced(isAdvanced);
}

int FinetunePage::firstIncomplete() const {
    for (int i = 0; i < kSteps; ++i) {
        if (!path_[static_cast<std::size_t>(i)].missing().isEmpty()) return i;
    }
    return kSteps;
}

void FinetunePage::showState() {
    // What stands there without a choice is no step that was taken; and none is complete whose
    // ground is missing.
    const int seen = parts_.draft.remark(kSeen).toInt();
    bool isComplete = true;
    for (int i = 0; i < kSteps; ++i) {
        const QString missing = path_[static_cast<std::size_t>(i)].missing();
        isComplete = isComplete && missing.isEmpty();
        steps_->setState(i, missing, isComplete && (i == 0 || i < seen));
    }
    const QString wanted = path_[static_cast<std::size_t>(step_)].missing();
    wanted_->setText(wanted);
    // At the last step the button itself says it.
    wanted_->setVisible(step_ < kSteps - 1 && !wanted.isEmpty());
    // Filled where it is the next thing to do.
    const bool isNext = step_ == kSteps - 1 || wanted.isEmpty();
    setKind(next_, isNext ? QStringLiteral("primary") : QString());
    back_->setVisible(step_ > 0);
    afresh_->setVisible(!data_->isEmpty());
    if (step_ < kSteps - 1) {
        next_->setText(tr("Next"));
        return;
    }
    const int incomplete = firstIncomplete();
    next_->setText(incomplete == kSteps ? start_->startText()
                                        : path_[static_cast<std::size_t>(incomplete)].missing());
}

void FinetunePage::goTo(int step) {
    showStep(step);
    firstControl()->setFocus(Qt::OtherFocusReason);
}

void FinetunePage::goOn() {
    if (step_ < kSteps - 1) return goTo(step_ + 1);
    const int incomplete = firstIncomplete();
    if (incomplete == kSteps) return start();
    // There it can be put right.
    goTo(incomplete);
    showWrong();
}

// The first setting of the step that is none of its values may stand far down.
void FinetunePage::showWrong() {
    for (const JobField* field : pages_->currentWidget()->findChildren<JobField*>()) {
        if (!field->isVisible() || field->isValid()) continue;
        field->control()->setFocus(Qt::OtherFocusReason);
        return qobject_cast<QScrollArea*>(pages_->currentWidget())
            ->ensureWidgetVisible(field->control());
    }
}

void FinetunePage::beginAfresh() {
    const TuningDraft::Content before = parts_.draft.content();
    banner_->hide();
    setDraft({});
    toast_->showMessage(
        [] { return tr("What was prepared is cleared away; files and runs stay."); },
        [] { return tr("Undo"); }, [this, before] { setDraft(before); });
}

void FinetunePage::setDraft(const TuningDraft::Content& content) {
    const bool isAdvanced = parts_.draft.remark(kAdvanced).toBool();
    parts_.draft.setContent(content);
    method_->takeDraft();
    check_->takeDraft();
    start_->nameField()->setText(parts_.draft.remark(QStringLiteral("run_name")).toString());
    setAdvanced(isAdvanced);
    showStep(std::clamp(parts_.draft.remark(kStep).toInt(), 0, kSteps - 1));
}

void FinetunePage::start() {
    const qint64 id = start_->start();
    if (id == 0) return;
    banner_->hide();
    showStep(0);
    runs_->showRun(id);
    showRuns();
}

QList<RunBase> FinetunePage::bases() const {
    QList<RunBase> bases;
    for (const LibraryModel& model : parts_.library.models()) {
        for (const ModelForm& form : model.forms) {
            if (form.isPresent())
                bases.append({QStringLiteral("%1, %2").arg(presentModelName(model.name),
                                                           presentPreset(form.preset)),
                              form.folder});
        }
    }
    return bases;
}

FinetunePage::Origin FinetunePage::originOf(const QString& resultFolder) const {
    return originOfResult(parts_.training.jobs(), resultFolder);
}

void FinetunePage::prepareAgain(const QString& settingsJson) {
    QJsonObject values = QJsonDocument::fromJson(settingsJson.toUtf8()).object();
    values.remove(QStringLiteral("output"));
    parts_.draft.job().setValues(values);
    showStep(1);
}

void FinetunePage::applyTheme() {
    const Theme& theme = parts_.theme;
    title_->setFont(theme.font(TextStyle::InterfaceStrong));
    title_->setFixedHeight(std::max(kHeaderHeight, theme.controlSide(kButtonHeight)));
    wanted_->setFont(theme.font(TextStyle::Small));
    setTone(wanted_, ColorRole::TextSecondary);
    for (QWidget* content : columns_)
        content->setMaximumWidth(theme.scaled(kPageWidth));
    fitMargins();
    update();
}

void FinetunePage::retranslate() {
    setWindowTitle(tr("Fine-tuning"));
    title_->setText(tr("Fine-tuning"));
    newRun_->setText(tr("New run"));
    const qsizetype count = parts_.training.jobs().size();
    runsButton_->setText(count == 0 ? tr("Runs") : tr("Runs (%1)").arg(count));
    advanced_->setText(tr("Advanced"));
    advanced_->setToolTip(tr("Every setting of the run"));
    steps_->setNames({tr("Data"), tr("Model and method"), tr("Check"), tr("Start")});
    back_->setText(tr("Back"));
    afresh_->setText(tr("Begin afresh"));
    afresh_->setToolTip(tr("Clears away what was chosen in all steps. It can be undone."));
    showSidebar_->setName(tr("Show the sidebar"), QKeySequence(Qt::CTRL | Qt::Key_B));
    newChat_->setName(tr("New chat"), QKeySequence(Qt::CTRL | Qt::Key_N));
    showState();
}

bool FinetunePage::focusNextPrevChild(bool isNext) {
    orderTabs(this);
    if (QWidget* neighbour = neighbourOfGone(focusWidget())) {
        neighbour->setFocus(Qt::OtherFocusReason);
        return true;
    }
    return WindowPage::focusNextPrevChild(isNext);
}

// Who clicks twice to come to the last step has not seen it yet: that begins no run.
bool FinetunePage::eventFilter(QObject* watched, QEvent* event) {
    const bool isSecondClick = event->type() == QEvent::MouseButtonDblClick;
    if (watched == next_ && isSecondClick && step_ == kSteps - 1) return true;
    return WindowPage::eventFilter(watched, event);
}

void FinetunePage::keyPressEvent(QKeyEvent* event) {
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    auto* button = qobject_cast<QAbstractButton*>(focusWidget());
    const bool isPressed = isEnter && !event->isAutoRepeat() && button != nullptr &&
                           button->hasFocus() && qobject_cast<QCheckBox*>(button) == nullptr;
    if (!isPressed) return WindowPage::keyPressEvent(event);
    button->click();
}

// Where there is little room, none of it is left empty beside the cards.
void FinetunePage::fitMargins() {
    const bool isNarrow = width() < parts_.theme.scaled(kNarrowWidth);
    const int side = isNarrow ? space::kSmall : space::kHuge;
    for (QHBoxLayout* body : bodies_) {
        QMargins margins = body->contentsMargins();
        margins.setLeft(side);
        margins.setRight(side);
        body->setContentsMargins(margins);
    }
}

void FinetunePage::resizeEvent(QResizeEvent* event) {
    WindowPage::resizeEvent(event);
    fitMargins();
}

void FinetunePage::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), parts_.theme.color(ColorRole::Window));
}

}  // namespace dsm
