#include "ui/shell/sidebar.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTimer>
#include <algorithm>

#include "app/services/chat/chat_service.h"
#include "app/services/program/settings.h"
#include "ui/chat/conversation_delegate.h"
#include "ui/chat/conversation_list.h"
#include "ui/chat/conversation_list_model.h"
#include "ui/chat/list_header.h"
#include "ui/widgets/icon_button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

using Model = ConversationListModel;

constexpr int kSearchDelayMilliseconds = 120;
constexpr int kLowHeight = 400;

QStringList foundWords(const QString& snippet) {
    QStringList words;
    const QStringList parts = snippet.split(SearchHit::kHitBegin);
    for (const QString& part : parts.mid(1))
        words.append(part.left(part.indexOf(SearchHit::kHitEnd)));
    words.removeAll(QString());
    words.removeDuplicates();
    return words;
}

}  // namespace

Sidebar::Sidebar(ChatService& chat, Settings& settings, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      chat_(chat),
      kept_(settings),
      theme_(theme),
      model_(new ConversationListModel(chat, this)),
      delegate_(new ConversationDelegate(theme, this)),
      logo_(new Label(this)),
      name_(new Label(QStringLiteral("DeepSeekMoE"), this)),
      hide_(new IconButton(theme, IconName::Sidebar, 32, IconButton::Look::Plain, this)),
      newChat_(new QPushButton(this)),
      search_(new QLineEdit(this)),
      searchIcon_(search_->addAction(QIcon(), QLineEdit::LeadingPosition)),
      clearSearch_(search_->addAction(QIcon(), QLineEdit::TrailingPosition)),
      header_(new ListHeader(chat, theme, this)),
      list_(new ConversationList(this)),
      texts_(new QPushButton(this)),
      finetune_(new QPushButton(this)),
      benchmarks_(new QPushButton(this)),
      models_(new QPushButton(this)),
      settings_(new QPushButton(this)),
      ways_(new QVBoxLayout),
      about_(new IconButton(theme, IconName::Info, 32, IconButton::Look::Plain, this)),
      searchTimer_(new QTimer(this)) {
    setObjectName(QStringLiteral("sidebar"));
    setAttribute(Qt::WA_StyledBackground);
    name_->setElided(Qt::ElideRight);
    ListChoice choice;
    choice.order = static_cast<ConversationOrder>(kept_.conversationOrder());
    header_->setChoice(choice);
    model_->setChoice(choice);
    model_->setFolded(kept_.foldedFolders());
    list_->setModel(model_);
    list_->setItemDelegate(delegate_);
    list_->setFrameShape(QFrame::NoFrame);
    list_->setMouseTracking(true);
    list_->setEditTriggers(QAbstractItemView::EditKeyPressed);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->installEventFilter(this);
    search_->installEventFilter(this);
    clearSearch_->setVisible(false);
    for (QPushButton* button : {texts_, finetune_, benchmarks_, models_, settings_}) {
        button->setProperty("kind", QStringLiteral("plain"));
    }
    models_->setCheckable(true);
    texts_->setCheckable(true);
    for (QPushButton* offered : {finetune_, benchmarks_}) {
        offered->setCheckable(true);
        offered->hide();
    }
    searchTimer_->setSingleShot(true);
    searchTimer_->setInterval(kSearchDelayMilliseconds);
    makeLayout();
    makeConnections();
    applyTheme();
    retranslate();
}

void Sidebar::makeLayout() {
    auto* head = new QHBoxLayout;
    head->setContentsMargins(space::kTiny, 0, 0, 0);
    head->setSpacing(space::kSmall);
    head->addWidget(logo_);
    head->addWidget(name_, 1);
    head->addWidget(hide_);
    auto* foot = new QHBoxLayout;
    foot->setSpacing(space::kTiny);
    foot->addWidget(settings_, 1);
    foot->addWidget(about_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::kMedium, space::kMedium, space::kMedium, space::kSmall);
    column->setSpacing(space::kSmall + 2);
    column->addLayout(head);
    column->addSpacing(2);
    column->addWidget(newChat_);
    column->addWidget(search_);
    column->addWidget(header_);
    column->addWidget(list_, 1);
    ways_->setSpacing(2);
    for (QPushButton* way : {texts_, finetune_, benchmarks_, models_})
        ways_->addWidget(way);
    column->addLayout(ways_);
    column->addLayout(foot);
    setTabOrder(newChat_, search_);
    setTabOrder(search_, header_->placeButton());
    setTabOrder(header_->placeButton(), header_->limitsButton());
    setTabOrder(header_->limitsButton(), list_);
    setTabOrder(list_, texts_);
    setTabOrder(texts_, finetune_);
    setTabOrder(finetune_, benchmarks_);
    setTabOrder(benchmarks_, models_);
    setTabOrder(models_, settings_);
    setTabOrder(settings_, about_);
    setTabOrder(about_, hide_);
}

void Sidebar::makeConnections() {
    connect(newChat_, &QPushButton::clicked, this, &Sidebar::newChatRequested);
    connect(texts_, &QPushButton::clicked, this, &Sidebar::textsRequested);
    connect(finetune_, &QPushButton::clicked, this, &Sidebar::finetuneRequested);
    connect(benchmarks_, &QPushButton::clicked, this, &Sidebar::benchmarksRequested);
    connect(models_, &QPushButton::clicked, this, &Sidebar::modelsRequested);
    connect(settings_, &QPushButton::clicked, this, &Sidebar::settingsRequested);
    connect(about_, &IconButton::clicked, this, &Sidebar::aboutRequested);
    connect(hide_, &IconButton::clicked, this, &Sidebar::hideRequested);
    connect(search_, &QLineEdit::textChanged, searchTimer_, qOverload<>(&QTimer::start));
    connect(search_, &QLineEdit::textChanged, this,
            [this](const QString& text) { clearSearch_->setVisible(!text.isEmpty()); });
    connect(clearSearch_, &QAction::triggered, this, [this] {
        search_->clear();
        search_->setFocus(Qt::OtherFocusReason);
    });
    connect(searchTimer_, &QTimer::timeout, this, [this] { model_->setSearch(search_->text()); });
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& index) { choose(index); });
    connect(header_, &ListHeader::changed, this, [this] {
        kept_.setConversationOrder(static_cast<int>(header_->choice().order));
        model_->setChoice(header_->choice());
    });
    connect(list_, &QListView::clicked, this, [this](const QModelIndex& index) {
        if (isFolder(index)) return setFolded(index, !index.data(Model::FoldedRole).toBool());
        choose(index);
        if (index.data(Model::ConversationRole).toLongLong() != 0) Q_EMIT conversationActivated();
    });
    // After the view, which takes the keyboard back when its editor goes.
    connect(delegate_, &QAbstractItemDelegate::closeEditor, this, &Sidebar::renamingEnded,
            Qt::QueuedConnection);
    connect(list_, &QListView::customContextMenuRequested, this, [this](const QPoint& position) {
        showMenu(list_->indexAt(position), list_->viewport()->mapToGlobal(position));
    });
    connect(delegate_, &ConversationDelegate::menuRequested, this, &Sidebar::showMenu,
            Qt::QueuedConnection);
    connect(model_, &QAbstractItemModel::modelReset, this, &Sidebar::restoreCurrent);
    connect(&theme_, &Theme::changed, this, &Sidebar::applyTheme);
    onLanguageChange(this, [this] {
        retranslate();
        model_->retranslate();
    });
}

