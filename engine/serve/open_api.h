// OpenApi: what the server answers, as other programs read it: /openapi.json. Its ranges are those
// that request.h checks.
//
// Source   OpenAPI Specification 3.1.0.
// Threads  A pure function: any.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace dsm {

nlohmann::json openApi();

}  // namespace dsm
