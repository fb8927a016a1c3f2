// The endpoints over HTTP, as a program and as a stranger ask them.
#include "engine/serve/server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/tiny_models.h"

namespace dsm {
namespace {

using nlohmann::json;

class Server : public testing::Test {
  protected:
    void SetUp() override { start({}); }

    void start(ServeOptions options, const char* folder = "resources/demo_model") {
        server_.reset();
        auto loaded = LanguageModel::load({.folder = std::filesystem::path(DSM_SOURCE_DIR) / folder,
                                           .backend = "cpu",
                                           .threads = 2},
                                          {}, {});
        ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
        model_ = std::move(*loaded);
        options.port = 0;
        options.name = "demo";
        auto started = ApiServer::start(*model_, options);
        ASSERT_TRUE(started.has_value()) << started.error().message;
        server_ = std::move(*started);
        client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
        client_->set_read_timeout(60);
    }

    json post(const char* path, const json& body, int status = 200) {
        const auto answer = client_->Post(path, body.dump(), "application/json");
        EXPECT_TRUE(answer) << path;
        if (!answer) return {};
        EXPECT_EQ(answer->status, status) << answer->body;
        return json::parse(answer->body);
    }
    std::string problem(const char* path, const json& body, int status) {
        return post(path, body, status)["error"]["message"].get<std::string>();
    }
    // The data of each event of a stream.
    std::vector<std::string> events(const char* path, const json& body) {
        const auto answer = client_->Post(path, body.dump(), "application/json");
        EXPECT_TRUE(answer && answer->status == 200);
        std::vector<std::string> all;
        std::istringstream lines(answer ? answer->body : "");
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("data: ")) all.push_back(line.substr(6));
        }
        return all;
    }

    std::unique_ptr<LanguageModel> model_;
    std::unique_ptr<ApiServer> server_;
    std::unique_ptr<httplib::Client> client_;
};

const json kGreeting = {{"messages", {{{"role", "user"}, {"content", "Hello"}}}},
                        {"temperature", 0},
                        {"max_tokens", 12}};

TEST_F(Server, SaysWhichModelItHas) {
    const auto answer = client_->Get("/v1/models");
    ASSERT_TRUE(answer);
    EXPECT_EQ(json::parse(answer->body)["data"][0]["id"], "demo");
    EXPECT_EQ(client_->Get("/health")->status, 200);
    EXPECT_NE(client_->Get("/metrics")->body.find("deepseekmoe_passes_total 0"), std::string::npos);
    EXPECT_NE(problem("/v1/completions", {{"model", "gpt-4"}, {"prompt", "a"}}, 404).find("demo"),
              std::string::npos);
}

TEST_F(Server, ChatsWholeAndInAStreamTheSame) {
    const json whole = post("/v1/chat/completions", kGreeting);
    const std::string text = whole["choices"][0]["message"]["content"];
    EXPECT_TRUE(!text.empty() && text.front() != ' ');
    EXPECT_EQ(whole["object"], "chat.completion");
    EXPECT_EQ(whole["usage"]["total_tokens"].get<int>(),
              whole["usage"]["prompt_tokens"].get<int>() +
                  whole["usage"]["completion_tokens"].get<int>());
    json asked = kGreeting;
    asked["stream"] = true;
    asked["stream_options"] = {{"include_usage", true}};
    const auto all = events("/v1/chat/completions", asked);
    ASSERT_GE(all.size(), 4U);
    EXPECT_EQ(all.back(), "[DONE]");
    EXPECT_EQ(json::parse(all.front())["choices"][0]["delta"]["role"], "assistant");
    std::string streamed;
    json finish;
    for (std::size_t i = 0; i + 2 < all.size(); ++i) {
        const json choice = json::parse(all[i])["choices"][0];
        streamed += choice["delta"].value("content", "");
        finish = choice["finish_reason"];
    }
    EXPECT_EQ(streamed, text);
    EXPECT_EQ(finish, whole["choices"][0]["finish_reason"]);
    EXPECT_EQ(json::parse(all[all.size() - 2])["usage"]["completion_tokens"],
              whole["usage"]["completion_tokens"]);
}

