// Job reader: takes the values of a job's JSON into variables, and keeps the first that is wrong,
// with the file, its line, its key, what was expected and what stands there.
//
// Private to engine/train; see job.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/train/job/json_lines.h"
#include "kernels/base/reason.h"
#include "kernels/base/result.h"

namespace dsm {

class JobReader {
  public:
    // Borrows the document; relative paths count from `folder`.
    JobReader(const nlohmann::json& root, const JsonKeyLines& lines, std::string file,
              std::filesystem::path folder);

    void refuseUnknown();
    bool has(const char* key) const { return find(key) != nullptr; }
    bool isArray(const char* key) const;

    // Each key as the table of keys has it (job_keys.h): its range, and its value where it is
    // missing. A path, list or map is then left as it was; a required path is wrong.
    void path(const char* key, std::filesystem::path& out);
    // One path, or a list of them.
    void paths(const char* key, std::vector<std::filesystem::path>& out);
    void text(const char* key, std::string& out);
    void boolean(const char* key, bool& out);
    void integer(const char* key, std::int64_t& out);
    void integer(const char* key, int& out);
    void number(const char* key, double& out);
    // Gives the index of the word.
    std::size_t choice(const char* key);
    void strings(const char* key, std::vector<std::string>& out);
    void texts(const char* key, std::vector<std::string>& out);
    void strings(const char* key, std::map<std::string, std::string>& out);

    // "job.json: line 7: rank: expected .., not 0."
    void fail(const std::string& key, const Reason& why);
    void fail(const std::string& key, const std::string& expected);
    const std::optional<Error>& error() const { return error_; }

  private:
    static bool isPath(const nlohmann::json& value);
    std::filesystem::path pathOf(const nlohmann::json& value) const;
    const nlohmann::json* find(const char* key) const;

    const nlohmann::json& root_;
    const JsonKeyLines& lines_;
    std::string file_;
    std::filesystem::path folder_;
    std::optional<Error> error_;
};

}  // namespace dsm
