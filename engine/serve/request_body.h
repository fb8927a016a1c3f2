// RequestBody: the members of an object that a stranger sent, each asked for once; what nobody asked
// for is refused by its name.
//
// Ownership Borrows the object.
// Threads   One.
// Errors    Malformed, naming the member, what it is and what was expected; the first is kept, and
//           said by end(): members read after it are as if they were missing.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/text/chat_values.h"
#include "kernels/base/result.h"

namespace dsm {

class RequestBody {
  public:
    explicit RequestBody(const nlohmann::json& body);

    // The member; nullptr where it is missing or null.
    const nlohmann::json* member(const char* key);
    std::optional<std::string> text(const char* key);
    bool flag(const char* key, bool whenMissing);
    std::optional<std::int64_t> whole(const char* key, std::int64_t least, std::int64_t most);
    std::optional<double> number(const char* key, const SettingRange& range);
    // A text or a list of them.
    std::vector<std::string> texts(const char* key, std::size_t most);

    // Tells about the caller, or asks for nothing: any value.
    void pass(std::initializer_list<const char*> keys);
    // Understood only as this, which changes nothing.
    void allowOnly(const char* key, const nlohmann::json& value);
    void refuse(const std::string& problem);
    void expected(const char* key, const std::string& what, const nlohmann::json& found);

    // What was wrong, or a member that nobody asked for.
    Result<void> end() const;

  private:
    const nlohmann::json& body_;
    std::set<std::string, std::less<>> known_;
    std::optional<Error> problem_;
};

}  // namespace dsm