// What lm-eval reads: one entry for each token of the prompt and the one that was written; the first
// has nothing before it; who is likeliest is so by the same number.
// As a client does whose connection broke off.
TEST_F(Server, GoesOnWithAReplyThatWasBegun) {
    json request = {{"messages", {{{"role", "user"}, {"content", "Hello"}}}},
                    {"temperature", 0},
                    {"max_tokens", 12}};
    const std::string whole =
        post("/v1/chat/completions", request)["choices"][0]["message"]["content"];
    request["max_tokens"] = 4;
    const std::string begun =
        post("/v1/chat/completions", request)["choices"][0]["message"]["content"];
    ASSERT_EQ(whole.substr(0, begun.size()), begun);
    request["messages"].push_back({{"role", "assistant"}, {"content", begun}});
    request["max_tokens"] = 8;
    EXPECT_EQ(problem("/v1/chat/completions", request, 400),
              "messages: the last one must be the user's.");
    request["continue_final_message"] = true;
    request["add_generation_prompt"] = true;
    EXPECT_NE(problem("/v1/chat/completions", request, 400).find("add_generation_prompt"),
              std::string::npos);
    request["add_generation_prompt"] = false;
    const std::string rest =
        post("/v1/chat/completions", request)["choices"][0]["message"]["content"];
    EXPECT_EQ(begun + rest, whole);
    request["messages"] = json::array({{{"role", "assistant"}, {"content", "a"}}});
    post("/v1/chat/completions", request, 400);
}

TEST_F(Server, ScoresPromptsForWhoMeasuresModels) {
    const auto ids = model_->encodeText("The sky is blue because");
    const json answer = post("/v1/completions", {{"model", "demo"},
                                                 {"prompt", {ids, ids}},
                                                 {"temperature", 0},
                                                 {"max_tokens", 1},
                                                 {"logprobs", 1},
                                                 {"seed", 1234},
                                                 {"echo", true}});
    ASSERT_EQ(answer["choices"].size(), 2U);
    for (std::size_t c = 0; c < 2; ++c) {
        const json& scores = answer["choices"][c]["logprobs"];
        EXPECT_EQ(answer["choices"][c]["index"], c);
        for (const char* key : {"tokens", "token_logprobs", "top_logprobs", "text_offset"})
            ASSERT_EQ(scores[key].size(), ids.size() + 1) << key;
        EXPECT_TRUE(scores["token_logprobs"][0].is_null());
        for (std::size_t i = 1; i <= ids.size(); ++i) {
            const json& top = scores["top_logprobs"][i];
            const std::string token = scores["tokens"][i];
            ASSERT_TRUE(top.contains(token)) << i;
            EXPECT_EQ(top[token], scores["token_logprobs"][i]);
        }
    }
    auto whole = LanguageModel::load(
        {.folder = DSM_SOURCE_DIR "/resources/demo_model", .backend = "cpu", .threads = 2}, {}, {});
    const auto expected = (*whole)->score(ids, {}, {});
    for (std::size_t i = 1; i < ids.size(); ++i)
        EXPECT_EQ(answer["choices"][0]["logprobs"]["token_logprobs"][i].get<double>(),
                  *(*expected)[i].logProbability);
}

std::vector<AdapterChoice> someAdapters() {
    return {{.folder = test::goldenFolder("adapter") / "patterns"},
            {.folder = test::goldenFolder("adapter") / "saved", .scale = 0.5F}};
}