// Beside each other, as icons, where the list would have no room above them.
void Sidebar::showWays() {
    const bool isLow = height() < theme_.scaled(kLowHeight);
    ways_->setDirection(isLow ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    for (QPushButton* way : {texts_, finetune_, benchmarks_, models_})
        way->setText(isLow ? QString() : way->accessibleName());
}

void Sidebar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    showWays();
}

void Sidebar::setPlace(Place place) {
    models_->setChecked(place == Place::Models);
    finetune_->setChecked(place == Place::Finetune);
    benchmarks_->setChecked(place == Place::Benchmarks);
    texts_->setChecked(place == Place::Texts);
}

void Sidebar::offerFinetune() {
    finetune_->show();
}

void Sidebar::offerBenchmarks() {
    benchmarks_->show();
}

void Sidebar::setCurrent(qint64 conversationId) {
    current_ = conversationId;
    restoreCurrent();
}

void Sidebar::restoreCurrent() {
    const QModelIndex index = model_->indexOf(current_);
    const QSignalBlocker quiet(list_->selectionModel());
    if (index.isValid()) {
        list_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    } else {
        list_->selectionModel()->clear();
    }
    list_->viewport()->update();
}

void Sidebar::choose(const QModelIndex& index) {
    const qint64 conversation = index.data(Model::ConversationRole).toLongLong();
    const qint64 message = index.data(Model::ChatRole).toLongLong();
    if (conversation == 0 || (conversation == current_ && message == 0)) return;
    current_ = conversation;
    Q_EMIT conversationChosen(conversation, message,
                              foundWords(index.data(Model::SnippetRole).toString()));
}

void Sidebar::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

