#include "constraints.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <convtune/catalogue.hpp>
#include <convtune/error.hpp>

#include "amounts.hpp"

namespace convtune {
namespace {

const Words<Precision> precision_words = {
    {"strict", Precision::strict}, {"tf32", Precision::tf32}, {"any", Precision::downconvert}};
const Words<OnMiss> miss_words = {
    {"fail", OnMiss::fail}, {"heuristic", OnMiss::heuristic}, {"measure", OnMiss::measure}};
const Words<Trust> trust_words = {
    {"any", Trust::any}, {"class", Trust::machine_class}, {"exact", Trust::exact}};
const Words<Rigour> rigour_words = {{"predicted", Rigour::predicted},
                                    {"one_run", Rigour::one_run},
                                    {"race", Rigour::race},
                                    {"confirmed", Rigour::confirmed},
                                    {"exhaustive", Rigour::exhaustive}};

/// Misspelt, it would silently mean nothing.
std::string known_tag(const std::string& tag) {
  const std::vector<std::string> known = tag_names();
  if (std::ranges::find(known, tag) == known.end())
    throw Error(ErrorCode::bad_input, not_one_of(tag, known));
  return tag;
}

Tags known_tags(const Tags& tags) {
  for (const std::string& tag : tags) known_tag(tag);
  return tags;
}

}  // namespace

bool QuestionArguments::measures() const {
  return question.on_miss == OnMiss::measure || question.policy.starts_with("time_");
}

const Words<Protocol>& protocol_words() {
  static const Words<Protocol> words = {{"warm", Protocol::warm},
                                        {"cold", Protocol::cold},
                                        {"cold_weights", Protocol::cold_weights},
                                        {"cold_rotated", Protocol::cold_rotated}};
  return words;
}

void add_constraints(Command& command, QuestionArguments& arguments) {
  Question& question = arguments.question;
  Constraints& constraints = question.constraints;
  command.heading("Constraints")
      .option(
          "--workspace-limit", "SIZE",
          [&constraints](const std::string& text) {
            constraints.workspace_limit = parse_bytes(text);
          },
          "At most this much memory besides the tensors: 0, 1MB, 64MiB")
      .flag("--deterministic", constraints.deterministic,
            "Only what is declared and was observed to give equal bits each time")
      .word("--precision", constraints.precision, precision_words,
            "The loosest arithmetic that will do; strict unless said")
      .options(
          "--include", "TAGS",
          [&constraints](const Tags& tags) { constraints.include = known_tags(tags); },
          "Only families with one of these tags: " +
              fmt::format("{}", fmt::join(tag_names(), ", ")))
      .options(
          "--exclude", "TAGS",
          [&constraints](const Tags& tags) { constraints.exclude = known_tags(tags); },
          "No family with one of these tags")
      .option(
          "--require", "TAG",
          [&constraints](const std::string& tag) { constraints.require = known_tag(tag); },
          "Only this family; the answer is no where it cannot be used")
      .word("--rigour", constraints.least, rigour_words,
            "Only what was measured at least this well; one_run unless said")
      .word("--trust", constraints.trust, trust_words,
            "Rows of this environment only, of this class of machine too (default), or any")
      .option(
          "--max-age", "TIME",
          [&constraints](const std::string& text) {
            constraints.max_age_seconds = std::llround(parse_duration(text));
          },
          "Only what was measured within this time: 30d, 12h")
      .word("--protocol", constraints.protocol, protocol_words(),
            "State of the caches before each call; warm unless said")
      .option(
          "--policy", "POLICY",
          [&question](const std::string& name) {
            if (name.empty()) throw Error(ErrorCode::bad_input, "its name is empty.");
            question.policy = name;
          },
          "How to choose, by one of Theano's names: " +
              fmt::format("{}", fmt::join(policy_names(), ", ")))
      .option(
          "--on-miss", joined(miss_words),
          [&arguments](const std::string& word) {
            arguments.question.on_miss = meaning(word, miss_words);
            arguments.on_miss_given = true;
          },
          "What to do when nothing that fits was measured; heuristic unless said")
      .isolation();
}

const Question& checked(const QuestionArguments& arguments) {
  if (arguments.on_miss_given && !arguments.question.policy.empty())
    throw Error(
        ErrorCode::bad_input,
        "--policy and --on-miss exclude each other: a policy says itself what a miss does.");
  return arguments.question;
}

}  // namespace convtune
