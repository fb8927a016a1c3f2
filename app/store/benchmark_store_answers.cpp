// BenchmarkStore: the answers of a run.
#include <functional>
#include <string>
#include <utility>

#include "app/store/benchmark_store.h"
#include "app/store/store_access.h"

namespace dsm {
namespace {

// Kinds of the table texts.
enum class TextKind { Target = 0, Taken = 1 };

std::optional<bool> judgement(const SQLite::Column& column) {
    if (column.isNull()) return std::nullopt;
    return column.getInt() != 0;
}

std::int64_t textHash(const std::string& text) {
    return static_cast<std::int64_t>(std::hash<std::string>()(text));
}

}  // namespace

std::int64_t BenchmarkStore::beginning(std::int64_t id, const std::string& text) {
    {
        Query find = database_->query(
            "SELECT id FROM beginnings WHERE run_id = ? AND hash = ? AND text = ?");
        find->bind(1, id);
        find->bind(2, textHash(text));
        find->bind(3, text);
        if (find->executeStep()) return find->getColumn(0).getInt64();
    }
    Query insert = database_->query("INSERT INTO beginnings (run_id, hash, text) VALUES (?, ?, ?)");
    insert->bind(1, id);
    insert->bind(2, textHash(text));
    insert->bind(3, text);
    insert->exec();
    return database_->connection().getLastInsertRowid();
}

void BenchmarkStore::insertAnswer(std::int64_t id, const StoredAnswer& answer) {
    {
        Query remove = database_->query("DELETE FROM answers WHERE run_id = ? AND number = ?");
        remove->bind(1, id);
        remove->bind(2, answer.number);
        remove->exec();
    }
    const std::int64_t before = beginning(id, answer.before);
    {
        Query insert = database_->query(
            "INSERT INTO answers (run_id, number, file, unit, line, beginning_id, question,"
            " right_choice, chosen, written, is_right, is_cut)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insert->bind(1, id);
        insert->bind(2, answer.number);
        insert->bind(3, answer.file);
        insert->bind(4, answer.unit);
        insert->bind(5, answer.line);
        insert->bind(6, before);
        insert->bind(7, answer.question);
        insert->bind(8, answer.right);
        insert->bind(9, answer.chosen);
        insert->bind(10, answer.written);
        if (answer.isRight) insert->bind(11, static_cast<int>(*answer.isRight));
        insert->bind(12, static_cast<int>(answer.isCut));
        insert->exec();
    }
    for (std::size_t i = 0; i < answer.choices.size(); ++i) {
        Query insert = database_->query("INSERT INTO choices VALUES (?, ?, ?, ?, ?, ?)");
        insert->bind(1, id);
        insert->bind(2, answer.number);
        insert->bind(3, static_cast<std::int64_t>(i));
        insert->bind(4, answer.choices[i].text);
        insert->bind(5, answer.choices[i].logLikelihood);
        insert->bind(6, static_cast<int>(answer.choices[i].isGreedy));
        insert->exec();
    }
    for (const auto& [kind, texts] : {std::pair(TextKind::Target, &answer.targets),
                                      std::pair(TextKind::Taken, &answer.taken)}) {
        for (std::size_t i = 0; i < texts->size(); ++i) {
            Query insert = database_->query("INSERT INTO texts VALUES (?, ?, ?, ?, ?)");
            insert->bind(1, id);
            insert->bind(2, answer.number);
            insert->bind(3, static_cast<int>(kind));
            insert->bind(4, static_cast<std::int64_t>(i));
            insert->bind(5, (*texts)[i]);
            insert->exec();
        }
    }
    for (std::size_t i = 0; i < answer.measures.size(); ++i) {
        Query insert = database_->query("INSERT INTO measures VALUES (?, ?, ?, ?, ?)");
        insert->bind(1, id);
        insert->bind(2, answer.number);
        insert->bind(3, static_cast<std::int64_t>(i));
        insert->bind(4, answer.measures[i].name);
        insert->bind(5, answer.measures[i].value);
        insert->exec();
    }
}

Result<void> BenchmarkStore::addAnswers(std::int64_t id, const std::vector<StoredAnswer>& answers,
                                        double moreSeconds) {
    return committed(*database_, Durability::Normal, [&] {
        {
            Query update = database_->query("UPDATE runs SET seconds = seconds + ?2 WHERE id = ?1");
            update->bind(1, id);
            update->bind(2, moreSeconds);
            if (update->exec() == 0) refuse(ReasonCode::BenchmarkGone, id);
        }
        for (const StoredAnswer& answer : answers)
            insertAnswer(id, answer);
    });
}

Result<std::vector<std::int64_t>> BenchmarkStore::answeredNumbers(std::int64_t id) {
    return guarded(*database_, [&] {
        std::vector<std::int64_t> numbers;
        Query query =
            database_->query("SELECT number FROM answers WHERE run_id = ? ORDER BY number");
        query->bind(1, id);
        while (query->executeStep())
            numbers.push_back(query->getColumn(0).getInt64());
        return numbers;
    });
}

Result<std::vector<StoredAnswerInfo>> BenchmarkStore::answers(std::int64_t id) {
    return guarded(*database_, [&] {
        std::vector<StoredAnswerInfo> answers;
        Query query = database_->query(
            "SELECT number, substr(question, 1, ?2), is_right FROM answers WHERE run_id = ?1"
            " ORDER BY number");
        query->bind(1, id);
        query->bind(2, kQuestionBeginning);
        while (query->executeStep()) {
            answers.push_back({query->getColumn(0).getInt64(), query->getColumn(1).getString(),
                               judgement(query->getColumn(2))});
        }
        return answers;
    });
}

void BenchmarkStore::readParts(std::int64_t id, StoredAnswer& answer) {
    {
        Query query = database_->query(
            "SELECT text, log_likelihood, is_greedy FROM choices WHERE run_id = ? AND number = ?"
            " ORDER BY place");
        query->bind(1, id);
        query->bind(2, answer.number);
        while (query->executeStep()) {
            answer.choices.push_back({query->getColumn(0).getString(),
                                      query->getColumn(1).getDouble(),
                                      query->getColumn(2).getInt() != 0});
        }
    }
    {
        Query query = database_->query(
            "SELECT kind, text FROM texts WHERE run_id = ? AND number = ? ORDER BY kind, place");
        query->bind(1, id);
        query->bind(2, answer.number);
        while (query->executeStep()) {
            const bool isTarget =
                query->getColumn(0).getInt() == static_cast<int>(TextKind::Target);
            (isTarget ? answer.targets : answer.taken).push_back(query->getColumn(1).getString());
        }
    }
    Query query = database_->query(
        "SELECT name, value FROM measures WHERE run_id = ? AND number = ? ORDER BY place");
    query->bind(1, id);
    query->bind(2, answer.number);
    while (query->executeStep())
        answer.measures.push_back(
            {query->getColumn(0).getString(), query->getColumn(1).getDouble()});
}

Result<std::optional<StoredAnswer>> BenchmarkStore::answer(std::int64_t id, std::int64_t number) {
    return guarded(*database_, [&]() -> std::optional<StoredAnswer> {
        StoredAnswer answer{.number = number};
        {
            Query query = database_->query(
                "SELECT file, unit, line, coalesce(beginnings.text, ''), question, right_choice,"
                " chosen, written, is_right, is_cut FROM answers LEFT JOIN beginnings"
                " ON beginnings.id = beginning_id WHERE answers.run_id = ? AND number = ?");
            query->bind(1, id);
            query->bind(2, number);
            if (!query->executeStep()) return std::nullopt;
            answer.file = query->getColumn(0).getString();
            answer.unit = query->getColumn(1).getString();
            answer.line = query->getColumn(2).getInt64();
            answer.before = query->getColumn(3).getString();
            answer.question = query->getColumn(4).getString();
            answer.right = query->getColumn(5).getInt64();
            answer.chosen = query->getColumn(6).getInt64();
            answer.written = query->getColumn(7).getString();
            answer.isRight = judgement(query->getColumn(8));
            answer.isCut = query->getColumn(9).getInt() != 0;
        }
        readParts(id, answer);
        return answer;
    });
}

Result<std::vector<std::vector<StoredMeasure>>> BenchmarkStore::measures(std::int64_t id) {
    return guarded(*database_, [&] {
        std::vector<std::vector<StoredMeasure>> all;
        std::optional<std::int64_t> last;
        Query query = database_->query(
            "SELECT number, name, value FROM measures WHERE run_id = ? ORDER BY number, place");
        query->bind(1, id);
        while (query->executeStep()) {
            const std::int64_t number = query->getColumn(0).getInt64();
            if (last != number) all.emplace_back();
            last = number;
            all.back().push_back(
                {query->getColumn(1).getString(), query->getColumn(2).getDouble()});
        }
        return all;
    });
}

Result<StoredAgreement> BenchmarkStore::agreement(std::int64_t first, std::int64_t second) {
    return guarded(*database_, [&] {
        StoredAgreement found;
        Query query = database_->query(
            "SELECT a.is_right, b.is_right, count(*) FROM answers a JOIN answers b"
            " ON a.file = b.file AND a.line = b.line WHERE a.run_id = ? AND b.run_id = ?"
            " AND a.is_right IS NOT NULL AND b.is_right IS NOT NULL GROUP BY 1, 2");
        query->bind(1, first);
        query->bind(2, second);
        while (query->executeStep()) {
            const bool a = query->getColumn(0).getInt() != 0;
            const bool b = query->getColumn(1).getInt() != 0;
            std::int64_t& count =
                a ? (b ? found.both : found.onlyFirst) : (b ? found.onlySecond : found.neither);
            count += query->getColumn(2).getInt64();
        }
        return found;
    });
}

}  // namespace dsm
