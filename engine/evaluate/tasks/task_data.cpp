#include "engine/evaluate/tasks/task_data.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/evaluate/tasks/python_random.h"
#include "engine/evaluate/tasks/subjects.h"
#include "engine/train/data/open_rows.h"

namespace dsm {
namespace {

std::size_t bytesOf(const TaskQuestion& question) {
    std::size_t bytes = question.asked.size() + question.text.size() + question.original.size() +
                        question.shot.size();
    for (const QuestionChoice& choice : question.choices)
        bytes += choice.context.size() + choice.continuation.size() + choice.text.size();
    for (const std::string& target : question.targets)
        bytes += target.size();
    return bytes;
}

// Reads the rows of files, one after the other, until it has as many as are wanted or one is refused.
class QuestionReader {
  public:
    QuestionReader(const TaskDataOptions& options, const std::stop_token& stop)
        : options_(options), stop_(stop) {}

    Result<std::vector<TaskItem>> read(const std::vector<std::filesystem::path>& files,
                                       std::size_t most) {
        most_ = most;
        items_.clear();
        for (const std::filesystem::path& file : files) {
            if (isFull()) break;
            if (auto done = readFile(file); !done) return tl::unexpected(done.error());
        }
        return std::move(items_);
    }

  private:
    bool isFull() const { return most_ > 0 && items_.size() >= most_; }

    Result<void> readFile(const std::filesystem::path& path) {
        const auto file = openRows(path);
        if (!file) return tl::unexpected(file.error());
        fileSubject_ = subjectIn(options_.task->task, path);
        std::stop_source ending;
        const std::stop_callback passOn(stop_, [&] { ending.request_stop(); });
        Result<void> taken;
        const auto scanned = (*file)->scan(
            [&](const RawRow& raw, double) {
                if (!taken || isFull()) return;
                taken = take(**file, raw);
                if (!taken || isFull()) ending.request_stop();
            },
            ending.get_token());
        if (!taken) return taken;
        return isFull() ? Result<void>() : scanned;
    }

    Result<void> take(const RowFile& file, const RawRow& raw) {
        const std::string place = file.name() + ", " + file.unit() + " " + std::to_string(raw.line);
        if (!raw.problem.empty())
            return failure(ErrorCode::Malformed, place + ": " + raw.problem.text());
        const auto row = file.parse(raw.text);
        if (!row) return failure(row.error().code, place + ": " + row.error().message);
        const JsonField field(*row, place);
        TaskItem item{.file = file.name(), .unit = file.unit(), .line = raw.line};
        if (options_.task->hasSubjects) {
            auto subject = subjectOf(field);
            if (!subject) return tl::unexpected(subject.error());
            item.subject = std::move(*subject);
        }
        auto question = questionOf(options_.task->task, field, item.subject);
        if (!question) return tl::unexpected(question.error());
        item.question = std::move(*question);
        item.identity = std::hash<std::string>()(
            row->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        bytes_ += bytesOf(item.question);
        if (items_.size() >= kMostQuestions || bytes_ > kMostQuestionBytes)
            return failure(ErrorCode::Unsupported,
                           place +
                               ": more questions than one evaluation takes. Evaluate the files "
                               "one by one, or limit how many questions are asked.");
        items_.push_back(std::move(item));
        return {};
    }

    Result<std::string> subjectOf(const JsonField& row) const {
        std::string subject = options_.subject.empty() ? fileSubject_ : options_.subject;
        const auto column = row.maybe("subject");
        if (!column) return tl::unexpected(column.error());
        if (!column->isNull()) {
            auto text = column->string();
            if (!text) return text;
            subject = std::move(*text);
        }
        if (subject.empty()) return row.malformed(ReasonCode::TaskNoSubject);
        if (subjectWords(options_.task->task, subject).empty())
            return row.unsupported(
                {ReasonCode::TaskSubjectUnknown, {std::string(options_.task->title), subject}});
        return subject;
    }

    const TaskDataOptions& options_;
    const std::stop_token& stop_;
    std::string fileSubject_;
    std::size_t most_ = 0;
    std::size_t bytes_ = 0;
    std::vector<TaskItem> items_;
};

// Chooses the examples before each question, one question after the other.
class ShotChooser {
  public:
    ShotChooser(const TaskDataOptions& options, const std::vector<TaskItem>& shots)
        : options_(options), shots_(shots), random_(kShotSeed) {
        for (std::size_t i = 0; i < shots.size(); ++i)
            bySubject_[shots[i].subject].push_back(static_cast<std::uint32_t>(i));
    }

    Result<void> choose(TaskItem& item) {
        const auto wanted = static_cast<std::uint32_t>(options_.shots);
        const std::uint32_t drawn = wanted + (options_.task->drawsOneMore ? 1 : 0);
        const std::vector<std::uint32_t>& own = bySubject_[item.subject];
        const auto there = static_cast<std::uint32_t>(own.size());
        if (there < drawn) {
            const std::string of = item.subject.empty() ? "" : " of the subject " + item.subject;
            return failure(ErrorCode::Unsupported, "The examples" + of + " are " +
                                                       std::to_string(there) + ", but " +
                                                       std::to_string(drawn) + " are needed.");
        }
        for (std::uint32_t i = 0; const std::uint32_t place : placesOf(there, drawn)) {
            if (shots_[own[place]].identity == item.identity || i == wanted) continue;
            item.shots.push_back(own[place]);
            ++i;
        }
        return {};
    }

  private:
    std::vector<std::uint32_t> placesOf(std::uint32_t there, std::uint32_t count) {
        if (options_.task->drawsShots) return random_.sample(there, count);
        std::vector<std::uint32_t> first(count);
        for (std::uint32_t i = 0; i < count; ++i)
            first[i] = i;
        return first;
    }

    const TaskDataOptions& options_;
    const std::vector<TaskItem>& shots_;
    std::map<std::string, std::vector<std::uint32_t>> bySubject_;
    PythonRandom random_;
};

}  // namespace

Result<TaskData> TaskData::read(const TaskDataOptions& options, const std::stop_token& stop) {
    QuestionReader reader(options, stop);
    TaskData data;
    data.task_ = options.task;
    auto items = reader.read(options.files, static_cast<std::size_t>(options.limit));
    if (!items) return tl::unexpected(items.error());
    data.items_ = std::move(*items);
    if (data.items_.empty())
        return failure(ErrorCode::Malformed,
                       options.files.empty()
                           ? "No file of questions is named."
                           : options.files.front().string() + ": there is no question in it.");
    if (options.shots == 0) return data;
    if (options.shotFiles.empty())
        return failure(ErrorCode::Unsupported,
                       "Name the file that the " + std::to_string(options.shots) +
                           " examples before each question are taken from.");
    auto shots = reader.read(options.shotFiles, 0);
    if (!shots) return tl::unexpected(shots.error());
    ShotChooser chooser(options, *shots);
    for (TaskItem& item : data.items_) {
        if (auto chosen = chooser.choose(item); !chosen) return tl::unexpected(chosen.error());
    }
    for (TaskItem& shot : *shots)
        data.shots_.push_back(std::move(shot.question.shot));
    return data;
}

std::string TaskData::beforeOf(const TaskItem& item) const {
    std::string text = item.question.description;
    for (const std::uint32_t shot : item.shots)
        text += shots_[shot];
    return text;
}

}  // namespace dsm
