// HttpAnswers: what is sent for a request, at once or as a stream of events.
//
// Threads  One of the server's for each answer, and for each stream as long as it goes on.
#pragma once

#include <httplib.h>

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/serve/api.h"
#include "engine/serve/serving.h"

namespace dsm {

inline constexpr const char* kJsonType = "application/json";

std::string written(const nlohmann::json& value);

void answerJson(httplib::Response& response, const nlohmann::json& value);
void answerError(httplib::Response& response, int status, const Error& error);
void answer(httplib::Response& response, const Answered<nlohmann::json>& result);

// What was submitted to this serving, which is kept as long as the answer goes on.
//
// For a moment nothing is sent: a failure until then has its status. Afterwards only sending shows
// whether the client is still there.
void answerReply(httplib::Response& response, std::shared_ptr<Serving> serving,
                 Answered<Submitted> submitted);

}  // namespace dsm
