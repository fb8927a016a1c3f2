#include "ui/chat/list_header.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <initializer_list>
#include <utility>

#include "ui/widgets/icon_button.h"
#include "ui/widgets/language_change.h"
#include "ui/widgets/name_dialog.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/verbatim.h"

namespace dsm {
namespace {

constexpr int kButtonWidth = 24;  // of the arrow and the margins of the place

// One of a group, chosen or not.
QAction* addChoice(QMenu* menu, QActionGroup* group, const QString& text, bool isChosen,
                   std::function<void()> choose) {
    QAction* action = menu->addAction(text);
    action->setCheckable(true);
    action->setChecked(isChosen);
    group->addAction(action);
    QObject::connect(action, &QAction::triggered, menu, std::move(choose));
    return action;
}

}  // namespace

ListHeader::ListHeader(ChatService& chat, const Theme& theme, QWidget* parent)
    : QWidget(parent),
      chat_(chat),
      theme_(theme),
      place_(new QPushButton(this)),
      limits_(new IconButton(theme, IconName::Filter, 30, IconButton::Look::Plain, this)) {
    place_->setProperty("kind", QStringLiteral("plain"));
    place_->setObjectName(QStringLiteral("listPlace"));
    place_->setLayoutDirection(Qt::RightToLeft);  // the arrow stands behind the name
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::kTiny);
    row->addWidget(place_);
    row->addStretch(1);
    row->addWidget(limits_);
    connect(place_, &QPushButton::clicked, this, &ListHeader::showPlaces);
    connect(limits_, &IconButton::clicked, this, &ListHeader::showLimits);
    connect(&chat_, &ChatService::conversationsChanged, this, &ListHeader::endLostChoice);
    connect(&theme_, &Theme::changed, this, &ListHeader::applyTheme);
    onLanguageChange(this, [this] { refresh(); });
    applyTheme();
    refresh();
}

void ListHeader::setChoice(const ListChoice& choice) {
    choice_ = choice;
    refresh();
    Q_EMIT changed();
}

void ListHeader::showFolder(const QString& folder) {
    ListChoice choice = choice_;
    choice.filter.folder = folder;
    choice.filter.tag.clear();
    choice.filter.archived = false;
    setChoice(choice);
}

void ListHeader::showEverything() {
    ListChoice choice;
    choice.order = choice_.order;
    days_ = 0;
    setChoice(choice);
}

// What nobody has any more cannot be shown.
void ListHeader::endLostChoice() {
    const bool hasFolder =
        choice_.filter.folder.isEmpty() || chat_.folders().contains(choice_.filter.folder);
    const bool hasTag = choice_.filter.tag.isEmpty() || chat_.tags().contains(choice_.filter.tag);
    if (!hasFolder || !hasTag) showEverything();
}

void ListHeader::showPlaces() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addPlaces(menu);
    addRenaming(menu);
    menu->addSeparator();
    addOrders(menu);
    menu->addSeparator();
    menu->addAction(theme_.icon(IconName::Trash), tr("Trash…"), this, &ListHeader::trashRequested);
    menu->addAction(tr("Import chats…"), this, &ListHeader::importRequested);
    menu->addAction(tr("Export chats…"), this, &ListHeader::exportRequested);
    menu->popup(place_->mapToGlobal(place_->rect().bottomLeft()));
}

void ListHeader::addPlaces(QMenu* menu) {
    auto* group = new QActionGroup(menu);
    const auto add = [&](const QIcon& icon, const QString& text, bool isChosen,
                         const QString& folder, const QString& tag, bool archived) {
        addChoice(menu, group, text, isChosen, [this, folder, tag, archived] {
            ListChoice choice = choice_;
            choice.filter.folder = folder;
            choice.filter.tag = tag;
            choice.filter.archived = archived;
            setChoice(choice);
        })->setIcon(icon);
    };
    add({}, tr("All chats"), choice_.isEverything(), {}, {}, false);
    add(theme_.icon(IconName::Archive), tr("Archive"), choice_.isArchive(), {}, {}, true);
    const QStringList folders = chat_.folders();
    if (!folders.isEmpty()) menu->addSection(tr("Folders"));
    for (const QString& folder : folders) {
        add(theme_.icon(IconName::Folder), verbatim(folder), choice_.filter.folder == folder,
            folder, {}, false);
    }
    const QStringList tags = chat_.tags();
    if (!tags.isEmpty()) menu->addSection(tr("Tags"));
    for (const QString& tag : tags) {
        add(theme_.icon(IconName::Tag), verbatim(tag), choice_.filter.tag == tag, {}, tag, false);
    }
}

void ListHeader::addRenaming(QMenu* menu) {
    const QString folder = choice_.filter.folder;
    const QString tag = choice_.filter.tag;
    if (!folder.isEmpty()) {
        menu->addSeparator();
        menu->addAction(tr("Rename this folder…"), this, [this, folder] {
            askName(tr("Rename the folder"), folder, [this, folder](const QString& name) {
                if (chat_.renameFolder(folder, name)) showFolder(name);
            });
        });
    }
    if (tag.isEmpty()) return;
    menu->addSeparator();
    menu->addAction(tr("Rename this tag…"), this, [this, tag] {
        askName(tr("Rename the tag"), tag, [this, tag](const QString& name) {
            if (!chat_.renameTag(tag, name)) return;
            ListChoice choice = choice_;
            choice.filter.tag = name;
            setChoice(choice);
        });
    });
    menu->addAction(tr("Take this tag from all chats"), this,
                    [this, tag] { chat_.renameTag(tag, {}); });
}

