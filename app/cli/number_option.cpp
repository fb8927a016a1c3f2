#include "app/cli/number_option.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <system_error>

#include "engine/generate/adapter_choice.h"

namespace dsm::cli {
namespace {

constexpr int kMostThreads = 1024;

// All of the text as a number; a plus sign before it is nothing.
template <class T>
std::optional<T> parse(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    T value{};
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string refusal(const std::string& input, const std::string& kind, const std::string& range) {
    return "\"" + input + "\" is not a " + kind + " from " + range + ".";
}

// The number replaces what was typed: CLI11 reads it again, and takes "010" for octal.
template <class T>
CLI::Validator wholeBetween(T least, T most) {
    const std::string range = std::to_string(least) + " to " + std::to_string(most);
    return {[=](std::string& input) -> std::string {
                const std::optional<T> value = parse<T>(input);
                if (!value || *value < least || *value > most)
                    return refusal(input, "whole number", range);
                input = std::to_string(*value);
                return {};
            },
            range};
}

}  // namespace

CLI::Validator wholeNumber(std::int64_t least, std::int64_t most) {
    return wholeBetween(least, most);
}

CLI::Validator wholeNumber(const SettingRange& range) {
    return wholeNumber(static_cast<std::int64_t>(range.least),
                       static_cast<std::int64_t>(range.most));
}

CLI::Validator number(double least, double most) {
    return number(SettingRange{least, most});
}

CLI::Validator number(const SettingRange& range) {
    return {[range](std::string& input) -> std::string {
                const std::optional<double> value = parse<double>(input);
                return value && range.holds(*value) ? std::string()
                                                    : refusal(input, "number", inWords(range));
            },
            inWords(range)};
}

CLI::Validator seedNumber() {
    return wholeBetween(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max());
}

CLI::Validator adapterWithScale() {
    return {[](std::string& input) -> std::string {
                const auto choice = parseAdapterChoice(input);
                return choice ? std::string() : choice.error().message;
            },
            ""};
}

CLI::Validator threadCount() {
    return wholeNumber(1, kMostThreads);
}

}  // namespace dsm::cli
