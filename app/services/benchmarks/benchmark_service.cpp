#include "app/services/benchmarks/benchmark_service.h"

#include <QHash>
#include <QJsonDocument>
#include <QSignalBlocker>
#include <QTimer>
#include <algorithm>
#include <chrono>

#include "app/services/benchmarks/benchmark_work.h"
#include "app/services/program/background_task.h"
#include "app/services/program/engine_lease.h"
#include "app/services/program/path_text.h"
#include "app/services/program/reason_words.h"
#include "app/services/program/said.h"
#include "app/store/benchmark_store.h"
#include "engine/evaluate/benchmark_comparison.h"
#include "engine/evaluate/benchmark_item.h"
#include "engine/evaluate/tasks/task.h"

namespace dsm {
namespace {

using Clock = std::chrono::steady_clock;

StoreTime storeNow() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
}

QString toText(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QStringList toTexts(const std::vector<std::string>& texts) {
    QStringList list;
    for (const std::string& text : texts)
        list.append(toText(text));
    return list;
}

Judgement judgementOf(const std::optional<bool>& isRight) {
    if (!isRight) return Judgement::None;
    return *isRight ? Judgement::Right : Judgement::Wrong;
}

BenchmarkTask toInfo(const Task& task) {
    return {toText(task.name),    toText(task.title), toText(task.source),
            toText(task.columns), task.shots,         task.form != TaskForm::Code};
}

QJsonObject settingsOf(const StoredBenchmark& run) {
    return QJsonDocument::fromJson(QByteArray::fromStdString(run.settingsJson)).object();
}

BenchmarkAnswerShown toShown(const StoredAnswer& answer) {
    BenchmarkAnswerShown shown{.place = QStringLiteral("%1, %2 %3")
                                            .arg(toText(answer.file), toText(answer.unit))
                                            .arg(answer.line),
                               .prompt = toText(answer.before + answer.question),
                               .choices = {},
                               .written = toText(answer.written),
                               .targets = toTexts(answer.targets),
                               .taken = toTexts(answer.taken),
                               .judgement = judgementOf(answer.isRight),
                               .isCut = answer.isCut};
    for (std::size_t i = 0; i < answer.choices.size(); ++i) {
        const auto place = static_cast<std::int64_t>(i);
        shown.choices.append({toText(answer.choices[i].text), answer.choices[i].logLikelihood,
                              place == answer.right, place == answer.chosen});
    }
    return shown;
}

}  // namespace

class BenchmarkService::State {
  public:
    State(BenchmarkService* service, EngineLease& lease) : service_(service), lease_(lease) {
        keeping_.setInterval(kKeepMs);
        QObject::connect(&keeping_, &QTimer::timeout, service, [this] { keep(); });
    }
    ~State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void open(const QString& file);
    bool begin(qint64 id, BenchmarkOrder order);
    bool takeLease();
    // Before the service goes: what was answered is kept.
    void close() {
        if (!task_.isRunning()) return;
        task_.stop();
        keep();
        static_cast<void>(store_->setState(running_, StoredBenchmark::State::Stopped));
        giveBack();
    }
    void giveBack() { lease_.giveBack(EngineLease::Holder::Training); }
    void stop() { task_.askToStop(); }
    qint64 running() const { return running_; }
    BenchmarkStore& store() { return *store_; }
    const QStringList& notices() const { return notices_; }
    QList<BenchmarkFigure> figuresOf(const StoredBenchmark& run);

    template <class Value>
    bool kept(const Value& result) {
        if (!result) Q_EMIT service_->failed(presentError(result.error()));
        return result.has_value();
    }

  private:
    void keep();
    void end(const Result<void>& result);
    void startUpkeep(const QString& file);

