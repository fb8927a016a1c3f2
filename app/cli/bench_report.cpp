#include "app/cli/bench_report.h"

#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>

namespace dsm::cli {
namespace {

using nlohmann::json;

[[gnu::format(printf, 1, 2)]] std::string text(const char* format, ...) {
    std::va_list values;
    va_start(values, format);
    std::va_list again;
    va_copy(again, values);
    std::string line(static_cast<std::size_t>(std::vsnprintf(nullptr, 0, format, values)), ' ');
    std::vsnprintf(line.data(), line.size() + 1, format, again);
    va_end(again);
    va_end(values);
    return line;
}

std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown processor";
}

std::string now() {
    const std::time_t seconds = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    char date[32];
    std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return date;
}

std::string formatOf(const Weights& weights) {
    std::string format;
    for (const auto& [type, bytes] : bytesByType(weights)) {
        const double percent =
            100 * static_cast<double>(bytes) / static_cast<double>(weights.sizeBytes());
        if (!format.empty()) format += ", ";
        format += std::string(name(type)) + text(percent < 0.5 ? " <1 %%" : " %.0f %%", percent);
    }
    return format;
}

double secondsOf(const OpTime& op) {
    return std::chrono::duration<double>(op.time).count();
}

// "GB/s" of decode; "TOP/s" of a prompt.
double rateOf(const OpBreakdown& breakdown, const OpTime& op) {
    const double work = breakdown.prompt ? op.work.operations : op.work.bytes;
    return op.calls > 0 ? work / secondsOf(op) : 0;
}

double totalSeconds(const OpBreakdown& breakdown) {
    double seconds = 0;
    for (const OpTime& op : breakdown.ops)
        seconds += secondsOf(op);
    return seconds;
}

std::string gpuLines(const GpuRates& gpu) {
    std::string lines = text(
        "GPU       reads %.1f GB/s; tensor cores bf16 %.1f TOP/s, int8 %.1f TOP/s; %lld launches "
        "for each token",
        gpu.readBytesPerSecond / 1e9, gpu.bf16PerSecond / 1e12, gpu.int8PerSecond / 1e12,
        static_cast<long long>(gpu.launchesPerToken));
    for (const DenseTime& time : gpu.dense) {
        lines += text("\nDense     [%lld, %lld], %lld tokens: own kernels %.3f ms, cuBLAS %.3f ms",
                      static_cast<long long>(time.shape.rows),
                      static_cast<long long>(time.shape.cols), static_cast<long long>(time.tokens),
                      time.ownMilliseconds, time.cublasMilliseconds);
    }
    return lines;
}

json denseJson(const std::vector<DenseTime>& times) {
    json all = json::array();
    for (const DenseTime& time : times) {
        all.push_back({{"rows", time.shape.rows},
                       {"cols", time.shape.cols},
                       {"tokens", time.tokens},
                       {"ownMilliseconds", time.ownMilliseconds},
                       {"cublasMilliseconds", time.cublasMilliseconds}});
    }
    return all;
}

// Bandwidth and peak of the machine.
std::string limitLines(const BenchReport& r) {
    const auto& memory = r.limits.memory;
    std::string lines = text("Memory    %.1f GB/s (%s)", memory.bytesPerSecond / 1e9,
                             cpu::describe(cpu::kReadPatterns.at(memory.pattern)).c_str());
    if (r.limits.weights) {
        lines +=
            text("; the weights as they lie %.1f GB/s", r.limits.weights->bytesPerSecond / 1e9);
    }
    lines += "\nPeak     ";
    for (int i = 0; i < cpu::kArithmetics; ++i) {
        lines += text("%s %s %.3f TOP/s", i > 0 ? "," : "",
                      std::string(cpu::name(static_cast<cpu::Arithmetic>(i))).c_str(),
                      r.limits.operationsPerSecond.at(static_cast<std::size_t>(i)) / 1e12);
    }
    for (const WalkTimes& walks : r.limits.walks) {
        lines += "\nToken     " + std::string(name(walks.type)) + " weights, GB/s:";
        for (std::size_t i = 0; i < cpu::kTokenWalks.size(); ++i) {
            lines +=
                text("%s %s%s %.1f", i > 0 ? ";" : "", cpu::describe(cpu::kTokenWalks[i]).c_str(),
                     static_cast<int>(i) == walks.taken ? " (taken)" : "",
                     walks.bytesPerSecond[i] / 1e9);
        }
    }
    return lines;
}

json walksJson(const std::vector<WalkTimes>& all) {
    json types = json::array();
    for (const WalkTimes& walks : all) {
        json rates = json::array();
        for (std::size_t i = 0; i < cpu::kTokenWalks.size(); ++i) {
            rates.push_back({{"walk", cpu::describe(cpu::kTokenWalks[i])},
                             {"bytesPerSecond", walks.bytesPerSecond[i]},
                             {"taken", static_cast<int>(i) == walks.taken}});
        }
        types.push_back({{"weights", name(walks.type)}, {"walks", rates}});
    }
    return types;
}

std::string machineLines(const BenchSubject& s, const BenchReport& r) {
    std::string lines = text("Machine   %s, %d %s, %s, %s\n", s.cpu.c_str(), s.threads,
                             s.threads == 1 ? "thread" : "threads", s.isa.c_str(), s.date.c_str());
    lines += r.gpu ? gpuLines(*r.gpu) : limitLines(r);
    lines +=
        text("\nModel     %s%s%s: %s; %.2f GB, %.3f GB for each token; %s\n", s.model.c_str(),
             s.preset.empty() ? "" : ", ", s.preset.c_str(), s.format.c_str(),
             static_cast<double>(s.weightBytes) / 1e9, r.work.weightBytes / 1e9, s.backend.c_str());
    if (!s.adapter.empty()) lines += text("Adapter   %s\n", s.adapter.c_str());
    lines += text("Cache     %s, %.1f kB for each position, %lld positions\n", s.cacheType.c_str(),
                  r.cacheBytesPerPosition / 1e3, static_cast<long long>(s.contextLimit));
    return lines;
}

std::string pointLine(std::int64_t at, const Spread& speed, const Spread& rate, const Spread& limit,
                      const Spread& share, double unit) {
    return text("%9lld %11.2f %11.2f - %-9.2f %9.3f %9.3f %8.1f %%\n", static_cast<long long>(at),
                speed.median, speed.least, speed.most, rate.median / unit, limit.median / unit,
                100 * share.median);
}

std::string pointTables(const BenchReport& r) {
    constexpr const char* kHead = "%s %11s   %-21s %9s %9s %10s\n";
    std::string lines;
    if (!r.prompts.empty()) {
        const std::string peak = std::string(cpu::name(r.arithmetic)) + " peak";
        lines += "\n" + text(kHead, "Prompt of", "tokens/s", "    least - most", "TOP/s",
                             peak.c_str(), "share");
        for (const PromptPoint& p : r.prompts) {
            lines += pointLine(p.tokens, p.tokensPerSecond, p.operationsPerSecond, p.limit, p.share,
                               1e12);
        }
    }
    if (!r.decode.empty()) {
        lines += "\n" + text(kHead, "Decode at", "tokens/s", "    least - most", "GB/s", "memory",
                             "share");
        for (const DecodePoint& p : r.decode) {
            lines +=
                pointLine(p.position, p.tokensPerSecond, p.bytesPerSecond, p.limit, p.share, 1e9);
        }
    }
    return lines;
}

std::string streamTable(const BenchReport& r) {
    if (r.streams.empty()) return {};
    std::string lines =
        "\n" + text("%-9s %11s   %-21s %9s %9s %10s %9s %12s\n", "Streams", "tokens/s",
                    "    least - most", "GB/s", "memory", "share", "times one", "bytes allow");
    for (const StreamPoint& p : r.streams) {
        std::string line =
            pointLine(p.streams, p.tokensPerSecond, p.bytesPerSecond, p.limit, p.share, 1e9);
        line.pop_back();
        const double allowed = static_cast<double>(p.streams) * p.bytesOfOne / p.bytesPerStep;
        lines += line + text(" %9.2f %12.2f\n", p.timesOne.median, allowed);
    }
    return lines;
}

std::string lookAheadTable(const BenchReport& r) {
    if (r.lookAhead.empty()) return {};
    std::string lines =
        "\n" + text("%-26s %8s %12s %12s %12s %8s %8s %7s\n", "Looking ahead", "tokens",
                    "one by one", "tokens/s", "times", "passes", "guessed", "right");
    for (const LookAheadPoint& p : r.lookAhead) {
        lines += text(
            "%-26s %8lld %12.2f %12.2f %12.2f %8lld %8lld %7lld\n", p.text.c_str(),
            static_cast<long long>(p.tokens), p.aloneTokensPerSecond.median,
            p.tokensPerSecond.median, p.timesAlone.median, static_cast<long long>(p.counts.passes),
            static_cast<long long>(p.counts.guessed), static_cast<long long>(p.counts.right));
    }
    return lines;
}

std::string breakdownTable(const BenchReport& r, const OpBreakdown& b) {
    std::string lines = "\n";
    lines += b.prompt ? text("Prompt of %-8lld", static_cast<long long>(b.at))
                      : text("Decode at %-8lld", static_cast<long long>(b.at));
    lines +=
        text("%9s %11s %9s %9s %10s%s\n", "calls", "ms/token", "time", b.prompt ? "TOP/s" : "GB/s",
             b.prompt ? (std::string("of ") + std::string(cpu::name(r.arithmetic))).c_str()
                      : "of memory",
             r.gpu ? "  launches" : "");
    const double total = totalSeconds(b);
    for (const OpTime& op : b.ops) {
        const double rate = rateOf(b, op);
        lines += text(
            "  %-16s%9lld %11.4f %7.1f %% %9.3f %8.1f %%%s\n", std::string(op.name).c_str(),
            static_cast<long long>(op.calls), secondsOf(op) * 1e3 / static_cast<double>(b.tokens),
            100 * secondsOf(op) / total, rate / (b.prompt ? 1e12 : 1e9), 100 * rate / b.limit,
            r.gpu ? text("%10lld", static_cast<long long>(op.launches)).c_str() : "");
    }
    return lines;
}

json toJson(const Spread& spread) {
    return {{"median", spread.median}, {"least", spread.least}, {"most", spread.most}};
}

json toJson(const cpu::BestPattern& best) {
    return {{"bytesPerSecond", best.bytesPerSecond},
            {"pattern", cpu::describe(cpu::kReadPatterns.at(best.pattern))}};
}

json toJson(const OpBreakdown& b) {
    json ops = json::array();
    const double total = totalSeconds(b);
    for (const OpTime& op : b.ops) {
        const double seconds = secondsOf(op);
        ops.push_back({{"op", op.name},
                       {"calls", op.calls},
                       {"launches", op.launches},
                       {"millisecondsPerToken", seconds * 1e3 / static_cast<double>(b.tokens)},
                       {"shareOfTime", seconds / total},
                       {"bytesPerSecond", op.calls > 0 ? op.work.bytes / seconds : 0},
                       {"operationsPerSecond", op.calls > 0 ? op.work.operations / seconds : 0},
                       {"shareOfLimit", rateOf(b, op) / b.limit}});
    }
    return {{"kind", b.prompt ? "prompt" : "decode"},
            {b.prompt ? "promptTokens" : "position", b.at},
            {"tokens", b.tokens},
            {"limit", b.limit},
            {"ops", ops}};
}

}  // namespace