void ListHeader::askName(const QString& title, const QString& name,
                         std::function<void(const QString&)> take) {
    NameDialog::open(window(), {title, tr("New name:"), name, {}, tr("Rename")}, std::move(take));
}

void ListHeader::addOrders(QMenu* menu) {
    QMenu* orders = menu->addMenu(tr("Sort by"));
    auto* group = new QActionGroup(orders);
    for (const auto& [text, order] : {std::pair{tr("Last change"), ConversationOrder::LastChange},
                                      std::pair{tr("Beginning"), ConversationOrder::Created},
                                      std::pair{tr("Title"), ConversationOrder::Title}}) {
        addChoice(orders, group, text, choice_.order == order, [this, order = order] {
            ListChoice choice = choice_;
            choice.order = order;
            setChoice(choice);
        });
    }
}

void ListHeader::showLimits() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addTimes(menu);
    addRoles(menu);
    addModels(menu);
    menu->addSeparator();
    menu->addAction(tr("No limits"), this,
                    [this] {
                        days_ = 0;
                        ListChoice choice = choice_;
                        choice.filter.from = choice.filter.to = {};
                        choice.filter.role.reset();
                        choice.filter.model.clear();
                        setChoice(choice);
                    })
        ->setEnabled(choice_.isLimited());
    menu->popup(limits_->mapToGlobal(limits_->rect().bottomLeft()));
}

void ListHeader::addTimes(QMenu* menu) {
    QMenu* times = menu->addMenu(tr("Time"));
    auto* group = new QActionGroup(times);
    for (const auto& [text, days] :
         {std::pair{tr("Any time"), 0}, std::pair{tr("Today only"), 1},
          std::pair{tr("The last 7 days"), 7}, std::pair{tr("The last 30 days"), 30},
          std::pair{tr("The last year"), 365}}) {
        addChoice(times, group, text, days_ == days, [this, days = days] {
            days_ = days;
            ListChoice choice = choice_;
            choice.filter.from = days == 0 ? QDate() : QDate::currentDate().addDays(1 - days);
            setChoice(choice);
        });
    }
}

void ListHeader::addRoles(QMenu* menu) {
    QMenu* roles = menu->addMenu(tr("Found words were written by"));
    auto* group = new QActionGroup(roles);
    for (const auto& [text, role] :
         {std::pair{tr("Anybody"), std::optional<ChatRole>()},
          std::pair{tr("Me"), std::optional(ChatRole::User)},
          std::pair{tr("The model"), std::optional(ChatRole::Assistant)}}) {
        addChoice(roles, group, text, choice_.filter.role == role, [this, role = role] {
            ListChoice choice = choice_;
            choice.filter.role = role;
            setChoice(choice);
        });
    }
}

void ListHeader::addModels(QMenu* menu) {
    QMenu* models = menu->addMenu(tr("Model"));
    auto* group = new QActionGroup(models);
    const auto add = [&](const QString& text, const QString& model) {
        addChoice(models, group, text, choice_.filter.model == model, [this, model] {
            ListChoice choice = choice_;
            choice.filter.model = model;
            setChoice(choice);
        });
    };
    add(tr("Any model"), {});
    for (const QString& model : chat_.models())
        add(verbatim(model), model);
}

QString ListHeader::placeText() const {
    if (!choice_.filter.folder.isEmpty()) return choice_.filter.folder;
    if (!choice_.filter.tag.isEmpty()) return choice_.filter.tag;
    return choice_.isArchive() ? tr("Archive") : tr("All chats");
}

void ListHeader::refresh() {
    const QString place = placeText();
    const int room = width() - limits_->sizeHint().width() - 2 * theme_.scaled(kButtonWidth);
    place_->setText(
        verbatim(place_->fontMetrics().elidedText(place, Qt::ElideRight, std::max(40, room))));
    place_->setAccessibleName(tr("What is shown: %1").arg(place));
    place_->setToolTip(tr("Folders, tags, archive and order"));
    limits_->setName(choice_.isLimited() ? tr("Limits are set: by time, writer or model")
                                         : tr("Limit by time, writer or model"));
    limits_->setRole(choice_.isLimited() ? ColorRole::AccentText : ColorRole::TextSecondary);
}

void ListHeader::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    refresh();
}

void ListHeader::applyTheme() {
    place_->setIcon(theme_.icon(IconName::ChevronDown));
    place_->setIconSize({theme_.scaled(14), theme_.scaled(14)});
    place_->setStyleSheet(QStringLiteral("QPushButton { padding: 0 6px; color: %1; }")
                              .arg(theme_.color(ColorRole::TextSecondary).name()));
}

}  // namespace dsm