TEST_F(Server, AnswersByEachAdapterUnderItsName) {
    start({.adapters = someAdapters()}, "tests/golden/tiny");
    const json models = json::parse(client_->Get("/v1/models")->body)["data"];
    ASSERT_EQ(models.size(), 3U);
    EXPECT_EQ(models[0]["id"], "demo:patterns");
    EXPECT_EQ(models[1]["id"], "demo:saved");
    EXPECT_EQ(models[2]["id"], "demo");
    const json ids = {5, 9, 77, 120, 33, 8};
    const auto scoresOf = [&](const char* name) {
        const json answer = post(
            "/v1/completions",
            {{"model", name}, {"prompt", ids}, {"max_tokens", 0}, {"logprobs", 0}, {"echo", true}});
        EXPECT_EQ(answer["model"], name);
        return answer["choices"][0]["logprobs"]["token_logprobs"];
    };
    // In turn and in company, so that each comes after another one.
    std::vector<json> scores(6);
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < scores.size(); ++i)
        clients.emplace_back([&, i] {
            httplib::Client client("127.0.0.1", server_->port());
            const json asked = {{"model", models[i % 3]["id"]},
                                {"prompt", ids},
                                {"max_tokens", 0},
                                {"logprobs", 0},
                                {"echo", true}};
            const auto answer = client.Post("/v1/completions", asked.dump(), "application/json");
            if (answer && answer->status == 200)
                scores[i] = json::parse(answer->body)["choices"][0]["logprobs"]["token_logprobs"];
        });
    for (std::thread& client : clients)
        client.join();
    server_.reset();
    for (std::size_t i = 0; i < scores.size(); ++i) {
        std::optional<AdapterChoice> choice;
        if (i % 3 < 2) choice = someAdapters()[i % 3];
        auto alone = LanguageModel::load({.folder = test::goldenFolder("tiny"),
                                          .backend = "cpu",
                                          .threads = 2,
                                          .adapter = choice},
                                         {}, {});
        ASSERT_TRUE(alone.has_value());
        const auto expected = (*alone)->score(ids.get<std::vector<TokenId>>(), {}, {});
        ASSERT_EQ(scores[i].size(), ids.size());
        for (std::size_t k = 1; k < ids.size(); ++k)
            EXPECT_EQ(scores[i][k].get<double>(), *(*expected)[k].logProbability) << i;
    }
    start({.adapters = someAdapters()}, "tests/golden/tiny");
    EXPECT_EQ(scoresOf("demo:patterns"), scores[0]);
    EXPECT_EQ(post("/v1/completions", {{"prompt", ids}, {"max_tokens", 1}})["model"],
              "demo:patterns")
        << "the first, where none is named";
    EXPECT_NE(problem("/v1/completions", {{"model", "demo:other"}, {"prompt", ids}}, 404)
                  .find("demo:saved"),
              std::string::npos);
}

TEST_F(Server, RefusesTwoAdaptersOfOneName) {
    const auto one = someAdapters()[0];
    const auto twice =
        ApiServer::start(*model_, {.port = 0, .name = "demo", .adapters = {one, one}});
    ASSERT_FALSE(twice.has_value());
}

TEST_F(Server, LoadsTheModelWhenSomebodyAsksAndLetsItGoWhenNobodyDoes) {
    server_.reset();
    std::atomic<int> loads = 0;
    const auto load = [&](const std::stop_token& stop) {
        ++loads;
        return LanguageModel::load(
            {.folder = DSM_SOURCE_DIR "/resources/demo_model", .backend = "cpu", .threads = 2}, {},
            stop);
    };
    auto started = ApiServer::start(
        load,
        {.port = 0, .name = "demo", .loadsOnDemand = true, .idleTime = std::chrono::seconds(1)});
    ASSERT_TRUE(started.has_value()) << started.error().message;
    server_ = std::move(*started);
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
    client_->set_read_timeout(60);
    EXPECT_EQ(json::parse(client_->Get("/v1/models")->body)["data"][0]["id"], "demo");
    EXPECT_EQ(loads, 0);
    EXPECT_FALSE(post("/v1/chat/completions", kGreeting)["choices"].empty());
    EXPECT_EQ(loads, 1);
    while (!client_->Get("/metrics")->body.empty())
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_FALSE(post("/v1/chat/completions", kGreeting)["choices"].empty());
    EXPECT_EQ(loads, 2);
}