BenchSubject describeBench(const Model& model, const std::string& modelName,
                           const std::string& adapter) {
    const auto& quantization = model.config().quantization;
    return {.model = modelName,
            .adapter = adapter,
            .preset = quantization ? quantization->preset : "",
            .format = formatOf(model.weights()),
            .cacheType = std::string(name(model.cache().type())),
            .cpu = processorName(),
            .isa = std::string(cpu::machineSimd().name),
            .backend = model.backendDescription(),
            .date = now(),
            .weightBytes = model.weights().sizeBytes(),
            .contextLimit = model.contextLimit(),
            .threads = model.threads()};
}

std::string benchTable(const BenchSubject& subject, const BenchReport& report) {
    std::string table = machineLines(subject, report) + pointTables(report) + streamTable(report) +
                        lookAheadTable(report);
    for (const OpBreakdown& breakdown : report.breakdowns)
        table += breakdownTable(report, breakdown);
    if (!report.leftOut.empty()) table += "\nLeft out\n";
    for (const std::string& line : report.leftOut)
        table += "  " + line + "\n";
    if (!report.gpu && !report.limits.weights) {
        table += "\nSo small a model may stay in a cache, and be read faster than the memory.\n";
    }
    return table +
           "\nMedians. Each run lies between two measurements of its limit; the share is of the "
           "greater.\n";
}

