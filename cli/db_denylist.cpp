#include <charconv>

#include <fmt/format.h>

#include <convtune/storage.hpp>
#include <report/storage.hpp>

#include "db.hpp"
#include "output.hpp"

namespace convtune {
namespace {

int show(const Session& session) {
  const auto denials = open_store(session.context())->denials();
  session.print(json(denials), rendered(denials, session.paper()));
  return exit_done;
}

struct Addition {
  std::vector<std::string> pattern;
  Denial denial;
};

int add(const Session& session, Addition addition) {
  addition.denial.pattern = addition.pattern.front();
  const Denial now = deny(session.context(), addition.denial);
  if (now.reason != addition.denial.reason)
    session.warn({fmt::format("It was denied before, for this: {}", now.reason)});
  if (!may_match_candidates(session.context(), now.pattern))
    session.warn({fmt::format("No candidate that is known here matches '{}'.", now.pattern)});
  session.print(json(std::vector{now}), rendered(std::vector{now}, session.paper()));
  return exit_done;
}

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size())
    throw Error(
        ErrorCode::bad_input,
        fmt::format("'{}' is no number of a denial; 'convtune db denylist' shows them.", text));
  return number;
}

int lift_all(const Session& session, const std::vector<std::string>& texts) {
  std::vector<std::int64_t> numbers;
  for (const std::string& text : texts) numbers.push_back(number_of(text));
  std::vector<Denial> lifted;
  int code = exit_done;
  for (const std::int64_t number : numbers) {
    if (const auto denial = lift(session.context(), number)) {
      lifted.push_back(*denial);
      continue;
    }
    write_message(fmt::format("There is no denial with the number {}.", number));
    code = exit_bad_input;
  }
  std::string text;
  for (const Denial& each : lifted)
    text += fmt::format("lifted: {} ({})\n", each.pattern, each.reason);
  session.print(json(lifted), text);
  return code;
}

std::uint64_t environment_of(const std::string& text) {
  std::uint64_t hash = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), hash, 16);
  constexpr std::size_t digits = 16;
  if (error != std::errc{} || end != text.data() + text.size() || text.size() != digits)
    throw Error(ErrorCode::bad_input,
                fmt::format("'{}' is no hash of an environment: sixteen hexadecimal digits, as "
                            "'convtune db info' shows them",
                            text));
  return hash;
}

}  // namespace

void add_db_denylist(Command& db, Session& session) {
  Command denylist =
      db.add("denylist", "Candidates that are not offered, not tuned and never answer",
             "convtune db denylist");
  denylist.does([&session] { return show(session); });

  auto addition = std::make_shared<Addition>();
  Command adding =
      denylist.add("add", "Deny candidates",
                   "convtune db denylist add 'onednn.convolution/*winograd*' --reason inexact");
  adding.arguments("PATTERN", Count::one, addition->pattern, "Glob over the candidates' text")
      .option("--reason", "TEXT", addition->denial.reason, "Why; must be said")
      .option("--backend", "NAME", addition->denial.range.backend,
              "Only candidates of this backend; otherwise everyone's")
      .option(
          "--environment", "HASH",
          [addition](const std::string& text) {
            addition->denial.range.environment = environment_of(text);
          },
          "Only in this environment; otherwise everywhere");
  adding.does([&session, addition] { return add(session, *addition); });

  auto numbers = std::make_shared<std::vector<std::string>>();
  Command lifting =
      denylist.add("lift", "Take denials off the list", "convtune db denylist lift 1");
  lifting.arguments("NUMBERS", Count::some, *numbers, "Numbers of denials");
  lifting.does([&session, numbers] { return lift_all(session, *numbers); });
}

}  // namespace convtune
