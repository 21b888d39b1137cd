#pragma once
/// Running somebody else's program on one image.

#include <chrono>
#include <string>
#include <vector>

namespace csgis {

/// A command line taken apart at blanks; single or double quotes keep blanks together. No shell sees it: no variables,
/// no wild cards, no pipes. @throws UsageError  an open quote, no words
std::vector<std::string> split_command(const std::string& text);

/// Runs the program, its standard input and output closed to it, in a process group of its own that is killed as a
/// whole when the time is over. @return wall seconds.
/// @throws DataError  it cannot be started, takes longer than `limit`, ends by a signal or with another code than 0;
///                    the message holds the end of what it wrote to its standard error
double run_program(const std::vector<std::string>& arguments, std::chrono::milliseconds limit);

}  // namespace csgis
