#include "pipelines/external_program.h"

#include "core/error.h"
#include "tests/support/catch.h"
#include "tests/support/test_folder.h"

#include <boost/filesystem/operations.hpp>
#include <thread>

using namespace csgis;
using Catch::Contains;
using namespace std::chrono_literals;
using Words = std::vector<std::string>;

TEST_CASE("a command is taken apart at blanks outside of quotes") {
  CHECK(split_command("prog {in} {out}") == Words{"prog", "{in}", "{out}"});
  CHECK(split_command("  a\t'b c'd \"e 'f\" ''  ") == Words{"a", "b cd", "e 'f", ""});
  CHECK(split_command("a $HOME *.png;b|c") == Words{"a", "$HOME", "*.png;b|c"});
  CHECK_THROWS_AS(split_command("a 'b"), UsageError);
  CHECK_THROWS_AS(split_command("  "), UsageError);
}

TEST_CASE("a program that ends well is timed, others are refused with their last words") {
  CHECK(run_program({"sleep", "0.2"}, 10s) >= 0.2);
  CHECK_THROWS_WITH(run_program({"sh", "-c", "echo first >&2; echo the reason >&2; exit 3"}, 10s),
                    Contains("code 3") && Contains("the reason"));
  CHECK_THROWS_WITH(run_program({"sh", "-c", "kill -9 $$"}, 10s), Contains("signal 9"));
  CHECK_THROWS_WITH(run_program({"/no/such/program"}, 10s), Contains("/no/such/program cannot be started"));
  CHECK_THROWS_WITH(run_program({"sh", "-c", "head -c 9000000 /dev/zero | tr '\\0' x >&2; exit 1"}, 60s),
                    Contains("code 1"));  // the text is cut, and the program not held up
}

TEST_CASE("a program that takes too long is ended, and so is what it started") {
  const testing::TestFolder folder;
  const auto mark = folder.path() / "late";
  const std::string script = "(sleep 1; touch " + mark.string() + ") & sleep 60";
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH(run_program({"sh", "-c", script}, 300ms), Contains("longer than 0.3 s"));
  // One that closes its standard error and sleeps on.
  CHECK_THROWS_WITH(run_program({"sh", "-c", "exec 2>&-; sleep 60"}, 300ms), Contains("longer than"));
  CHECK(std::chrono::steady_clock::now() - begin < 30s);
  std::this_thread::sleep_for(1500ms);
  CHECK_FALSE(boost::filesystem::exists(mark));
}

TEST_CASE("its standard input is empty and nothing of it reaches ours") {
  CHECK(run_program({"sh", "-c", "test -z \"$(cat)\""}, 10s) < 10);
}
