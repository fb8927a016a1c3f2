#include "engine/evaluate/benchmark_item.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>
#include <utility>

namespace dsm {
namespace {

using Items = std::vector<std::vector<double>>;

BenchmarkValue meanOf(const Items& items, std::size_t measure, std::string_view name) {
    const auto count = static_cast<double>(items.size());
    double sum = 0, squares = 0;
    for (const auto& item : items)
        sum += item[measure];
    const double mean = sum / count;
    for (const auto& item : items)
        squares += (item[measure] - mean) * (item[measure] - mean);
    BenchmarkValue found{.name = std::string(name), .value = mean};
    if (items.size() > 1) found.error = std::sqrt(squares / (count - 1) / count);
    return found;
}

// Of sum(-log-likelihood) / sum(weights), in nats, and its error.
std::pair<double, std::optional<double>> ratioOf(const Items& items, std::size_t weight) {
    const auto count = static_cast<double>(items.size());
    double loss = 0, weights = 0, squares = 0;
    for (const auto& item : items) {
        loss -= item[0];
        weights += item[weight];
    }
    const double ratio = loss / weights;
    for (const auto& item : items)
        squares += std::pow(-item[0] - ratio * item[weight], 2);
    if (items.size() < 2) return {ratio, std::nullopt};
    return {ratio, std::sqrt(squares / (count - 1) / count) / (weights / count)};
}

std::vector<BenchmarkValue> perplexities(const Items& items) {
    const auto [word, wordError] = ratioOf(items, 1);
    const auto [byte, byteError] = ratioOf(items, 2);
    const auto scaled = [](std::optional<double> error, double by) {
        return error ? std::optional(*error * by) : std::nullopt;
    };
    return {{"word_perplexity", std::exp(word), scaled(wordError, std::exp(word))},
            {"byte_perplexity", std::exp(byte), scaled(byteError, std::exp(byte))},
            {"bits_per_byte", byte / std::numbers::ln2, scaled(byteError, 1 / std::numbers::ln2)}};
}

// Takes the members of an object; the first that is not as it should be is remembered.
class ItemReader {
  public:
    explicit ItemReader(const JsonField& field) : field_(field) {}

    template <class T, class Read>
    void take(std::string_view key, T& into, const Read& read) {
        if (error_) return;
        const auto member = field_.at(key);
        if (!member) {
            error_ = member.error();
            return;
        }
        auto value = read(*member);
        if (value)
            into = std::move(*value);
        else
            error_ = value.error();
    }
    void take(std::string_view key, std::string& into) {
        take(key, into, [](const JsonField& one) { return one.string(); });
    }
    void take(std::string_view key, std::int64_t& into) {
        take(key, into, [](const JsonField& one) { return one.integer(); });
    }
    void take(std::string_view key, double& into) {
        take(key, into, [](const JsonField& one) { return one.number(); });
    }
    void take(std::string_view key, bool& into) {
        take(key, into, [](const JsonField& one) { return one.boolean(false); });
    }
    void take(std::string_view key, std::vector<std::string>& into) {
        take(key, into, [](const JsonField& one) { return one.strings(); });
    }
    const std::optional<Error>& error() const { return error_; }

  private:
    const JsonField& field_;
    std::optional<Error> error_;
};

Result<std::vector<double>> numbersOf(const JsonField& field) {
    const auto elements = field.elements();
    if (!elements) return tl::unexpected(elements.error());
    std::vector<double> numbers;
    for (const JsonField& element : *elements) {
        const auto number = element.number();
        if (!number) return tl::unexpected(number.error());
        numbers.push_back(*number);
    }
    return numbers;
}

Result<std::vector<ScoredChoice>> choicesOf(const JsonField& field) {
    const auto elements = field.elements();
    if (!elements) return tl::unexpected(elements.error());
    std::vector<ScoredChoice> choices;
    for (const JsonField& element : *elements) {
        ScoredChoice& choice = choices.emplace_back();
        ItemReader reader(element);
        reader.take("text", choice.text);
        reader.take("loglikelihood", choice.logLikelihood);
        reader.take("is_greedy", choice.isGreedy);
        if (reader.error()) return tl::unexpected(*reader.error());
    }
    return choices;
}

}  // namespace

std::optional<bool> BenchmarkItem::isRight(const Task& task) const {
    if (measures.empty() || task.form == TaskForm::Likelihood) return std::nullopt;
    return measures.front() == 1;
}

nlohmann::json itemJson(const BenchmarkItem& item) {
    nlohmann::json choices = nlohmann::json::array();
    for (const ScoredChoice& choice : item.choices)
        choices.push_back({{"text", choice.text},
                           {"loglikelihood", choice.logLikelihood},
                           {"is_greedy", choice.isGreedy}});
    return {{"number", item.number},     {"file", item.file},     {"unit", item.unit},
            {"line", item.line},         {"prompt", item.prompt}, {"own_begin", item.ownBegin},
            {"choices", choices},        {"right", item.right},   {"chosen", item.chosen},
            {"written", item.written},   {"taken", item.taken},   {"targets", item.targets},
            {"measures", item.measures}, {"is_cut", item.isCut}};
}

Result<BenchmarkItem> itemFrom(const JsonField& field) {
    BenchmarkItem item;
    ItemReader reader(field);
    reader.take("number", item.number);
    reader.take("file", item.file);
    reader.take("unit", item.unit);
    reader.take("line", item.line);
    reader.take("prompt", item.prompt);
    reader.take("own_begin", item.ownBegin);
    reader.take("choices", item.choices, choicesOf);
    reader.take("right", item.right);
    reader.take("chosen", item.chosen);
    reader.take("written", item.written);
    reader.take("taken", item.taken);
    reader.take("targets", item.targets);
    reader.take("measures", item.measures, numbersOf);
    reader.take("is_cut", item.isCut);
    if (reader.error()) return tl::unexpected(*reader.error());
    const auto size = static_cast<std::int64_t>(item.prompt.size());
    if (item.number < 0 || item.ownBegin < 0 || item.ownBegin > size)
        return field.malformed(ReasonCode::ItemNoQuestion);
    return item;
}

std::vector<BenchmarkValue> BenchmarkTotals::values() const {
    if (items_.empty()) return {};
    if (task_.form == TaskForm::Likelihood) return perplexities(items_);
    std::vector<BenchmarkValue> values;
    for (std::size_t i = 0; i < task_.measures.size(); ++i)
        values.push_back(meanOf(items_, i, task_.measures[i]));
    return values;
}

}  // namespace dsm
