#include "ui/texts/texts_page.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QTextDocument>
#include <algorithm>

#include "app/services/model/model_host.h"
#include "app/services/texts/text_service.h"
#include "ui/texts/sampling_panel.h"
#include "ui/texts/text_bar.h"
#include "ui/texts/text_documents.h"
#include "ui/texts/text_editor.h"
#include "ui/texts/text_status.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/page_header.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

namespace dsm {
namespace {

constexpr int kWideFrom = 720;  // there is room for a panel beside the text
constexpr int kPanelWidth = 280;
constexpr qsizetype kLongestTold = 40;

}  // namespace

TextsPage::TextsPage(const Parts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      documents_(new TextDocuments(parts.texts, this)),
      header_(new PageHeader(parts.theme, this)),
      banner_(new Banner(parts.theme, this)),
      showSampling_(new QPushButton(this)),
      bar_(new TextBar(parts.texts, parts.theme, this)),
      splitter_(new QSplitter(Qt::Horizontal, this)),
      editor_(new TextEditor(this)),
      sampling_(new SamplingPanel(parts.texts, parts.theme, this)),
      status_(new TextStatus(parts.texts, parts.host, parts.theme, this)),
      go_(new QPushButton(this)),
      escape_(new QShortcut(Qt::Key_Escape, this)) {
    escape_->setContext(Qt::WidgetWithChildrenShortcut);
    makeLayout();
    makeConnections();
    applyTheme();
    retranslate();
    if (!parts.texts.notices().isEmpty())
        banner_->showMessage(Banner::Tone::Warning, parts.texts.notices().join(u' '));
    const QList<TextInfo> texts = parts.texts.texts();
    open(texts.isEmpty() ? 0 : texts.first().id);
}

void TextsPage::makeLayout() {
    showSampling_->setCheckable(true);
    showSampling_->setProperty("kind", QStringLiteral("plain"));
    header_->row()->addWidget(showSampling_);
    go_->setProperty("kind", QStringLiteral("primary"));
    sampling_->hide();
    splitter_->addWidget(editor_);
    splitter_->addWidget(sampling_);
    splitter_->setChildrenCollapsible(false);
    splitter_->setStretchFactor(0, 1);
    splitter_->setStretchFactor(1, 0);
    splitter_->setHandleWidth(space::kSmall);
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
        Q_EMIT backRequested();
    });
    connect(showSampling_, &QPushButton::toggled, this, &TextsPage::setSamplingShown);
    connect(go_, &QPushButton::clicked, this, [this] {
        if (isWriting()) return stop();
        continueText();
    });
    connect(bar_, &TextBar::chosen, this, &TextsPage::open);
    connect(bar_, &TextBar::newRequested, this, &TextsPage::newText);
    connect(bar_, &TextBar::removed, this, &TextsPage::takeRemoval);
    connect(bar_, &TextBar::ended, this, [this] { editor_->setFocus(Qt::OtherFocusReason); });
    connect(documents_, &TextDocuments::began, this, [this](qint64 id) {
        if (current_ != 0) return;
        current_ = id;
        bar_->setCurrent(id);
        sampling_->setText(id);
    });
    connect(documents_, &TextDocuments::changed, this, [this](qint64 id) {
        if (id == current_) status_->setContent(id, editor_->text());
    });
    connect(editor_, &TextEditor::pasteRefused, status_, &TextStatus::refusePaste);
    connect(status_, &TextStatus::counted, this, &TextsPage::showState);
    connect(&parts_.host, &ModelHost::statusChanged, this, &TextsPage::showState);
    connect(&parts_.texts, &TextService::writingChanged, this, &TextsPage::showState);
    connect(&parts_.texts, &TextService::ended, this,
            [this](qint64 id, const GenerationOutcome& outcome) {
                if (!outcome.error.isEmpty())
                    banner_->showMessage(Banner::Tone::Error, outcome.error);
                if (id == current_) status_->takeEnd(outcome);
            });
    connect(&parts_.texts, &TextService::failed, this,
            [this](const QString& message) { banner_->showMessage(Banner::Tone::Error, message); });
    connect(&parts_.theme, &Theme::changed, this, &TextsPage::applyTheme);
    onLanguageChange(this, [this] { retranslate(); });
}

void TextsPage::open(qint64 id) {
    if (id == 0 && current_ != 0) documents_->forget(0);
    current_ = id;
    editor_->setDocument(documents_->of(id));
    applyTheme();  // the document has a font of its own
    editor_->moveToEnd();
    bar_->setCurrent(id);
    sampling_->setText(id);
    status_->setContent(id, editor_->text());
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
    status_->setContent(current_, editor_->text());
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
    const QString told = name.size() > kLongestTold ? name.left(kLongestTold) + u'…' : name;
    toast_->showMessage(tr("“%1” was deleted").arg(told), tr("Undo"), [this, id] {
        if (parts_.texts.restore(id)) open(id);
    });
}

void TextsPage::setSamplingShown(bool isShown) {
    showSampling_->setChecked(isShown);
    sampling_->setVisible(isShown);
    const int panel = parts_.theme.scaled(kPanelWidth);
    const int whole = splitter_->orientation() == Qt::Horizontal ? width() : height();
    if (isShown) splitter_->setSizes({whole - panel, panel});
}

void TextsPage::showState() {
    const bool writes = isWriting();
    const bool hadKeyboard = go_->hasFocus();
    editor_->setReadOnly(writes);
    go_->setText(writes ? tr("Stop") : tr("Continue"));
    go_->setAccessibleName(go_->text());
    go_->setToolTip(writes
                        ? QStringLiteral("%1  (Esc)").arg(tr("Stop writing"))
                        : QStringLiteral("%1  (Ctrl+Enter)\n%2  (Ctrl+Shift+Enter)")
                              .arg(tr("The model goes on at the end of the text."),
                                   tr("It goes on at the cursor, in place of what is after it.")));
    go_->setEnabled(writes || status_->canContinue());
    if (hadKeyboard && !go_->isEnabled()) editor_->setFocus(Qt::OtherFocusReason);
}

void TextsPage::setSidebarHidden(bool isHidden) {
    header_->setSidebarHidden(isHidden);
}

void TextsPage::showEvent(QShowEvent* event) {
    parts_.texts.look();
    QWidget::showEvent(event);
}

void TextsPage::resizeEvent(QResizeEvent* event) {
    const bool isWide = width() >= parts_.theme.scaled(kWideFrom);
    splitter_->setOrientation(isWide ? Qt::Horizontal : Qt::Vertical);
    QWidget::resizeEvent(event);
}

void TextsPage::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), parts_.theme.color(ColorRole::Window));
}

void TextsPage::applyTheme() {
    const QFont font = parts_.theme.font(TextStyle::Body);
    editor_->setFont(font);
    editor_->document()->setDefaultFont(font);
    editor_->setMinimumHeight(parts_.theme.lineHeight(TextStyle::Body) + 2 * space::kMedium);
}

void TextsPage::retranslate() {
    header_->setTitle(tr("Texts"));
    showSampling_->setText(tr("Sampling"));
    showSampling_->setAccessibleName(tr("Sampling"));
    showSampling_->setToolTip(tr("How the model draws what it writes"));
    editor_->setAccessibleName(tr("Text"));
    editor_->setAccessibleDescription(
        tr("Ctrl+Enter lets the model write on, Escape stops it, Ctrl+Tab writes a tab."));
    editor_->setPlaceholderText(
        tr("Write the beginning of a text. The model goes on with it word by word, without the "
           "template of a chat: so base models are used."));
    showState();
}

}  // namespace dsm
