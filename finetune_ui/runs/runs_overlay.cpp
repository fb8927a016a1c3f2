#include "finetune_ui/runs/runs_overlay.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "finetune_ui/cards/settings_table.h"
#include "finetune_ui/run/run_charts.h"
#include "finetune_ui/words/run_words.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

constexpr int kRefreshMilliseconds = 500;

}  // namespace

RunsOverlay::RunsOverlay(const RunParts& parts, QWidget* parent)
    : QWidget(parent),
      parts_(parts),
      theme_(parts.theme),
      training_(parts.training),
      back_(new QPushButton(this)),
      charts_(new RunCharts(theme_, this)),
      card_(new FormCard(theme_, this)),
      differences_(new SettingsTable(theme_, this)),
      none_(makeNote(theme_, this)),
      refresh_(new QTimer(this)) {
    back_->setProperty("kind", QStringLiteral("plain"));
    refresh_->setSingleShot(true);
    refresh_->setInterval(kRefreshMilliseconds);
    card_->body()->addWidget(differences_);
    card_->body()->addWidget(none_);
    auto* head = new QHBoxLayout;
    head->addWidget(back_);
    head->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::kMedium);
    column->addLayout(head);
    column->addWidget(charts_);
    column->addWidget(card_);
    column->addStretch(1);
    connect(back_, &QPushButton::clicked, this, &RunsOverlay::backWanted);
    connect(charts_, &RunCharts::failed, this, &RunsOverlay::failed);
    connect(refresh_, &QTimer::timeout, charts_, &RunCharts::refresh);
    connect(&training_, &TrainingService::stepped, this, [this](qint64 id) {
        if (ids_.contains(id) && !refresh_->isActive()) refresh_->start();
    });
    const auto applyTheme = [this] { back_->setIcon(theme_.icon(IconName::ChevronLeft)); };
    connect(&theme_, &Theme::changed, this, applyTheme);
    applyTheme();
    showRuns();
    onLanguageChange(this, [this] { showRuns(); });
}

RunsOverlay::~RunsOverlay() = default;

void RunsOverlay::setRuns(const QList<qint64>& ids) {
    ids_ = ids;
    charts_->setRuns({});
    curves_.clear();
    for (const qint64 id : ids)
        curves_.push_back(std::make_unique<RunCurves>(training_, id));
    showRuns();
}

void RunsOverlay::showRuns() {
    back_->setText(tr("All runs"));
    card_->setHeading(tr("Where their settings differ"));
    none_->setText(tr("They have the same settings."));
    QList<RunCharts::Run> runs;
    QStringList names;
    QList<QJsonObject> settings;
    for (const auto& curves : curves_) {
        const TrainingJob job = training_.job(curves->id());
        runs.append({job.name, curves.get()});
        names.append(job.name);
        settings.append(parts_.shownSettings(job));
    }
    charts_->setRuns(runs);
    differences_->setDifferences(names, settings);
    differences_->setVisible(!differences_->rows().isEmpty());
    none_->setVisible(differences_->rows().isEmpty());
}

}  // namespace dsm
