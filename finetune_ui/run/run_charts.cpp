#include "finetune_ui/run/run_charts.h"

#include <QBuffer>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QStandardPaths>
#include <QVBoxLayout>

#include "app/services/program/private_file.h"
#include "finetune_ui/cards/button_row.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/language_change.h"

namespace dsm {
namespace {

constexpr int kLossHeight = 260;
constexpr int kSmallHeight = 150;
constexpr int kSmallWidth = 230;
constexpr int kSliderWidth = 90;
constexpr int kSmoothingAtFirst = 60;  // in hundredths
constexpr int kMostSmoothing = 99;

const QString kLoss = QStringLiteral("train/loss");
const QString kEvaluation = QStringLiteral("eval/loss");
const std::array<QString, RunCharts::kSmallCharts> kSmallNames{
    QStringLiteral("train/learning_rate"), QStringLiteral("train/grad_norm"),
    QStringLiteral("train/tokens_per_second"), QStringLiteral("run/memory")};
constexpr std::size_t kMemory = 3;  // its place; in GB

}  // namespace

RunCharts::RunCharts(const Theme& theme, QWidget* parent)
    : FormCard(theme, parent),
      loss_(new Chart(theme, this)),
      small_{new Chart(theme, this), new Chart(theme, this), new Chart(theme, this),
             new Chart(theme, this)},
      axis_(new ChoiceBox(this)),
      logarithmic_(new QCheckBox(this)),
      smoothingLabel_(new Label(this)),
      smoothing_(new QSlider(Qt::Horizontal, this)),
      image_(new QPushButton(this)),
      table_(new QPushButton(this)),
      grid_(new QGridLayout) {
    smoothing_->setRange(0, kMostSmoothing);
    smoothing_->setValue(kSmoothingAtFirst);
    makeLayout();
    connect(axis_, &QComboBox::currentIndexChanged, this, [this] {
        for (Chart* chart : allCharts())
            chart->setZoom({});
        retranslate();
    });
    connect(logarithmic_, &QCheckBox::toggled, loss_, &Chart::setLogarithmic);
    connect(smoothing_, &QSlider::valueChanged, this,
            [this](int value) { loss_->setSmoothing(value / 100.0); });
    loss_->setSmoothing(kSmoothingAtFirst / 100.0);
    connect(image_, &QPushButton::clicked, this, &RunCharts::saveImage);
    connect(table_, &QPushButton::clicked, this, &RunCharts::saveTable);
    // All charts look at the same part.
    for (Chart* chart : allCharts()) {
        connect(chart, &Chart::zoomChanged, this, [this, chart] {
            for (Chart* other : allCharts()) {
                const QSignalBlocker quiet(other);
                if (other != chart) other->setZoom(chart->zoom());
            }
        });
    }
    connect(&theme, &Theme::changed, this, &RunCharts::applyTheme);
    applyTheme();
    retranslate();
    onLanguageChange(this, [this] { retranslate(); });
}

void RunCharts::applyTheme() {
    smoothing_->setFixedWidth(theme_.scaled(kSliderWidth));
    loss_->setMinimumHeight(theme_.scaled(kLossHeight));
    for (Chart* chart : small_)
        chart->setMinimumHeight(theme_.scaled(kSmallHeight));
    placeSmall();
}

void RunCharts::makeLayout() {
    axis_->addItems({QString(), QString(), QString()});
    axis_->setObjectName(QStringLiteral("axis"));
    smoothing_->setObjectName(QStringLiteral("smoothing"));
    logarithmic_->setObjectName(QStringLiteral("logarithmic"));
    image_->setObjectName(QStringLiteral("saveImage"));
    table_->setObjectName(QStringLiteral("saveTable"));
    for (QPushButton* button : {image_, table_})
        button->setProperty("kind", QStringLiteral("plain"));
    smoothingLabel_->setBuddy(smoothing_);
    auto* smoothing = new QWidget(this);
    auto* labelled = new QHBoxLayout(smoothing);
    labelled->setContentsMargins(0, 0, 0, 0);
    labelled->setSpacing(space::kSmall);
    labelled->addWidget(smoothingLabel_);
    labelled->addWidget(smoothing_);
    auto* files = new QHBoxLayout;
    files->addStretch(1);
    files->addWidget(image_);
    files->addWidget(table_);
    grid_->setSpacing(space::kSmall);
    body()->addWidget(new ButtonRow({axis_, logarithmic_, smoothing}, this));
    body()->addWidget(loss_);
    body()->addLayout(files);
    body()->addLayout(grid_);
    placeSmall();
}

QList<Chart*> RunCharts::allCharts() const {
    QList<Chart*> all(small_.begin(), small_.end());
    all.prepend(loss_);
    return all;
}

void RunCharts::placeSmall() {
    const int columns = width() >= 2 * theme_.scaled(kSmallWidth) ? 2 : 1;
    if (columns == columns_) return;
    columns_ = columns;
    for (Chart* chart : small_)
        grid_->removeWidget(chart);
    for (std::size_t i = 0; i < small_.size(); ++i) {
        const int place = static_cast<int>(i);
        grid_->addWidget(small_[i], place / columns, place % columns);
    }
}

void RunCharts::resizeEvent(QResizeEvent* event) {
    FormCard::resizeEvent(event);
    placeSmall();
}

void RunCharts::setRuns(const QList<Run>& runs) {
    runs_ = runs;
    for (Chart* chart : small_)
        chart->setVisible(runs.size() == 1);
    for (Chart* chart : allCharts())
        chart->setZoom({});
    retranslate();
}

void RunCharts::refresh() {
    const auto axis = static_cast<RunAxis>(axis_->currentIndex());
    for (Chart* chart : allCharts())
        chart->setWholeX(axis == RunAxis::Step);
    showLoss(axis);
    if (runs_.size() == 1) showSmall(axis);
}

void RunCharts::showLoss(RunAxis axis) {
    std::vector<ChartSeries> series;
    for (int i = 0; i < runs_.size(); ++i) {
        const Run& run = runs_[i];
        const bool isAlone = runs_.size() == 1;
        series.push_back({.name = isAlone ? tr("Loss") : run.name,
                          .color = i,
                          .isDashed = false,
                          .points = run.curves->points(kLoss, axis)});
        auto evaluations = run.curves->points(kEvaluation, axis);
        if (evaluations.empty()) continue;
        series.push_back({.name = isAlone ? tr("Evaluation") : tr("%1, evaluation").arg(run.name),
                          .color = isAlone ? 1 : i,
                          .isDashed = true,
                          .points = std::move(evaluations),
                          .isExact = true});
    }
    loss_->setSeries(std::move(series));
}

void RunCharts::showSmall(RunAxis axis) {
    for (std::size_t i = 0; i < small_.size(); ++i) {
        auto points = runs_[0].curves->points(kSmallNames[i], axis);
        for (QPointF& point : points)
            point.setY(i == kMemory ? point.y() / 1e9 : point.y());
        small_[i]->setSeries({{.name = tr("Value"),
                               .color = static_cast<int>(i) + 2,
                               .isDashed = false,
                               .points = std::move(points)}});
    }
}

QString RunCharts::suggestedName() const {
    const QString name = runs_.size() == 1 ? runs_[0].name : tr("Runs");
    QString safe = name;
    safe.replace(u'/', u'-');
    return QDir(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)).filePath(safe);
}

