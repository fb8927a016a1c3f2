#include "app/services/training/data/data_study.h"

#include <chrono>
#include <stop_token>
#include <utility>

#include "app/services/program/mailbox.h"
#include "app/services/program/work_thread.h"
#include "app/services/training/data/data_reading.h"

namespace dsm {
namespace {

constexpr qint64 kFirstRows = 200;
constexpr std::chrono::milliseconds kBetweenReports{100};

}  // namespace

class DataStudy::State {
  public:
    explicit State(DataStudy* study) : study_(study) {}
    ~State() {
        stop_.request_stop();
        looking_.request_stop();
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void look(const QStringList& files);
    void begin(const DataRequest& request);
    void stop();
    void readRows(qint64 first, int count, qint64 maximumTokens);
    using ReadSource = std::function<DataSource(const StudiedData& data)>;
    void readSource(const ReadSource& read, std::function<void(const DataSource&)> then);
    void readChanges();
    void exportRefused(const QString& file, const ReasonWords& words);
    // On the thread of the rows.
    using Edit = std::function<EditOutcome(StudiedData& data)>;
    void keep(Edit edit);

    DataStudy* study_;
    DataRequest request_;
    std::shared_ptr<StudiedData> data_ = std::make_shared<StudiedData>();
    StudyView view_;  // of the data
    ReasonShown error_;
    bool isStudying_ = false;
    bool isStale_ = false;  // edits were kept that are not followed
    double share_ = 0;
    // What was asked last, of ten million rows many times over; none: -1.
    std::pair<qint64, DataAtLength> atLength_{-1, {}};

  private:
    void read(qint64 mostRows);
    void take(const std::shared_ptr<StudiedData>& data);
    void setData(std::shared_ptr<StudiedData> data);
    void setView(const StudyView& view);
    struct Kept {
        std::shared_ptr<StudiedData> data;
        EditOutcome outcome;
        StudyView view;  // where it was followed
        bool hasChanges = false;
    };
    void takeEdit(const Kept& kept);
    std::function<void(double)> reporter();

    std::stop_source stop_;
    std::stop_source looking_;
    int generation_ = 0;  // of the study
    Mailbox mailbox_;
    WorkThread rowThread_;
    WorkThread thread_;  // last: it posts while the others exist
};

void DataStudy::State::look(const QStringList& files) {
    looking_.request_stop();  // at others, which may take long
    looking_ = std::stop_source();
    rowThread_.post(
        study_,
        [files, stop = looking_.get_token()] {
            QList<DataFile> looks;
            for (const QString& file : files)
                looks.append(lookAt(file, stop));
            return looks;
        },
        [this, stop = looking_.get_token()](const QList<DataFile>& looks) {
            if (!stop.stop_requested()) Q_EMIT study_->looked(looks);
        });
}

void DataStudy::State::begin(const DataRequest& request) {
    stop_.request_stop();
    ++generation_;
    request_ = request;
    isStale_ = false;
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
            const bool isDone = mostRows == 0 || data->view.findings.isWhole;
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

void DataStudy::State::setView(const StudyView& view) {
    atLength_.first = -1;
    view_ = view;
}

// What was known goes on another thread: to give up a file of gigabytes takes a while.
void DataStudy::State::setData(std::shared_ptr<StudiedData> data) {
    setView(data->view);
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
        [this](const std::pair<std::shared_ptr<StudiedData>, QList<DataRow>>& read) {
            if (read.first == data_) Q_EMIT study_->rowsRead(read.second);
        });
}

void DataStudy::State::readSource(const ReadSource& read,
                                  std::function<void(const DataSource&)> then) {
    rowThread_.post(
        study_, [data = data_, read] { return read(*data); }, std::move(then));
}

void DataStudy::State::readChanges() {
    rowThread_.post(
        study_, [files = request_.files] { return changesOf(files); },
        [this](const QList<DataChange>& changes) { Q_EMIT study_->changesRead(changes); });
}

void DataStudy::State::keep(Edit edit) {
    rowThread_.post(
        study_,
        [edit = std::move(edit), data = data_, files = request_.files] {
            Kept kept{data, edit(*data), {}, false};
            if (kept.outcome.isFollowed) kept.view = data->view;
            kept.hasChanges = haveEdits(files);
            return kept;
        },
        [this](const Kept& kept) { takeEdit(kept); });
}

void DataStudy::State::takeEdit(const Kept& kept) {
    const bool isFollowed = kept.outcome.isFollowed && kept.data == data_ && !isStudying_;
    // Else what lies beside the files is no longer what was read.
    if (isFollowed)
        request_.appliesEdits = kept.hasChanges;
    else if (kept.outcome.error.isEmpty())
        isStale_ = true;
    if (isFollowed) setView(kept.view);
    Q_EMIT study_->edited(kept.outcome.error, kept.hasChanges);
    if (isFollowed) Q_EMIT study_->changed();
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

bool DataStudy::isKnown(const DataRequest& request) const {
    return !state_->isStale_ && state_->request_ == request && state_->error_.isEmpty() &&
           state_->view_.findings.evaluationError.isEmpty() &&
           (state_->isStudying_ || state_->view_.findings.isWhole);
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
    return state_->view_.findings;
}

DataAtLength DataStudy::atLength(qint64 maximumTokens) const {
    if (!state_->view_.shapes) return {};
    auto& [length, known] = state_->atLength_;
    if (length == maximumTokens) return known;
    const LimitOutcome outcome = state_->view_.shapes->at(maximumTokens);
    length = maximumTokens;
    known = {outcome.examples,        outcome.trainNothing, outcome.cut,
             outcome.cutInsideAnswer, outcome.tokens,       outcome.trainedTokens};
    return known;
}

QList<qint64> DataStudy::histogram(int bars, qint64 width) const {
    QList<qint64> counts(bars);
    if (!state_->view_.shapes) return counts;
    const auto all = state_->view_.shapes->histogram(bars, width);
    for (int i = 0; i < bars; ++i)
        counts[i] = all[static_cast<std::size_t>(i)];
    return counts;
}

void DataStudy::readRows(qint64 first, int count, qint64 maximumTokens) {
    state_->readRows(first, count, maximumTokens);
}

void DataStudy::readSource(qint64 index) {
    state_->readSource([index](const StudiedData& data) { return sourceOf(data, index); },
                       [this](const DataSource& source) { Q_EMIT sourceRead(source); });
}

void DataStudy::readSource(const QString& path, qint64 number) {
    state_->readSource(
        [path, number](const StudiedData& data) { return sourceAt(data, path, number); },
        [this](const DataSource& source) { Q_EMIT sourceRead(source); });
}

void DataStudy::edit(const DataSource& source) {
    state_->keep([source](StudiedData& data) { return keepEdit(data, source); });
}

void DataStudy::leaveOut(qint64 index) {
    state_->readSource([index](const StudiedData& data) { return sourceOf(data, index); },
                       [this](DataSource source) {
                           source.columns.clear();
                           edit(source);
                       });
}

void DataStudy::readChanges() {
    state_->readChanges();
}

void DataStudy::takeBack(const QString& path, qint64 number) {
    state_->keep([path, number](StudiedData& data) { return dsm::takeBack(data, path, number); });
}

void DataStudy::removeEdits() {
    state_->keep([files = state_->request_.files](StudiedData&) {
        return EditOutcome{dsm::removeEdits(files), false};
    });
}

void DataStudy::exportRefused(const QString& file, const ReasonWords& words) {
    state_->exportRefused(file, words);
}

}  // namespace dsm
