#include "ui/texts/texts_page.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QTextDocument>
#include <QTimer>
#include <algorithm>

#include "app/services/model/text_generator.h"
#include "app/services/program/said.h"
#include "app/services/program/sentences.h"
#include "app/services/texts/short_name.h"
#include "app/services/texts/text_service.h"
#include "app/services/texts/text_study.h"
#include "ui/texts/next_tokens_panel.h"
#include "ui/texts/sampling_panel.h"
#include "ui/texts/text_bar.h"
#include "ui/texts/text_documents.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/text_status.h"
#include "ui/texts/token_legend.h"
#include "ui/texts/token_marks.h"
#include "ui/texts/token_words.h"
#include "ui/texts/view_switches.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/raw_text_font.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

namespace dsm {
namespace {

constexpr int kPanelBesideFrom = 720;  // there is room for a panel beside the text
constexpr int kLowBelow = 330;         // there is none for all that can be said
constexpr int kJustEndedMs = 1000;     // in which Escape was meant to stop the model
constexpr int kPanelWidth = 280;
constexpr qsizetype kLongestTold = 40;

}  // namespace

TextsPage::TextsPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      documents_(new TextDocuments(parts.texts, this)),
      header_(new PageHeader(parts.theme, this)),
      banner_(new Banner(parts.theme, this)),
      switches_(new ViewSwitches(this)),
      bar_(new TextBar(parts.texts, parts.theme, this)),
      splitter_(new QSplitter(Qt::Horizontal, this)),
      editor_(new TextEditor(this)),
      marks_(new TokenMarks(parts.theme, this)),
      panel_(new QStackedWidget(this)),
      sampling_(new SamplingPanel(parts.texts, parts.theme, this)),
      nextTokens_(new NextTokensPanel(parts.texts.study(), parts.theme, this)),
      legend_(new TokenLegend(parts.texts.study(), parts.theme, this)),
      status_(new TextStatus(parts.texts, parts.writer, parts.theme, this)),
      go_(new QPushButton(this)),
      escape_(new QShortcut(Qt::Key_Escape, this)) {
    escape_->setContext(Qt::WidgetWithChildrenShortcut);
    makeLayout();
    makeConnections();
    connectStudy();
    applyTheme();
    retranslate();
    if (!parts.texts.notices().isEmpty()) {
        banner_->showMessage(Banner::Tone::Warning,
                             [texts = &parts_.texts] { return inARow(texts->notices()); });
    }
    const QList<TextInfo> texts = parts.texts.texts();
    open(texts.isEmpty() ? 0 : texts.first().id);
}

void TextsPage::makeLayout() {
    header_->row()->addWidget(switches_);
    go_->setProperty("kind", QStringLiteral("primary"));
    panel_->addWidget(sampling_);
    panel_->addWidget(nextTokens_);
    panel_->hide();
    splitter_->addWidget(editor_);
    splitter_->addWidget(panel_);
    splitter_->setChildrenCollapsible(false);
    splitter_->setStretchFactor(0, 1);
    splitter_->setStretchFactor(1, 0);
    splitter_->setHandleWidth(space::kSmall);
    splitter_->setProperty("kind", QStringLiteral("bare"));
    auto* foot = new QHBoxLayout;
    foot->setSpacing(space::kMedium);
    foot->addWidget(status_, 1);
    foot->addWidget(go_);
    auto* column = new QVBoxLayout;
    column->setContentsMargins(space::kMedium, 0, space::kMedium, space::kSmall);
    column->setSpacing(space::kSmall);
    column->addWidget(banner_);
    column->addWidget(bar_);
    column->addWidget(splitter_, 1);
    column->addWidget(legend_);
    column->addLayout(foot);
    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(0, 0, 0, 0);
    page->setSpacing(0);
    page->addWidget(header_);
    page->addLayout(column, 1);
    setTabOrder(editor_, go_);
}

void TextsPage::makeConnections() {
    connect(header_, &PageHeader::sidebarRequested, this, &TextsPage::sidebarRequested);
    connect(header_, &PageHeader::newChatRequested, this, &TextsPage::newChatRequested);
    connect(escape_, &QShortcut::activated, this, [this] {
        if (isWriting()) return stop();
        if (justEnded_.hasExpired()) Q_EMIT backRequested();
    });
    connect(go_, &QPushButton::clicked, this, [this] {
        if (isWriting()) return stop();
        continueText();
    });
    connect(bar_, &TextBar::chosen, this, &TextsPage::open);
    connect(bar_, &TextBar::newRequested, this, &TextsPage::newText);
    connect(bar_, &TextBar::removed, this, &TextsPage::takeRemoval);
    connect(bar_, &TextBar::ended, this, [this] { editor_->setFocus(Qt::OtherFocusReason); });
    editor_->setBackdrop([this](QPainter& painter, const QTextBlock& block, const QPointF& place) {
        marks_->paint(painter, block, place);
    });
    connect(marks_, &TokenMarks::changed, editor_->viewport(), qOverload<>(&QWidget::update));
    connect(documents_, &TextDocuments::began, this, [this](qint64 id) {
        if (current_ != 0) return;
        current_ = id;
        bar_->setCurrent(id);
        sampling_->setText(id);
    });
    connect(documents_, &TextDocuments::changed, this, [this](qint64 id) {
        if (id != current_) return;
        followText();
        if (isWriting()) editor_->follow();
    });
    connect(editor_, &TextEditor::pasteRefused, status_, &TextStatus::refusePaste);
    connect(status_, &TextStatus::counted, this, &TextsPage::showState);
    connect(&parts_.writer, &TextGenerator::statusChanged, this, &TextsPage::showState);
    connect(&parts_.texts, &TextService::writingChanged, this, &TextsPage::showState);
    connect(&parts_.texts, &TextService::ended, this,
            [this](qint64 id, const GenerationOutcome& outcome) {
                if (!outcome.error.isEmpty())
                    banner_->showMessage(Banner::Tone::Error, sayAgain(outcome.error));
                if (id != current_) return;
                status_->takeEnd(outcome);
                justEnded_.setRemainingTime(kJustEndedMs);
            });
    connect(&parts_.texts, &TextService::failed, this, [this](const QString& message) {
        banner_->showMessage(Banner::Tone::Error, sayAgain(message));
    });
    connect(&parts_.texts, &TextService::savedAgain, this, [this] {
        banner_->showMessage(Banner::Tone::Note,
                             [] { return tr("What could not be saved before is saved now."); });
    });
    connect(&parts_.theme, &Theme::changed, this, &TextsPage::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
}

void TextsPage::connectStudy() {
    TextStudy& study = parts_.texts.study();
    connect(switches_, &ViewSwitches::changed, this, &TextsPage::showViews);
    connect(&study, &TextStudy::tokensChanged, this, &TextsPage::showMarks);
    connect(editor_, &QPlainTextEdit::cursorPositionChanged, this, &TextsPage::followText);
    connect(nextTokens_, &NextTokensPanel::chosen, this, &TextsPage::goOnWith);
    connect(&parts_.writer, &TextGenerator::modelChanged, &study, &TextStudy::refresh);
    editor_->setTip(
        [&study](int place) { return describeToken(study.tokens(), study.tokenAt(place)); });
}

// What is not shown is not asked for.
void TextsPage::showViews() {
    const bool isPanel =
        switches_->isShown(switches_->likeliest()) || switches_->sampling()->isChecked();
    panel_->setCurrentWidget(switches_->sampling()->isChecked()
                                 ? static_cast<QWidget*>(sampling_)
                                 : static_cast<QWidget*>(nextTokens_));
    const bool isNew = isPanel && panel_->isHidden();
    panel_->setVisible(isPanel);
    const bool isLow = height() < parts_.theme.scaled(kLowBelow);
    legend_->setRoom(!isLow || !isPanel);
    nextTokens_->setLow(isLow);
    if (isNew) sharePlace();
    parts_.texts.study().setWish(
        {.tokens = isVisible() && switches_->isShown(switches_->tokens()),
         .probabilities = isVisible() && switches_->isShown(switches_->probabilities()),
         .likeliest = isVisible() && switches_->isShown(switches_->likeliest())});
}

// Between the text and the panel.
void TextsPage::sharePlace() {
    const bool isWide = splitter_->orientation() == Qt::Horizontal;
    const int whole = isWide ? splitter_->width() : splitter_->height();
    const int panel = isWide ? std::min(parts_.theme.scaled(kPanelWidth), whole / 2) : whole / 2;
    splitter_->setSizes({whole - panel, panel});
}

void TextsPage::showMarks() {
    const TextStudy& study = parts_.texts.study();
    marks_->show(study.tokens(),
                 {.boundaries = study.wish().tokens, .shades = study.wish().probabilities});
}

void TextsPage::followText() {
    const QString text = editor_->text();
    status_->setContent(current_, text);
    parts_.texts.study().setText(text, editor_->place());
    legend_->setPlace(editor_->place());
}

void TextsPage::goOnWith(const QString& token) {
    if (isWriting()) return;
    editor_->goOnWith(token);
    if (!nextTokens_->writeOn()->isChecked()) return;
    editor_->setFocus(Qt::OtherFocusReason);
    continueText();
}

void TextsPage::open(qint64 id) {
    if (id == 0 && current_ != 0) documents_->forget(0);
    current_ = id;
    editor_->setDocument(documents_->of(id));
    applyTheme();  // the document has a font of its own
    editor_->moveToEnd();
    bar_->setCurrent(id);
    sampling_->setText(id);
    followText();
    showState();
    if (isVisible()) editor_->setFocus(Qt::OtherFocusReason);
}

bool TextsPage::isWriting() const {
    return parts_.texts.isWriting(current_);
}

void TextsPage::begin() {
    banner_->hide();
    if (current_ == 0) {
        // A model may begin one of its own.
        const qint64 id = parts_.texts.add();
        if (id == 0) return;
        open(id);
    }
    editor_->moveToEnd();
    parts_.texts.continueText(current_);
}

void TextsPage::continueText() {
    if (!isWriting() && status_->canContinue()) begin();
}

void TextsPage::continueHere() {
    if (isWriting() || !status_->hasModel()) return;
    editor_->cutAfterCursor();
    followText();
    begin();
}

void TextsPage::stop() {
    parts_.texts.stop(current_);
}

void TextsPage::takeRemoval(qint64 id, const QString& name) {
    if (id == current_) {
        const QList<TextInfo> texts = parts_.texts.texts();
        open(texts.isEmpty() ? 0 : texts.first().id);
    }
    if (toast_ == nullptr) return;
    toast_->showMessage(
        [name] { return tr("“%1” was deleted").arg(shortName(name, kLongestTold)); },
        [] { return tr("Undo"); },
        [this, id] {
            if (parts_.texts.restore(id)) open(id);
        });
}

void TextsPage::showState() {
    const bool writes = isWriting();
    const bool hadKeyboard = go_->hasFocus();
    editor_->setReadOnly(writes);
    parts_.texts.study().setPaused(writes);
    go_->setText(writes ? tr("Stop") : tr("Continue"));
    go_->setAccessibleName(go_->text());
    go_->setToolTip(writes
                        ? QStringLiteral("%1  (Esc)").arg(tr("Stop writing"))
                        : QStringLiteral("%1  (Ctrl+Enter)\n%2  (Ctrl+Shift+Enter)")
                              .arg(tr("The model goes on at the end of the text."),
                                   tr("It goes on at the cursor, in place of what is after it.")));
    go_->setEnabled(writes || status_->canContinue());
    switches_->setRefusal(parts_.writer.status().isRemote()
                              ? tr("A model at an address tells no tokens and no probabilities.")
                              : QString());
    if (hadKeyboard && !go_->isEnabled()) editor_->setFocus(Qt::OtherFocusReason);
}

void TextsPage::setSidebarHidden(bool isHidden) {
    header_->setSidebarHidden(isHidden);
}

void TextsPage::showEvent(QShowEvent* event) {
    parts_.texts.look();
    QWidget::showEvent(event);
    showViews();
}

void TextsPage::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    showViews();
}

void TextsPage::resizeEvent(QResizeEvent* event) {
    const bool isWide = width() >= parts_.theme.scaled(kPanelBesideFrom);
    const Qt::Orientation wanted = isWide ? Qt::Horizontal : Qt::Vertical;
    const bool isTurned = splitter_->orientation() != wanted;
    splitter_->setOrientation(wanted);
    switches_->setWide(isWide);
    QWidget::resizeEvent(event);
    // Once the layout knows how much there is.
    if (isTurned) QTimer::singleShot(0, this, &TextsPage::sharePlace);
    showViews();
}

void TextsPage::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), parts_.theme.color(ColorRole::Window));
}

void TextsPage::applyTheme() {
    const QFont font = rawTextFont(parts_.theme);
    editor_->setFont(font);
    editor_->document()->setDefaultFont(font);
    editor_->setMinimumHeight(parts_.theme.lineHeight(TextStyle::Body) + 2 * space::kMedium);
}

void TextsPage::retranslate() {
    header_->setTitle(tr("Texts"));
    editor_->setAccessibleName(tr("Text"));
    editor_->setAccessibleDescription(
        tr("Ctrl+Enter lets the model write on, Escape stops it, Ctrl+Tab writes a tab."));
    editor_->setPlaceholderText(
        tr("Write the beginning of a text. The model goes on with it word by word, without the "
           "template of a chat: so base models are used."));
    showState();
}

}  // namespace dsm
