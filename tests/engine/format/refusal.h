// What a broken file must be answered with.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "kernels/base/result.h"

namespace dsm {

struct Refusal {
    std::string file;
    ErrorCode code;
    std::vector<std::string> says;  // each part of the message
};

template <class T>
void expectRefused(const Result<T>& result, const Refusal& expected) {
    SCOPED_TRACE(expected.file);
    ASSERT_FALSE(result.has_value()) << "was accepted";
    const Error& error = result.error();
    EXPECT_EQ(static_cast<int>(error.code), static_cast<int>(expected.code)) << error.message;
    for (const std::string& part : expected.says) {
        EXPECT_NE(error.message.find(part), std::string::npos)
            << "\"" << part << "\" is not in: " << error.message;
    }
    EXPECT_TRUE(error.message.ends_with('.')) << error.message;
}

}  // namespace dsm
