// convtune's part of peers: runs what the database answers for a problem, when it is told to.
//   peers_pick PROBLEM DATABASE THREADS FOLDER
// Reads FOLDER/source and FOLDER/filter (plain float32), writes FOLDER/destination and tells the
// candidate; then, for each number that it reads, calls it once and so often again, and tells the
// seconds of the latter: of processor time where THREADS is 1.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

#include <convtune/error.hpp>
#include <convtune/selector.hpp>
#include <tuner/buffer.hpp>
#include <tuner/clock.hpp>

#include "offers.hpp"

using namespace convtune;

namespace {

/// Starts this program again where libraries, which read them when they load, need other settings.
void settle(const std::vector<std::string>& settings, char** arguments) {
  if (settings.empty()) return;
  for (const std::string& each : settings) {
    const std::size_t equals = each.find('=');
    setenv(each.substr(0, equals).c_str(), each.substr(equals + 1).c_str(), 1);
  }
  execv("/proc/self/exe", arguments);
}

double now(int threads) {
  return threads == 1 ? static_cast<double>(std::clock()) / CLOCKS_PER_SEC : steady_clock().now();
}

Buffer loaded(const Plan& plan, Role role, const std::string& file) {
  std::vector<char> plain(bytes(plan.problem(), role));
  if (!std::ifstream(file).read(plain.data(), static_cast<std::streamsize>(plain.size())))
    throw Error(ErrorCode::bad_input, file + " is too short.");
  Buffer buffer(plan.bytes(role));
  plan.load(role, plain.data(), buffer.data());
  return buffer;
}

void serve(char** arguments) {
  const Context context{.database = arguments[2], .threads = std::atoi(arguments[3])};
  const std::string folder = arguments[4];
  settle(library_settings(context), arguments);
  const ConvProblem problem = parse_problem(arguments[1]);
  Question question{.on_miss = OnMiss::fail};
  question.constraints.exclude = {std::string(own_process_tag)};  // a program cannot run those
  const Choice choice = Selector(context).select(problem, question);
  if (choice.candidate.empty()) throw Error(ErrorCode::no_answer, choice.reason);

  const Rooms rooms = real_rooms(context);
  const Contender pick =
      chosen_from(offers_for(problem, rooms).contenders, choice.candidate, "").at(0);
  const auto plan = pick.implementation->prepare(problem, pick.candidate, rooms.device);
  Buffer source = loaded(*plan, Role::source, folder + "/source");
  Buffer filter = loaded(*plan, Role::filter, folder + "/filter");
  Buffer destination(plan->bytes(Role::destination)), workspace(plan->workspace_bytes());
  destination.poison();
  const Buffers buffers{.source = source.data(),
                        .filter = filter.data(),
                        .destination = destination.data(),
                        .workspace = workspace.data()};
  plan->run(buffers);
  std::vector<char> result(bytes(problem, Role::destination));
  plan->unload(Role::destination, destination.data(), result.data());
  std::ofstream(folder + "/destination")
      .write(result.data(), static_cast<std::streamsize>(result.size()));
  std::cout << choice.candidate << std::endl;

  for (int calls = 0; std::cin >> calls;) {
    plan->run(buffers);
    const double start = now(context.threads);
    for (int call = 0; call < calls; ++call) plan->run(buffers);
    std::cout << now(context.threads) - start << std::endl;
  }
}

}  // namespace

int main(int count, char** arguments) try {
  if (count != 5)
    throw Error(ErrorCode::bad_input, "The arguments are told at the top of pick.cpp.");
  serve(arguments);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