TEST_F(Server, SaysWhyAModelCannotBeLoadedAndTriesAgain) {
    server_.reset();
    std::atomic<bool> isThere = false;
    const auto load = [&](const std::stop_token& stop) {
        const char* folder = isThere ? DSM_SOURCE_DIR "/resources/demo_model" : "/nowhere";
        return LanguageModel::load({.folder = folder, .backend = "cpu", .threads = 2}, {}, stop);
    };
    EXPECT_FALSE(ApiServer::start(load, {.port = 0, .name = "demo"}).has_value());
    auto started = ApiServer::start(load, {.port = 0, .name = "demo", .loadsOnDemand = true});
    ASSERT_TRUE(started.has_value());
    server_ = std::move(*started);
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
    client_->set_read_timeout(60);
    EXPECT_NE(problem("/v1/chat/completions", kGreeting, 503).find("/nowhere"), std::string::npos);
    isThere = true;
    EXPECT_FALSE(post("/v1/chat/completions", kGreeting)["choices"].empty());
}

TEST_F(Server, DescribesEveryMemberThatItUnderstands) {
    const json described = json::parse(client_->Get("/openapi.json")->body);
    const auto withAllOf = [&](const char* schema, json asked) {
        const json members = described["components"]["schemas"][schema]["properties"];
        for (const auto& [key, what] : members.items())
            if (!asked.contains(key)) asked[key] = nullptr;
        return asked;
    };
    EXPECT_FALSE(
        post("/v1/chat/completions", withAllOf("ChatRequest", kGreeting))["choices"].empty());
    EXPECT_FALSE(post("/v1/completions", withAllOf("CompletionRequest",
                                                   {{"prompt", "a"}, {"max_tokens", 1}}))["choices"]
                     .empty());
    const json paths = described["paths"];
    for (const auto& [path, operations] : paths.items()) {
        const auto answer = operations.contains("get")
                                ? client_->Get(path.c_str())
                                : client_->Post(path.c_str(), "{}", "application/json");
        EXPECT_EQ(answer->status, operations.contains("get") ? 200 : 400) << path;
    }
}

TEST_F(Server, GivesSeveralChoicesOfSeveralPrompts) {
    const json answer = post("/v1/completions", {{"prompt", {"One", "Two"}},
                                                 {"n", 2},
                                                 {"max_tokens", 4},
                                                 {"temperature", 1.5},
                                                 {"seed", 5},
                                                 {"echo", true}});
    ASSERT_EQ(answer["choices"].size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(answer["choices"][i]["index"], i);
        EXPECT_TRUE(
            answer["choices"][i]["text"].get<std::string>().starts_with(i < 2 ? "One" : "Two"));
    }
    const json again = post(
        "/v1/completions",
        {{"prompt", "One"}, {"max_tokens", 4}, {"temperature", 1.5}, {"seed", 6}, {"echo", true}});
    EXPECT_EQ(again["choices"][0]["text"], answer["choices"][1]["text"])
        << "the seed of the second";
}

TEST_F(Server, EndsBeforeAStopString) {
    const json whole = post("/v1/chat/completions", kGreeting);
    const std::string text = whole["choices"][0]["message"]["content"];
    ASSERT_GT(text.size(), 5U);
    json asked = kGreeting;
    asked["stop"] = text.substr(3, 2);
    const json cut = post("/v1/chat/completions", asked);
    EXPECT_EQ(cut["choices"][0]["message"]["content"],
              text.substr(0, text.find(text.substr(3, 2))));
    EXPECT_EQ(cut["choices"][0]["finish_reason"], "stop");
}

TEST_F(Server, TurnsTextsIntoIdsAndBack) {
    for (const char* prefix : {"", "/v1"}) {
        const std::string path = prefix;
        const json ids = post((path + "/tokenize").c_str(), {{"prompt", "Hello 世界"}});
        EXPECT_EQ(ids["count"], ids["tokens"].size());
        const json plain = post((path + "/tokenize").c_str(),
                                {{"prompt", "Hello 世界"}, {"add_special_tokens", false}});
        EXPECT_EQ(post((path + "/detokenize").c_str(), {{"tokens", plain["tokens"]}})["prompt"],
                  "Hello 世界");
        EXPECT_TRUE(json::parse(client_->Get((path + "/tokenizer_info").c_str())->body)
                        .contains("eos_token"));
    }
    EXPECT_NE(problem("/detokenize", {{"tokens", {1 << 30}}}, 400).find("no token"),
              std::string::npos);
}