json benchJson(const BenchSubject& s, const BenchReport& r) {
    json operations = json::object();
    for (int i = 0; i < cpu::kArithmetics; ++i) {
        operations[std::string(cpu::name(static_cast<cpu::Arithmetic>(i)))] =
            r.limits.operationsPerSecond.at(static_cast<std::size_t>(i));
    }
    json machine = {{"cpu", s.cpu}, {"threads", s.threads}, {"instructionSet", s.isa}};
    if (r.gpu) {
        machine["gpu"] = {{"readBytesPerSecond", r.gpu->readBytesPerSecond},
                          {"bf16PerSecond", r.gpu->bf16PerSecond},
                          {"int8PerSecond", r.gpu->int8PerSecond},
                          {"launchesPerToken", r.gpu->launchesPerToken},
                          {"denseProducts", denseJson(r.gpu->dense)}};
    } else {
        machine["read"] = {{"memory", toJson(r.limits.memory)}};
        machine["operationsPerSecond"] = operations;
        machine["token"] = walksJson(r.limits.walks);
    }
    if (r.limits.weights) machine["read"]["weights"] = toJson(*r.limits.weights);

    json prompts = json::array();
    for (const PromptPoint& p : r.prompts) {
        prompts.push_back({{"tokens", p.tokens},
                           {"repetitions", p.repetitions},
                           {"tokensPerSecond", toJson(p.tokensPerSecond)},
                           {"operationsPerSecond", toJson(p.operationsPerSecond)},
                           {"peakOperationsPerSecond", toJson(p.limit)},
                           {"shareOfPeak", toJson(p.share)}});
    }
    json decode = json::array();
    for (const DecodePoint& p : r.decode) {
        decode.push_back({{"position", p.position},
                          {"tokens", p.tokens},
                          {"repetitions", p.repetitions},
                          {"bytesPerToken", p.bytesPerToken},
                          {"tokensPerSecond", toJson(p.tokensPerSecond)},
                          {"bytesPerSecond", toJson(p.bytesPerSecond)},
                          {"readBytesPerSecond", toJson(p.limit)},
                          {"shareOfBandwidth", toJson(p.share)}});
    }
    json streams = json::array();
    for (const StreamPoint& p : r.streams) {
        streams.push_back({{"streams", p.streams},
                           {"position", p.position},
                           {"repetitions", p.repetitions},
                           {"bytesPerStep", p.bytesPerStep},
                           {"bytesOfOneStream", p.bytesOfOne},
                           {"tokensPerSecond", toJson(p.tokensPerSecond)},
                           {"timesOneStream", toJson(p.timesOne)},
                           {"bytesPerSecond", toJson(p.bytesPerSecond)},
                           {"readBytesPerSecond", toJson(p.limit)},
                           {"shareOfBandwidth", toJson(p.share)}});
    }
    json lookAhead = json::array();
    for (const LookAheadPoint& p : r.lookAhead) {
        lookAhead.push_back({{"text", p.text},
                             {"tokens", p.tokens},
                             {"repetitions", p.repetitions},
                             {"aloneTokensPerSecond", toJson(p.aloneTokensPerSecond)},
                             {"tokensPerSecond", toJson(p.tokensPerSecond)},
                             {"timesAlone", toJson(p.timesAlone)},
                             {"passes", p.counts.passes},
                             {"guessed", p.counts.guessed},
                             {"right", p.counts.right}});
    }
    json breakdowns = json::array();
    for (const OpBreakdown& breakdown : r.breakdowns)
        breakdowns.push_back(toJson(breakdown));
    return {{"date", s.date},
            {"machine", machine},
            {"model",
             {{"name", s.model},
              {"adapter", s.adapter},
              {"preset", s.preset},
              {"format", s.format},
              {"weightBytes", s.weightBytes},
              {"weightBytesPerToken", r.work.weightBytes},
              {"cacheType", s.cacheType},
              {"cacheBytesPerPosition", r.cacheBytesPerPosition},
              {"contextLimit", s.contextLimit},
              {"backend", s.backend}}},
            {"peakArithmetic", cpu::name(r.arithmetic)},
            {"prompt", prompts},
            {"decode", decode},
            {"streams", streams},
            {"lookAhead", lookAhead},
            {"breakdowns", breakdowns},
            {"leftOut", r.leftOut}};
}

}  // namespace dsm::cli
