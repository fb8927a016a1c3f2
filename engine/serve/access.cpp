#include "engine/serve/access.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <cctype>
#include <span>

#include "engine/format/sha256.h"

namespace dsm {
namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](unsigned char c) { return std::tolower(c); });
    return result;
}

// "localhost:8080" -> "localhost", "[::1]:8080" -> "[::1]"
std::string_view withoutPort(std::string_view host) {
    const std::size_t end = host.starts_with('[') ? host.find(']') : std::string_view::npos;
    const std::size_t colon = host.find(':', end == std::string_view::npos ? 0 : end);
    return host.substr(0, colon);
}

bool holds(const std::vector<std::string>& list, std::string_view wanted) {
    return std::ranges::any_of(list,
                               [&](const auto& each) { return lower(each) == lower(wanted); });
}

// Sums are as long as each other whatever the keys are.
bool isKey(std::string_view given, std::string_view key) {
    Sha256 sum;
    sum.update(std::as_bytes(std::span(given)));
    const std::string a = sum.finish();
    sum.update(std::as_bytes(std::span(key)));
    const std::string b = sum.finish();
    return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Access judgeAccess(const AccessRules& rules, std::string_view host, std::string_view origin,
                   std::string_view authorization, bool asksFirst) {
    if (!holds(rules.hosts, withoutPort(host))) return Access::WrongHost;
    if (!origin.empty() && !holds(rules.origins, origin)) return Access::WrongOrigin;
    if (rules.key.empty() || asksFirst) return Access::Allowed;
    constexpr std::string_view kBearer = "bearer ";
    const bool hasKey = lower(authorization.substr(0, kBearer.size())) == kBearer;
    const std::string_view given = hasKey ? authorization.substr(kBearer.size()) : "";
    return isKey(given, rules.key) ? Access::Allowed : Access::WrongKey;
}

bool isLoopback(std::string_view host) {
    return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

}  // namespace dsm
