#include "ui/settings/connections_dialog.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>

#include "app/services/program/connections.h"
#include "app/services/program/readable_bytes.h"
#include "ui/widgets/label.h"
#include "ui/widgets/screen_fit.h"

namespace dsm {
namespace {

constexpr QSize kFirstDialogSize{780, 520};
constexpr int kRefreshMs = 200;  // a download makes many at once

QString reasonOf(const Connection& connection) {
    const QString name = connection.path.section(u'/', -1);
    if (name == QLatin1String("completions"))
        return ConnectionsDialog::tr("A reply of a model at an address");
    if (name == QLatin1String("models"))
        return ConnectionsDialog::tr("Question for the models at an address");
    return connection.isFile
               ? ConnectionsDialog::tr("Download of %1").arg(name)
               : ConnectionsDialog::tr("Question for a model's files: %1").arg(connection.path);
}

QString resultOf(const Connection& connection) {
    switch (connection.outcome) {
        case Connection::Outcome::UnderWay:
            return ConnectionsDialog::tr("Under way");
        case Connection::Outcome::Answered:
            return ConnectionsDialog::tr("Answered");
        case Connection::Outcome::Failed:
            return ConnectionsDialog::tr("Failed");
        case Connection::Outcome::Refused:
            return ConnectionsDialog::tr("Not made: connections are switched off");
    }
    return {};
}

}  // namespace

ConnectionsDialog::ConnectionsDialog(Connections& connections, QWidget* parent)
    : QDialog(parent),
      connections_(connections),
      told_(new Label(this)),
      never_(new QCheckBox(tr("Never connect"), this)),
      table_(new QTableWidget(this)),
      clear_(new QPushButton(tr("Clear the list"), this)) {
    setWindowTitle(tr("Connections"));
    resize(fitToScreen(kFirstDialogSize, this));
    told_->setText(
        tr("The program connects only where you download a model, ask for one or use one at an "
           "address. Each connection stands here, and on this computer alone."));
    told_->setWordWrap(true);
    told_->setProperty("tone", QStringLiteral("secondary"));
    never_->setChecked(!connections_.isAllowed());
    table_->setProperty("kind", QStringLiteral("field"));
    table_->setShowGrid(false);
    table_->setColumnCount(5);
    table_->setHorizontalHeaderLabels(
        {tr("When"), tr("Host"), tr("Why"), tr("Received"), tr("Result")});
    QHeaderView* const head = table_->horizontalHeader();
    head->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    head->setResizeContentsPrecision(0);  // by the rows that are seen
    head->setSectionResizeMode(QHeaderView::ResizeToContents);
    head->setSectionResizeMode(2, QHeaderView::Stretch);
    table_->verticalHeader()->hide();
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->setAccessibleName(tr("Connections"));
    auto* close = new QPushButton(tr("Done"), this);
    close->setProperty("kind", QStringLiteral("primary"));
    for (QPushButton* button : {clear_, close})
        button->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(clear_);
    buttons->addStretch(1);
    buttons->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(told_);
    column->addWidget(never_);
    column->addWidget(table_, 1);
    column->addLayout(buttons);
    auto* soon = new QTimer(this);
    soon->setSingleShot(true);
    soon->setInterval(kRefreshMs);
    connect(soon, &QTimer::timeout, this, &ConnectionsDialog::fill);
    connect(&connections_, &Connections::changed, soon, [soon] {
        if (!soon->isActive()) soon->start();
    });
    connect(never_, &QCheckBox::toggled, this,
            [this](bool never) { connections_.setAllowed(!never); });
    connect(clear_, &QPushButton::clicked, &connections_, &Connections::clear);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    fill();
}

void ConnectionsDialog::fill() {
    const QLocale locale;
    const QList<Connection> all = connections_.all();
    table_->setRowCount(static_cast<int>(all.size()));
    for (int row = 0; row < table_->rowCount(); ++row) {
        const Connection& one = all[row];
        const QStringList texts{locale.toString(one.when, QLocale::ShortFormat), one.host,
                                reasonOf(one), readableBytes(one.bytes), resultOf(one)};
        for (int column = 0; column < texts.size(); ++column) {
            auto* cell = new QTableWidgetItem(texts[column]);
            cell->setToolTip(texts[column]);
            table_->setItem(row, column, cell);
        }
    }
    clear_->setEnabled(!all.isEmpty());
}

}  // namespace dsm