    BenchmarkService* service_;
    EngineLease& lease_;
    std::unique_ptr<BenchmarkStore> store_;
    QStringList notices_;
    struct Known {
        std::int64_t answered = -1;
        QList<BenchmarkFigure> figures = {};
    };
    QHash<qint64, Known> figures_;
    BenchmarkMail mail_;
    QTimer keeping_;
    qint64 running_ = 0;
    qint64 before_ = 0;  // answers that were there when it began
    qint64 answered_ = 0;
    qint64 questions_ = 0;
    Clock::time_point firstAnswer_;
    Clock::time_point lastKept_;
    BackgroundTask upkeep_;
    BackgroundTask task_;  // last: it posts while the others exist
};

void BenchmarkService::State::open(const QString& file) {
    auto opened = file.isEmpty() ? BenchmarkStore::openInMemory(storeNow)
                                 : BenchmarkStore::open(toPath(file), storeNow);
    if (!opened) {
        notices_ = {
            presentError(opened.error()), said([] {
                return BenchmarkService::tr("Results of benchmarks are not saved this time.");
            })};
        opened = BenchmarkStore::openInMemory(storeNow);
    }
    if (!opened) qFatal("%s", opened.error().message.c_str());
    store_ = std::move(*opened);
    for (const StoreNotice& notice : store_->notices()) {
        if (!notice.reason.empty()) notices_.append(presentReason(shown(notice.reason)));
    }
    if (store_->isReadOnly()) return;
    static_cast<void>(store_->purge());
    if (!file.isEmpty()) startUpkeep(file);
}

void BenchmarkService::State::startUpkeep(const QString& file) {
    const UpkeepTask task = store_->dueUpkeep();
    if (task.isEmpty()) return;
    upkeep_.start(
        [path = toPath(file), task](const std::stop_token& stop) {
            return BenchmarkStore::keepUp(path, task, storeNow(), stop);
        },
        [this](const UpkeepReport& report) {
            store_->noteUpkeep(report);
            if (!report.problem.empty()) qWarning("%s", report.problem.text().c_str());
        });
}

bool BenchmarkService::State::takeLease() {
    if (!task_.isRunning() && lease_.take(EngineLease::Holder::Training)) return true;
    Q_EMIT service_->failed(said([isChat = lease_.holder() == EngineLease::Holder::Chat] {
        return isChat
                   ? BenchmarkService::tr("The model is loading or writing. Start when it is done.")
                   : BenchmarkService::tr(
                         "A training run or another evaluation uses the computer. "
                         "Pause it, or wait until it has finished.");
    }));
    return false;
}

bool BenchmarkService::State::begin(qint64 id, BenchmarkOrder order) {
    running_ = id;
    before_ = answered_ = static_cast<qint64>(order.done.size());
    questions_ = order.questions;
    firstAnswer_ = {};
    lastKept_ = Clock::now();
    keeping_.start();
    task_.start([this, order = std::move(order)](
                    const std::stop_token& stop) { return runBenchmarkWork(order, mail_, stop); },
                [this](const Result<void>& result) { end(result); });
    Q_EMIT service_->runsChanged();
    return true;
}

// What has come since the last time.
void BenchmarkService::State::keep() {
    if (const auto facts = mail_.takeFacts()) {
        questions_ = facts->questions;
        lastKept_ = Clock::now();
        kept(store_->setFacts(
            running_, {facts->questions, facts->format, facts->machine, facts->fingerprint}));
    }
    const std::vector<StoredAnswer> answers = mail_.take();
    if (answers.empty()) return;
    const auto now = Clock::now();
    if (firstAnswer_ == Clock::time_point()) firstAnswer_ = lastKept_;
    const double seconds = std::chrono::duration<double>(now - lastKept_).count();
    lastKept_ = now;
    if (!kept(store_->addAnswers(running_, answers, seconds))) return task_.askToStop();
    answered_ += static_cast<qint64>(answers.size());
    const double taken = std::chrono::duration<double>(now - firstAnswer_).count();
    const auto fresh = static_cast<double>(answered_ - before_);
    Q_EMIT service_->progressed(answered_, questions_,
                                taken / fresh * static_cast<double>(questions_ - answered_));
}

void BenchmarkService::State::end(const Result<void>& result) {
    keeping_.stop();
    keep();
    using Stored = StoredBenchmark::State;
    const bool isStopped = !result && result.error().code == ErrorCode::Cancelled;
    const Stored state = result ? Stored::Finished : isStopped ? Stored::Stopped : Stored::Failed;
    kept(store_->setState(running_, state,
                          state == Stored::Failed ? result.error().message : std::string()));
    running_ = 0;
    lease_.giveBack(EngineLease::Holder::Training);
    if (state == Stored::Failed) Q_EMIT service_->failed(presentError(result.error()));
    Q_EMIT service_->runsChanged();
}

QList<BenchmarkFigure> BenchmarkService::State::figuresOf(const StoredBenchmark& run) {
    Known& known = figures_[run.id];
    const Task* task = taskNamed(run.task);
    if (known.answered == run.answered || task == nullptr) return known.figures;
    known = {run.answered, {}};
    const auto measures = store_->measures(run.id);
    if (!measures) return {};
    BenchmarkTotals totals(*task);
    for (const auto& answer : *measures) {
        if (answer.size() != task->measures.size()) continue;
        std::vector<double> values;
        for (const StoredMeasure& measure : answer)
            values.push_back(measure.value);
        totals.add(values);
    }
    for (const BenchmarkValue& value : totals.values())
        known.figures.append({toText(value.name), value.value, value.error.value_or(-1),
                              task->form != TaskForm::Likelihood});
    return known.figures;
}

BenchmarkService::BenchmarkService(const QString& file, EngineLease& lease, QObject* parent)
    : QObject(parent), state_(std::make_unique<State>(this, lease)) {
    state_->open(file);
}

BenchmarkService::~BenchmarkService() {
    const QSignalBlocker quiet(this);
    state_->close();
}

QStringList BenchmarkService::notices() const {
    return saidAgain(state_->notices());
}

QList<BenchmarkTask> BenchmarkService::tasks() {
    QList<BenchmarkTask> list;
    for (const Task& task : allTasks())
        list.append(toInfo(task));
    return list;
}

BenchmarkTask BenchmarkService::task(const QString& name) {
    const Task* task = taskNamed(name.toStdString());
    return task != nullptr ? toInfo(*task) : BenchmarkTask{.name = name, .title = name};
}

qint64 BenchmarkService::start(const BenchmarkWish& wish) {
    if (!state_->takeLease()) return 0;
    const QByteArray settings =
        QJsonDocument(benchmarkWishJson(wish)).toJson(QJsonDocument::Compact);
    const auto id = state_->store().add({.task = wish.task.toStdString(),
                                         .model = wish.modelName.toStdString(),
                                         .adapter = wish.adapterName.toStdString(),
                                         .settingsJson = settings.toStdString()});
    if (state_->kept(id) && state_->begin(*id, {.wish = wish})) return *id;
    state_->giveBack();
    return 0;
}

bool BenchmarkService::resume(qint64 id) {
    const auto run = state_->store().run(id);
    if (!state_->kept(run) || !*run || !state_->takeLease()) return false;
    const auto done = state_->store().answeredNumbers(id);
    const bool isMarked = state_->kept(done) && state_->kept(state_->store().setState(
                                                    id, StoredBenchmark::State::Running));
    if (!isMarked) {
        state_->giveBack();
        return false;
    }
    return state_->begin(id, {.wish = benchmarkWishOf(settingsOf(**run)),
                              .done = {done->begin(), done->end()},
                              .fingerprint = (*run)->fingerprint,
                              .questions = (*run)->questions});
}

void BenchmarkService::stop() {
    state_->stop();
}

qint64 BenchmarkService::running() const {
    return state_->running();
}

QList<BenchmarkRunInfo> BenchmarkService::runs() const {
    QList<BenchmarkRunInfo> list;
    const auto runs = state_->store().runs();
    if (!state_->kept(runs)) return list;
    for (const StoredBenchmark& run : *runs) {
        list.append({.id = run.id,
                     .task = toText(run.task),
                     .model = toText(run.model),
                     .format = toText(run.format),
                     .adapter = toText(run.adapter),
                     .machine = toText(run.machine),
                     .made = QDateTime::fromMSecsSinceEpoch(toMilliseconds(run.created)),
                     .state = static_cast<BenchmarkRunInfo::State>(run.state),
                     .error = toText(run.error),
                     .questions = run.questions,
                     .answered = run.answered,
                     .shots = benchmarkWishOf(settingsOf(run)).shots,
                     .seconds = run.seconds,
                     .figures = state_->figuresOf(run)});
    }
    return list;
}

QList<BenchmarkAnswerInfo> BenchmarkService::answers(qint64 id) const {
    QList<BenchmarkAnswerInfo> list;
    const auto answers = state_->store().answers(id);
    if (!state_->kept(answers)) return list;
    for (const StoredAnswerInfo& answer : *answers)
        list.append({answer.number, toText(answer.question), judgementOf(answer.isRight)});
    return list;
}

std::optional<BenchmarkAnswerShown> BenchmarkService::answer(qint64 id, qint64 number) const {
    const auto answer = state_->store().answer(id, number);
    if (!state_->kept(answer) || !*answer) return std::nullopt;
    return toShown(**answer);
}

std::optional<BenchmarkCompared> BenchmarkService::compare(qint64 first, qint64 second) const {
    const auto found = state_->store().agreement(first, second);
    if (!state_->kept(found)) return std::nullopt;
    const BenchmarkComparison compared{found->both, found->onlyFirst, found->onlySecond,
                                       found->neither};
    if (compared.questions() == 0) return std::nullopt;
    return BenchmarkCompared{compared.questions(),  compared.onlyFirst, compared.onlySecond,
                             compared.difference(), compared.error(),   compared.chance()};
}

bool BenchmarkService::remove(qint64 id) {
    if (id == running() || !state_->kept(state_->store().remove(id))) return false;
    Q_EMIT runsChanged();
    return true;
}

bool BenchmarkService::restore(qint64 id) {
    if (!state_->kept(state_->store().restore(id))) return false;
    Q_EMIT runsChanged();
    return true;
}

}  // namespace dsm
