#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <convtune/device.hpp>
#include <convtune/implementation.hpp>
#include <convtune/problem.hpp>

namespace convtune {

// What the tuner and a worker process tell each other, one JSON object a line. Neither trusts the
// other: whatever does not parse, is too long or was not asked for ends the worker.

/// Grows with every change of what follows.
inline constexpr int protocol_version = 5;

/// Longer lines are not read.
inline constexpr std::size_t longest_line = std::size_t{1} << 16;

/// Whole pages of the shared memory; data begin `shared_lead` bytes into them, and what is meant
/// `inside` bytes further.
struct SharedPlace {
  std::int64_t offset = 0, length = 0, inside = 0;
  bool operator==(const SharedPlace&) const = default;
};
inline constexpr std::size_t shared_lead = 4096 + 64;

/// The order of Request::buffers.
enum class Seat { source, filter, destination, bias, workspace };
inline constexpr std::size_t seats = 5;

struct Request {
  enum class Task {
    prepare,
    announce,
    load,
    unload,
    upload,
    poison,
    download,
    run,
    run_cold,
    reorder,
    tidy
  };

  Task task = Task::tidy;
  std::int64_t id = 0;    ///< comes back in the answer
  std::int64_t plan = 0;  ///< a number of the caller's choice

  // prepare, announce
  std::string problem = {};
  Candidate candidate = {};
  Device device = {};
  std::int64_t allowance_bytes = 0;  ///< of memory that the worker may take beyond what it has

  // load, unload, reorder
  Role role = Role::source;
  SharedPlace plain = {}, buffer = {};

  // upload, poison, download, run, run_cold, reorder
  std::array<std::optional<SharedPlace>, seats> buffers = {};
  int calls = 1;

  // any: what is not needed any more
  std::vector<std::int64_t> plans_gone = {}, places_gone = {};
};

/// What a prepared plan says of itself.
struct PreparedPlan {
  std::string configuration;
  std::int64_t workspace_bytes = 0;
  Layouts layouts;
  std::array<std::int64_t, 3> bytes = {};  ///< by role: source, filter, destination
  std::array<bool, 3> reorders = {};
  bool operator==(const PreparedPlan&) const = default;
};

struct Answer {
  enum class Kind {
    hello,      ///< once, before anything is asked: `version`
    beat,       ///< now and then while a request is worked on
    guard,      ///< `outside`: the process is about to end, having touched what lies there
    done,       ///< `id`, and what was asked for
    failed,     ///< `id`, `reason`: the candidate's code said so
    no_memory,  ///< `id`: what it wanted to allocate was not to be had
  };
  Kind kind = Kind::beat;
  int version = 0;
  std::int64_t id = 0;
  double seconds = 0;
  double megahertz = 0;  ///< see Trial::Pace
  bool slowed = false;
  std::int64_t outside = 0;  ///< bytes from the end of a buffer; negative: ahead of it
  std::string reason = {};
  std::optional<PreparedPlan> prepared = {};
};

/// One line without its end.
std::string line(const Request& request);
std::string line(const Answer& answer);

/// Throws Error(bad_input) saying what is wrong; never anything else, whatever `text` is.
Request parse_request(std::string_view text);
Answer parse_answer(std::string_view text);

}  // namespace convtune
