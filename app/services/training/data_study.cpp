#include "app/services/training/data_study.h"

#include <chrono>
#include <stop_token>
#include <utility>

#include "app/services/program/mailbox.h"
#include "app/services/program/work_thread.h"
#include "app/services/training/data_reading.h"

namespace dsm {
namespace {

constexpr qint64 kFirstRows = 200;
constexpr std::chrono::milliseconds kBetweenReports{100};

}  // namespace

class DataStudy::State {
  public:
    explicit State(DataStudy* study) : study_(study) {}
    ~State() { stop_.request_stop(); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void look(const QStringList& files);
    void begin(const DataRequest& request);
    void stop();
    void readRows(qint64 first, int count, qint64 maximumTokens);
    void readSource(qint64 index, std::function<void(const DataSource&)> then);
    void readChanges();
    void exportRefused(const QString& file, const ReasonWords& words);
    // `edit` returns what went wrong.
    void keep(std::function<ReasonShown()> edit);

    DataStudy* study_;
    DataRequest request_;
    std::shared_ptr<const StudiedData> data_ = std::make_shared<StudiedData>();
    ReasonShown error_;
    bool isStudying_ = false;
    double share_ = 0;
    // What was asked last, of ten million rows many times over; none: -1.
    std::pair<qint64, DataAtLength> atLength_{-1, {}};

  private:
    void read(qint64 mostRows);
    void take(const std::shared_ptr<StudiedData>& data);
    void setData(std::shared_ptr<const StudiedData> data);
    std::function<void(double)> reporter();

    std::stop_source stop_;
    int generation_ = 0;  // of the study
    Mailbox mailbox_;
    WorkThread rowThread_;
    WorkThread thread_;  // last: it posts while the others exist
};

void DataStudy::State::look(const QStringList& files) {
    rowThread_.post(
        study_,
        [files] {
            QList<DataFile> looks;
            for (const QString& file : files)
                looks.append(lookAt(file));
            return looks;
        },
        [this](const QList<DataFile>& looks) { Q_EMIT study_->looked(looks); });
}

void DataStudy::State::begin(const DataRequest& request) {
    stop_.request_stop();
    ++generation_;
    request_ = request;
    setData(std::make_shared<StudiedData>());
    error_ = {};
    share_ = 0;
    isStudying_ = !request.files.isEmpty() && !request.modelFolder.isEmpty();
    if (isStudying_) {
        stop_ = std::stop_source();
        read(kFirstRows);
    }
    Q_EMIT study_->changed();
}

void DataStudy::State::stop() {
    if (!isStudying_) return;
    stop_.request_stop();
    ++generation_;
    isStudying_ = false;
    Q_EMIT study_->changed();
}

// Called on the reading thread.
std::function<void(double)> DataStudy::State::reporter() {
    return [this, generation = generation_,
            last = std::chrono::steady_clock::time_point{}](double share) mutable {
        const auto now = std::chrono::steady_clock::now();
        if (now - last < kBetweenReports) return;
        last = now;
        mailbox_.post([this, generation, share] {
            if (generation != generation_) return;
            share_ = share;
            Q_EMIT study_->progressed(share);
        });
    };
}

void DataStudy::State::read(qint64 mostRows) {
    std::function<void(double)> progress;
    if (mostRows == 0) progress = reporter();
    thread_.post(
        study_,
        [request = request_, mostRows, progress = std::move(progress), stop = stop_.get_token()] {
            return readData(request, mostRows, progress, stop);
        },
        [this, mostRows, generation = generation_](const std::shared_ptr<StudiedData>& data) {
            if (generation != generation_) return;
            // What the first rows lack the others may have.
            const bool isDone = mostRows == 0 || data->findings.isWhole;
            if (!isDone) read(0);
            if (isDone) isStudying_ = false;
            if (isDone || data->error.isEmpty()) take(data);
        });
}

void DataStudy::State::take(const std::shared_ptr<StudiedData>& data) {
    if (!data->error.isEmpty()) error_ = data->error;
    setData(data);
    Q_EMIT study_->changed();
}

// What was known goes on another thread: to give up a file of gigabytes takes a while.
void DataStudy::State::setData(std::shared_ptr<const StudiedData> data) {
    atLength_.first = -1;
    data_.swap(data);
    rowThread_.post(
        study_,
        [old = std::move(data)]() mutable {
            old.reset();
            return true;
        },
        [](bool) {});
}

void DataStudy::State::readRows(qint64 first, int count, qint64 maximumTokens) {
    rowThread_.post(
        study_,
        [data = data_, first, count, maximumTokens] {
            return std::pair(data, rowsOf(*data, first, count, maximumTokens));
        },
        [this](const std::pair<std::shared_ptr<const StudiedData>, QList<DataRow>>& read) {
            if (read.first == data_) Q_EMIT study_->rowsRead(read.second);
        });
}

void DataStudy::State::readSource(qint64 index, std::function<void(const DataSource&)> then) {
    rowThread_.post(
        study_,
        [data = data_, request = request_, index] { return sourceOf(*data, request, index); },
        std::move(then));
}

void DataStudy::State::readChanges() {
    rowThread_.post(
        study_, [files = request_.files] { return changesOf(files); },
        [this](const QList<DataChange>& changes) { Q_EMIT study_->changesRead(changes); });
}

void DataStudy::State::keep(std::function<ReasonShown()> edit) {
    rowThread_.post(
        study_,
        [edit = std::move(edit), files = request_.files] {
            const ReasonShown error = edit();
            return std::pair(error, haveEdits(files));
        },
        [this](const std::pair<ReasonShown, bool>& done) {
            Q_EMIT study_->edited(done.first, done.second);
        });
}

void DataStudy::State::exportRefused(const QString& file, const ReasonWords& words) {
    rowThread_.post(
        study_, [refused = data_->refused, file, words] { return refused->writeTo(file, words); },
        [this, file](const QString& error) { Q_EMIT study_->refusedExported(file, error); });
}

DataStudy::DataStudy(QObject* parent) : QObject(parent), state_(std::make_unique<State>(this)) {}

DataStudy::~DataStudy() = default;

void DataStudy::look(const QStringList& files) {
    state_->look(files);
}

void DataStudy::study(const DataRequest& request) {
    state_->begin(request);
}

void DataStudy::stop() {
    state_->stop();
}

bool DataStudy::isStudying() const {
    return state_->isStudying_;
}

double DataStudy::share() const {
    return state_->share_;
}

ReasonShown DataStudy::error() const {
    return state_->error_;
}

const DataRequest& DataStudy::request() const {
    return state_->request_;
}

const DataFindings& DataStudy::findings() const {
    return state_->data_->findings;
}

DataAtLength DataStudy::atLength(qint64 maximumTokens) const {
    if (!state_->data_->dataset) return {};
    auto& [length, known] = state_->atLength_;
    if (length == maximumTokens) return known;
    const LimitOutcome outcome = state_->data_->dataset->shapes().at(maximumTokens);
    length = maximumTokens;
    known = {outcome.examples,        outcome.trainNothing, outcome.cut,
             outcome.cutInsideAnswer, outcome.tokens,       outcome.trainedTokens};
    return known;
}

QList<qint64> DataStudy::histogram(int bars, qint64 width) const {
    QList<qint64> counts(bars);
    if (!state_->data_->dataset) return counts;
    const auto all = state_->data_->dataset->shapes().histogram(bars, width);
    for (int i = 0; i < bars; ++i)
        counts[i] = all[static_cast<std::size_t>(i)];
    return counts;
}

void DataStudy::readRows(qint64 first, int count, qint64 maximumTokens) {
    state_->readRows(first, count, maximumTokens);
}

void DataStudy::readSource(qint64 index) {
    state_->readSource(index, [this](const DataSource& source) { Q_EMIT sourceRead(source); });
}

void DataStudy::edit(const DataSource& source) {
    state_->keep([source] { return keepEdit(source); });
}

void DataStudy::leaveOut(qint64 index) {
    state_->readSource(index, [this](DataSource source) {
        source.columns.clear();
        edit(source);
    });
}

void DataStudy::readChanges() {
    state_->readChanges();
}

void DataStudy::takeBack(const QString& path, qint64 number) {
    state_->keep([path, number] { return dsm::takeBack(path, number); });
}

void DataStudy::removeEdits() {
    state_->keep([files = state_->request_.files] { return dsm::removeEdits(files); });
}

void DataStudy::exportRefused(const QString& file, const ReasonWords& words) {
    state_->exportRefused(file, words);
}

}  // namespace dsm