TEST_F(Server, RefusesWhatItCannotDoAndGoesOn) {
    EXPECT_NE(problem("/v1/completions", {{"prompt", "a"}, {"mirostat", 2}}, 400).find("mirostat"),
              std::string::npos);
    EXPECT_NE(problem("/v1/completions", {{"prompt", {1 << 30}}}, 400).find("no token"),
              std::string::npos);
    EXPECT_NE(problem("/v1/completions", {{"prompt", "a"}, {"logit_bias", {{"999999999", 1}}}}, 400)
                  .find("logit_bias"),
              std::string::npos);
    json ids = json::array();
    for (int i = 0; i < 5000; ++i)
        ids.push_back(5);
    EXPECT_NE(problem("/v1/completions", {{"prompt", ids}}, 400).find("tokens long"),
              std::string::npos);
    for (const char* body : {"", "{", "[1", "{\"a\":1,\"a\":2}", "\xff", "nul"}) {
        const auto answer = client_->Post("/v1/completions", body, "application/json");
        ASSERT_TRUE(answer) << body;
        EXPECT_EQ(answer->status, 400) << body;
        EXPECT_TRUE(json::parse(answer->body).contains("error"));
    }
    const auto deep =
        client_->Post("/v1/completions", std::string(100'000, '['), "application/json");
    ASSERT_TRUE(deep);
    EXPECT_EQ(deep->status, 400);
    EXPECT_EQ(
        client_
            ->Post("/v1/completions", std::string(kMostRequestBytes + 1, ' '), "application/json")
            ->status,
        413);
    EXPECT_EQ(client_->Get("/v1/nothing")->status, 404);
    EXPECT_EQ(client_->Get("/../../etc/passwd")->status, 404);
    const auto wrong = client_->Get("/v1/completions");
    EXPECT_EQ(wrong->status, 405);
    EXPECT_EQ(wrong->get_header_value("Allow"), "POST, OPTIONS");
    EXPECT_EQ(client_->Delete("/v1/models")->status, 405);
    EXPECT_FALSE(post("/v1/chat/completions", kGreeting)["choices"].empty());
}

TEST_F(Server, LetsNoOtherPageOfTheWebAsk) {
    const auto get = [&](const httplib::Headers& headers) {
        return client_->Get("/v1/models", headers);
    };
    EXPECT_EQ(get({{"Host", "evil.example"}})->status, 403);
    EXPECT_EQ(get({{"Origin", "http://evil.example"}})->status, 403);
    EXPECT_FALSE(
        get({{"Origin", "http://evil.example"}})->has_header("Access-Control-Allow-Origin"));
    start({.origins = {"http://localhost:3000"}});
    const auto allowed = get({{"Origin", "http://localhost:3000"}});
    EXPECT_EQ(allowed->status, 200);
    EXPECT_EQ(allowed->get_header_value("Access-Control-Allow-Origin"), "http://localhost:3000");
    const auto asks =
        client_->Options("/v1/chat/completions", {{"Origin", "http://localhost:3000"}});
    EXPECT_EQ(asks->status, 204);
}

TEST_F(Server, WantsItsKey) {
    start({.key = "secret"});
    EXPECT_EQ(client_->Get("/v1/models")->status, 401);
    EXPECT_EQ(client_->Get("/v1/models", {{"Authorization", "Bearer wrong"}})->status, 401);
    EXPECT_EQ(client_->Get("/v1/models", {{"Authorization", "Bearer secret"}})->status, 200);
}

TEST_F(Server, IsHeardByOthersWithAKeyAlone) {
    const auto open = ApiServer::start(*model_, {.host = "0.0.0.0", .port = 0, .name = "demo"});
    ASSERT_FALSE(open.has_value());
    EXPECT_NE(open.error().message.find("DEEPSEEKMOE_API_KEY"), std::string::npos);
    const auto taken =
        ApiServer::start(*model_, {.host = "127.0.0.1", .port = server_->port(), .name = "demo"});
    ASSERT_FALSE(taken.has_value());
    EXPECT_NE(taken.error().message.find("--port"), std::string::npos);
}

TEST_F(Server, SaysWhenTooManyWait) {
    start({.limits = {.streams = 1, .waiting = 2}});
    const json four = {{"prompt", {"a", "b", "c", "d"}}, {"max_tokens", 2}, {"temperature", 0}};
    const auto answer = client_->Post("/v1/completions", four.dump(), "application/json");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 429);
    EXPECT_EQ(answer->get_header_value("Retry-After"), "1");
    EXPECT_EQ(
        post("/v1/completions", {{"prompt", {"a", "b", "c"}}, {"max_tokens", 2}})["choices"].size(),
        3U);
}

TEST_F(Server, AnswersManyAtOnceAsEachAlone) {
    std::vector<json> asked;
    for (int i = 0; i < 8; ++i)
        asked.push_back({{"prompt", "Number " + std::to_string(i) + " is"},
                         {"max_tokens", 6 + i},
                         {"temperature", 0}});
    std::vector<std::string> together(asked.size());
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        clients.emplace_back([&, i] {
            httplib::Client client("127.0.0.1", server_->port());
            client.set_read_timeout(60);
            const auto answer = client.Post("/v1/completions", asked[i].dump(), "application/json");
            if (answer && answer->status == 200)
                together[i] = json::parse(answer->body)["choices"][0]["text"];
        });
    }
    for (std::thread& client : clients)
        client.join();
    for (std::size_t i = 0; i < asked.size(); ++i)
        EXPECT_EQ(together[i], post("/v1/completions", asked[i])["choices"][0]["text"]) << i;
}

// Of a client that reads a little and goes.
TEST_F(Server, FreesThePlaceOfWhoGoesAway) {
    start({.limits = {.streams = 1, .waiting = 4}});
    json longest = kGreeting;
    longest["max_tokens"] = 900;
    longest["stream"] = true;
    longest["logit_bias"] = {{std::to_string(model_->tokenizer().eosId()), -100}};
    {
        httplib::Client leaver("127.0.0.1", server_->port());
        std::atomic<int> pieces = 0;
        httplib::Request request;
        request.method = "POST";
        request.path = "/v1/chat/completions";
        request.set_header("Content-Type", "application/json");
        request.body = longest.dump();
        request.content_receiver = [&](const char*, std::size_t, std::uint64_t, std::uint64_t) {
            return ++pieces < 3;
        };
        static_cast<void>(leaver.send(request));
        EXPECT_GE(pieces, 1);
    }
    EXPECT_FALSE(post("/v1/chat/completions", kGreeting)["choices"].empty());
    const std::string metrics = client_->Get("/metrics")->body;
    const std::string name = "\ndeepseekmoe_written_tokens_total ";
    const std::size_t place = metrics.find(name);
    ASSERT_NE(place, std::string::npos);
    EXPECT_LT(std::stoi(metrics.substr(place + name.size())), 600)
        << "the 900 were not all written";
}

TEST_F(Server, EndsWhileAnswersAreUnderWay) {
    json longest = kGreeting;
    longest["max_tokens"] = 900;
    longest["logit_bias"] = {{std::to_string(model_->tokenizer().eosId()), -100}};
    std::thread asks([&] {
        httplib::Client client("127.0.0.1", server_->port());
        client.set_read_timeout(60);
        static_cast<void>(client.Post("/v1/chat/completions", longest.dump(), "application/json"));
    });
    while (client_->Get("/metrics")->body.find("deepseekmoe_writing 1") == std::string::npos)
        std::this_thread::yield();
    server_.reset();
    asks.join();
}

}  // namespace
}  // namespace dsm
