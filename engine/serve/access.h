// Access: whom the server answers. A page of the web can have a browser ask any address of this
// computer: the names it may be called by, and the pages that may ask, are lists, in every mode.
//
// Threads  Plain values and pure functions: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dsm {

struct AccessRules {
    std::vector<std::string> hosts;    // names and addresses it is called by, without a port
    std::vector<std::string> origins;  // pages that may ask, as browsers write them
    std::string key;                   // "": none is needed
};

enum class Access { Allowed, WrongHost, WrongOrigin, WrongKey };

// The headers Host, Origin and Authorization, "" where there is none. Keys are compared in the same
// time whatever they are. `asksFirst`: a browser that asks whether it may ask, which has no key.
Access judgeAccess(const AccessRules& rules, std::string_view host, std::string_view origin,
                   std::string_view authorization, bool asksFirst);

// Whether whoever listens at this address is heard by this computer alone.
bool isLoopback(std::string_view host);

}  // namespace dsm
