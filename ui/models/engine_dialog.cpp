#include "ui/models/engine_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "app/services/remote/engine_address.h"
#include "ui/widgets/app_style.h"
#include "ui/widgets/label.h"
#include "ui/widgets/theme.h"

namespace dsm {
namespace {

constexpr int kLongestField = 400;
constexpr int kEngineFieldWidth = 360;

}  // namespace

EngineDialog::EngineDialog(RemoteEngines& engines, const RemoteEngine& engine, QWidget* parent)
    : ScrollDialog(parent),
      engines_(engines),
      engine_(engine),
      address_(new QLineEdit(engine.address, this)),
      key_(new QLineEdit(this)),
      model_(new QComboBox(this)),
      name_(new QLineEdit(engine.name, this)),
      inFile_(new QCheckBox(this)),
      result_(new Label(this)),
      try_(new QPushButton(tr("Try"), this)),
      save_(new QPushButton(engine.id == 0 ? tr("Add") : tr("Save"), this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(engine.id == 0 ? tr("A model at an address") : tr("Change %1").arg(engine.name));
    makeLayout();
    model_->setEditText(engine.model);
    connect(address_, &QLineEdit::textChanged, this, &EngineDialog::refresh);
    connect(key_, &QLineEdit::textChanged, this, &EngineDialog::refresh);
    connect(model_, &QComboBox::editTextChanged, this, &EngineDialog::refresh);
    connect(try_, &QPushButton::clicked, this, &EngineDialog::tryIt);
    connect(save_, &QPushButton::clicked, this, &EngineDialog::save);
    refresh();
    address_->setFocus();
}

void EngineDialog::makeLayout() {
    auto* content = new QWidget(this);
    auto* about = new Label(
        tr("Any server that speaks OpenAI's language: vLLM, SGLang, TGI, llama.cpp, Ollama or this "
           "program's own. What you write to it leaves this computer."),
        content);
    about->setWordWrap(true);
    about->setProperty("tone", QStringLiteral("secondary"));
    result_->setWordWrap(true);
    result_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setVerticalSpacing(space::kMedium);
    const auto add = [&](const QString& text, QWidget* field) {
        form->addRow(text, field);
        field->setAccessibleName(text);
    };
    address_->setPlaceholderText(QStringLiteral("http://localhost:8000/v1"));
    address_->setMinimumWidth(kEngineFieldWidth);
    key_->setEchoMode(QLineEdit::Password);
    key_->setPlaceholderText(engine_.id == 0 ? tr("Where the server asks for one")
                                             : tr("Empty: the kept one stays"));
    for (QLineEdit* field : {address_, key_, name_})
        field->setMaxLength(kLongestField);
    model_->setEditable(true);
    model_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    model_->setInsertPolicy(QComboBox::NoInsert);
    model_->lineEdit()->setPlaceholderText(tr("Try lists them"));
    name_->setPlaceholderText(tr("As the model is called there"));
    inFile_->setText(tr("Without a keyring, keep the key in a file that only I can read"));
    inFile_->setToolTip(tr("Else it is kept until the program ends."));
    add(tr("Address"), address_);
    add(tr("Key"), key_);
    form->addRow(QString(), inFile_);
    add(tr("Model"), model_);
    add(tr("Name"), name_);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(space::kHuge, space::kHuge, space::kHuge, space::kMedium);
    column->setSpacing(space::kMedium);
    column->addWidget(about);
    column->addLayout(form);
    column->addWidget(result_);
    column->addStretch(1);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    for (QPushButton* button : {try_, cancel})
        button->setAutoDefault(false);
    save_->setProperty("kind", QStringLiteral("primary"));
    save_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(try_);
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(save_);
    setContent(content, buttons);
}

QString EngineDialog::address() const {
    return engineAddress(address_->text()).toString();
}

QString EngineDialog::keyProblem() const {
    if (key_->text().trimmed().isEmpty() || address().isEmpty() || maySendKey(address())) return {};
    return tr(
        "Over http a key could be read on the way, so it is not sent. Enter the address with "
        "https, or reach the server through a tunnel at localhost.");
}

void EngineDialog::refresh() {
    const bool isAddress = !address().isEmpty();
    const QString problem = keyProblem();
    if (!address_->text().trimmed().isEmpty() && !isAddress) {
        say(tr("This is no address of a server. It looks like http://localhost:8000/v1."), true);
    } else {
        say(problem, true);
    }
    const bool isPossible = isAddress && problem.isEmpty();
    try_->setEnabled(isPossible && !isTrying_);
    save_->setEnabled(isPossible && !model_->currentText().trimmed().isEmpty());
}

void EngineDialog::say(const QString& text, bool isProblem) {
    result_->setText(text);
    setTone(result_, isProblem ? ColorRole::Danger : ColorRole::TextSecondary);
}

void EngineDialog::tryIt() {
    isTrying_ = true;
    refresh();
    say(tr("Asking %1…").arg(engineHost(address())), false);
    const QString typed = key_->text().trimmed();
    if (!typed.isEmpty()) return askWith(typed);
    engines_.keys().read(engineHost(address()), this,
                         [this](const QString& key, const QString&) { askWith(key); });
}

void EngineDialog::askWith(const QString& key) {
    engines_.probe(address(), maySendKey(address()) ? key : QString(), this,
                   [this](const EngineProbe& probe) { take(probe); });
}

void EngineDialog::take(const EngineProbe& probe) {
    isTrying_ = false;
    const QString chosen = model_->currentText().trimmed();
    if (probe.isAnswered()) {
        models_ = probe.models;
        model_->clear();
        for (const EngineProbe::Model& model : probe.models)
            model_->addItem(model.name);
        const bool isFirst = chosen.isEmpty() && !probe.models.isEmpty();
        model_->setEditText(isFirst ? probe.models.first().name : chosen);
    }
    refresh();
    if (!probe.isAnswered()) return say(probe.problem, true);
    say(tr("It answers in %1 ms and has %n models.", nullptr, static_cast<int>(probe.models.size()))
            .arg(QLocale().toString(probe.latencyMs)),
        false);
}

void EngineDialog::save() {
    engine_.address = address();
    engine_.model = model_->currentText().trimmed();
    engine_.name = name_->text().simplified();
    if (engine_.name.isEmpty()) engine_.name = engine_.model;
    const auto known =
        std::find_if(models_.begin(), models_.end(),
                     [this](const EngineProbe::Model& one) { return one.name == engine_.model; });
    if (known != models_.end()) {
        engine_.contextLimit = known->contextLimit;
        engine_.kind = known->kind;
    }
    if (engine_.id == 0) {
        engine_.id = engines_.add(engine_);
        if (engine_.id == 0)
            return say(tr("There is no room for more addresses. Remove one first."), true);
    } else {
        engines_.change(engine_);
    }
    saveKey(engine_.id);
}

void EngineDialog::saveKey(qint64 id) {
    const QString key = key_->text().trimmed();
    if (key.isEmpty()) {
        Q_EMIT saved(id, {});
        return accept();
    }
    save_->setEnabled(false);
    const auto place =
        inFile_->isChecked() ? EngineKeys::Place::KeyringOrFile : EngineKeys::Place::Keyring;
    engines_.keys().write(engineHost(engine_.address), key, place, this,
                          [this, id](const QString& problem, bool) {
                              Q_EMIT saved(id, problem);
                              accept();
                          });
}

}  // namespace dsm