void Sidebar::renameConversation(qint64 conversationId) {
    search_->clear();
    model_->setSearch({});
    const ConversationInfo info = chat_.conversation(conversationId);
    if (!model_->indexOf(conversationId).isValid() && !info.isArchived) header_->showEverything();
    setFolded(model_->indexOfFolder(info.folder), false);
    const QModelIndex index = model_->indexOf(conversationId);
    if (!index.isValid()) return;
    list_->scrollTo(index);
    list_->edit(index);
}

bool Sidebar::takeSearchKey(int key) {
    if (key == Qt::Key_Escape) {
        search_->clear();
        model_->setSearch({});
        Q_EMIT conversationActivated();
        return true;
    }
    if (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter) {
        model_->setSearch(search_->text());
        list_->setFocus(Qt::TabFocusReason);
        if (model_->rowCount() > 1) list_->setCurrentIndex(model_->index(1));
        return true;
    }
    return false;
}

bool Sidebar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* press = static_cast<QKeyEvent*>(event);
        const int key = press->key();
        // One press deletes one chat, however long it lasts.
        const bool isHeldDelete = key == Qt::Key_Delete && press->isAutoRepeat();
        if (watched == list_ && (isHeldDelete || takeListKey(key))) return true;
        if (watched == search_ && takeSearchKey(key)) return true;
    }
    return QWidget::eventFilter(watched, event);
}

void Sidebar::applyTheme() {
    setMinimumWidth(std::min(theme_.scaled(220), 320));
    setMaximumWidth(theme_.scaled(420));
    newChat_->setObjectName(QStringLiteral("newChat"));
    texts_->setObjectName(QStringLiteral("texts"));
    finetune_->setObjectName(QStringLiteral("finetune"));
    benchmarks_->setObjectName(QStringLiteral("benchmarks"));
    models_->setObjectName(QStringLiteral("models"));
    settings_->setObjectName(QStringLiteral("settings"));
    for (QPushButton* button : {newChat_, texts_, finetune_, benchmarks_, models_, settings_})
        button->setIconSize({theme_.scaled(24), theme_.scaled(18)});
    const QSize logo(theme_.scaled(24), theme_.scaled(24));
    logo_->setPixmap(theme_.icon(IconName::Logo).pixmap(logo, devicePixelRatioF()));
    name_->setFont(theme_.font(TextStyle::Title));
    newChat_->setIcon(theme_.icon(IconName::NewChat, ColorRole::AccentText));
    texts_->setIcon(theme_.icon(IconName::Edit));
    finetune_->setIcon(theme_.icon(IconName::Spark));
    benchmarks_->setIcon(theme_.icon(IconName::Chart));
    models_->setIcon(theme_.icon(IconName::Chip));
    settings_->setIcon(theme_.icon(IconName::Settings));
    searchIcon_->setIcon(theme_.icon(IconName::Search, ColorRole::TextTertiary));
    clearSearch_->setIcon(theme_.icon(IconName::Close, ColorRole::TextTertiary));
    list_->doItemsLayout();
    showWays();
}

void Sidebar::retranslate() {
    newChat_->setText(tr("New chat"));
    newChat_->setAccessibleName(tr("New chat"));
    newChat_->setToolTip(QStringLiteral("%1  (Ctrl+N)").arg(tr("New chat")));
    search_->setPlaceholderText(tr("Search"));
    search_->setAccessibleName(tr("Search the conversations"));
    search_->setToolTip(QStringLiteral("%1  (Ctrl+Shift+F)").arg(tr("Search the conversations")));
    clearSearch_->setToolTip(tr("Clear the search"));
    list_->setAccessibleName(tr("Conversations"));
    texts_->setAccessibleName(tr("Texts"));
    texts_->setToolTip(
        QStringLiteral("%1  (Ctrl+Shift+E)").arg(tr("Write texts with a model, without a chat")));
    finetune_->setAccessibleName(tr("Fine-tuning"));
    finetune_->setToolTip(
        QStringLiteral("%1  (Ctrl+T)").arg(tr("Teach a model with examples of your own")));
    benchmarks_->setAccessibleName(tr("Benchmarks"));
    benchmarks_->setToolTip(
        QStringLiteral("%1  (Ctrl+Shift+M)").arg(tr("What models answer to known questions")));
    models_->setAccessibleName(tr("Models"));
    models_->setToolTip(QStringLiteral("%1  (Ctrl+M)").arg(tr("The models on this computer")));
    settings_->setText(tr("Settings"));
    settings_->setAccessibleName(tr("Settings"));
    about_->setName(tr("About this program"));
    hide_->setName(tr("Hide the sidebar"), QKeySequence(Qt::CTRL | Qt::Key_B));
    showWays();
}

}  // namespace dsm
