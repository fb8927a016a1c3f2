#include "ui/shell/adapter_menu.h"

#include <QActionGroup>
#include <QDir>
#include <QFileDialog>
#include <QLocale>
#include <cmath>

#include "app/services/model/adapter_library.h"
#include "ui/widgets/verbatim.h"

namespace dsm {
namespace {

constexpr int kStrengths[] = {25, 50, 75, 100, 125, 150, 200};  // percent

}  // namespace

AdapterMenu::AdapterMenu(AdapterLibrary& library, QWidget* parent)
    : QMenu(parent), library_(library) {
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &AdapterMenu::refresh);
    refresh();
}

void AdapterMenu::refresh() {
    clear();
    // Which leaves the menus below and the groups of the time before.
    qDeleteAll(findChildren<QMenu*>(QString(), Qt::FindDirectChildrenOnly));
    qDeleteAll(findChildren<QActionGroup*>(QString(), Qt::FindDirectChildrenOnly));
    setTitle(tr("Adapter"));
    const bool isInUse = !library_.current().isEmpty();
    addAdapters();
    addSeparator();
    addStrengths();
    addAction(tr("Compare with the base…"), this, &AdapterMenu::comparisonRequested)
        ->setEnabled(isInUse);
    addSeparator();
    addFolders();
}

void AdapterMenu::addAdapters() {
    auto* group = new QActionGroup(this);
    const QString current = library_.current();
    const auto add = [&](const QString& name, const QString& folder) {
        QAction* action = addAction(verbatim(name));
        action->setCheckable(true);
        action->setChecked(folder == current);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, folder] { library_.use(folder); });
        return action;
    };
    add(tr("None"), {});
    for (const AdapterInfo& adapter : library_.adapters()) {
        QAction* action = add(adapter.name, adapter.folder);
        const bool fits = adapter.misfit.isEmpty();
        action->setEnabled(fits);
        const QString told = adapter.note.isEmpty() ? adapter.folder : adapter.note;
        action->setToolTip(fits ? told : adapter.misfit);
        if (!fits) action->setText(tr("%1 (does not fit)").arg(verbatim(adapter.name)));
    }
}

void AdapterMenu::addStrengths() {
    QMenu* strengths = addMenu(tr("Strength"));
    strengths->setEnabled(!library_.current().isEmpty());
    auto* group = new QActionGroup(strengths);
    for (const int percent : kStrengths) {
        QAction* action = strengths->addAction(QLocale().toString(percent) + QLatin1Char('%'));
        action->setCheckable(true);
        action->setChecked(std::lround(library_.scale() * 100) == percent);
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, percent] { library_.use(library_.current(), percent / 100.0); });
    }
}

void AdapterMenu::addFolders() {
    addAction(tr("Add an adapter folder…"), this, &AdapterMenu::chooseFolder);
    const QStringList added = library_.addedFolders();
    QMenu* forget = addMenu(tr("Forget an added folder"));
    forget->setEnabled(!added.isEmpty());
    forget->setToolTipsVisible(true);
    for (const QString& folder : added) {
        forget
            ->addAction(verbatim(QDir::toNativeSeparators(folder)), this,
                        [this, folder] { library_.removeFolder(folder); })
            ->setToolTip(QDir::toNativeSeparators(folder));
    }
}

void AdapterMenu::chooseFolder() {
    const QString folder =
        QFileDialog::getExistingDirectory(parentWidget(), tr("Add an adapter folder"));
    if (!folder.isEmpty()) library_.addFolder(folder);
}

}  // namespace dsm
