// How `deepseekmoe bench` says what it measured: a table for people, JSON for scripts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/cli/bench_run.h"

namespace dsm::cli {

// The facts around the measurements.
struct BenchSubject {
    std::string model;      // the folder's name
    std::string adapter;    // as it was asked for; empty: none
    std::string preset;     // of preset.h, as far as config.json says
    std::string format;     // e.g. "Q4 87 %, Q8 13 %"
    std::string cacheType;  // of the key/value cache
    std::string cpu;        // the processor's name
    std::string isa;        // as DSM_CPU_ISA spells it
    std::string backend;    // for people
    std::string date;       // UTC, ISO 8601
    std::uint64_t weightBytes = 0;
    std::int64_t contextLimit = 0;
    int threads = 0;
};

// The subject of this run.
BenchSubject describeBench(const Model& model, const std::string& modelName,
                           const std::string& adapter = {});

std::string benchTable(const BenchSubject& subject, const BenchReport& report);
nlohmann::json benchJson(const BenchSubject& subject, const BenchReport& report);

}  // namespace dsm::cli
