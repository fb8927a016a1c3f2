// Standard output and standard error of the program, behind std::cout and std::cerr.
//
// Everything is made visible (engine/text/visible_text.h) on its way out, so that no name, error or note
// commands a terminal, whether it goes there or into a log that one shows later. Replies alone stay
// as the model wrote them where standard output is no terminal: a program may be reading them.
//
// A write that fails (a full disk, a pipe that nobody reads) stops what is under way (Interrupt)
// and is told at the end; SIGPIPE does not end the program before that.
//
// Threads  install() once, in main(), before other threads; then as std::cout.
// Errors   See endOutput().
#pragma once

#include <string_view>

namespace dsm::cli {

void installOutput();

// A piece of a reply, or of the text that it goes on with, to standard output at once.
void showReply(std::string_view piece);

// Whether standard output still takes what is written.
bool outputWorks();

// Writes out what is left of standard output and returns the program's exit code: `exitCode`, or
// kFailure, with a message, where something could not be written.
int endOutput(int exitCode);

}  // namespace dsm::cli