void RunCharts::saveImage() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the picture"),
                                                      suggestedName() + QStringLiteral(".png"),
                                                      tr("Pictures (*.png)"));
    if (file.isEmpty()) return;
    QByteArray picture;
    QBuffer buffer(&picture);
    loss_->image().save(&buffer, "PNG");
    write(file, picture);
}

// Whole, or what was there stays.
void RunCharts::write(const QString& file, const QByteArray& bytes) {
    const QString problem = writePrivateFile(file, bytes);
    if (!problem.isEmpty())
        Q_EMIT failed(tr("%1 cannot be written: %2").arg(QDir::toNativeSeparators(file), problem));
}

void RunCharts::saveTable() {
    const QString file = QFileDialog::getSaveFileName(this, tr("Save the numbers"),
                                                      suggestedName() + QStringLiteral(".csv"),
                                                      tr("Tables (*.csv)"));
    if (file.isEmpty()) return;
    write(file, loss_->csv().toUtf8());
}

void RunCharts::retranslate() {
    const QStringList axes{tr("By step"), tr("By epoch"), tr("By time")};
    const QStringList units{tr("Step"), tr("Epoch"), tr("Minutes of work")};
    const QSignalBlocker quiet(axis_);
    for (int i = 0; i < axes.size(); ++i)
        axis_->setItemText(i, axes[i]);
    const QString unit = units[std::max(0, axis_->currentIndex())];
    axis_->setAccessibleName(tr("What the charts run over"));
    logarithmic_->setText(tr("Logarithmic"));
    smoothingLabel_->setText(tr("Smoothing"));
    smoothing_->setAccessibleName(tr("Smoothing"));
    image_->setText(tr("Picture…"));
    image_->setToolTip(tr("Save the chart of the loss as a picture"));
    table_->setText(tr("CSV…"));
    table_->setToolTip(tr("Save the numbers of the chart of the loss as a table"));
    setHeading(
        tr("How it learns"),
        tr("The loss says how much the answers surprise the model: it should fall. Where the "
           "evaluation rises while it falls, the model learns by heart."));
    loss_->setTitles(tr("Loss"), unit, tr("Loss"));
    loss_->setFaintText(tr("as measured"));
    loss_->setEmptyText(tr("Nothing measured"));
    const std::array<QString, kSmallCharts> titles{tr("Learning rate"), tr("Gradient norm"),
                                                   tr("Tokens per second"), tr("Memory held, GB")};
    for (std::size_t i = 0; i < small_.size(); ++i) {
        small_[i]->setTitles(titles[i], unit, titles[i]);
        small_[i]->setEmptyText(tr("Nothing measured"));
    }
    refresh();
}

}  // namespace dsm
