#include "constraints.hpp"

#include <cmath>

#include <convtune/error.hpp>

#include "amounts.hpp"
#include "words.hpp"

namespace convtune {
namespace {

const Words<Precision> precision_words = {
    {"strict", Precision::strict}, {"tf32", Precision::tf32}, {"any", Precision::downconvert}};
const Words<OnMiss> miss_words = {
    {"fail", OnMiss::fail}, {"heuristic", OnMiss::heuristic}, {"measure", OnMiss::measure}};
const Words<Trust> trust_words = {
    {"any", Trust::any}, {"class", Trust::machine_class}, {"exact", Trust::exact}};
const Words<Protocol> protocol_words = {{"warm", Protocol::warm}, {"cold", Protocol::cold}};
const Words<Rigour> rigour_words = {{"predicted", Rigour::predicted},
                                    {"one_run", Rigour::one_run},
                                    {"race", Rigour::race},
                                    {"confirmed", Rigour::confirmed},
                                    {"exhaustive", Rigour::exhaustive}};

}  // namespace

bool QuestionArguments::measures() const {
  return question.on_miss == OnMiss::measure || question.policy.starts_with("time_");
}

void add_constraints(CLI::App& command, QuestionArguments& arguments) {
  const std::string group = "Constraints";
  Question& question = arguments.question;
  Constraints& constraints = question.constraints;
  add_parsed<std::size_t>(
      command, "--workspace-limit", parse_bytes,
      [&constraints](std::size_t bytes) { constraints.workspace_limit = bytes; },
      "At most this much memory besides the tensors: 0, 1MB, 64MiB")
      ->type_name("SIZE")
      ->group(group);
  command
      .add_flag("--deterministic", constraints.deterministic,
                "Only what is declared and was observed to give equal bits each time")
      ->group(group);
  add_word(command, "--precision", constraints.precision, precision_words,
           "The loosest arithmetic that will do; strict unless said")
      ->group(group);
  command.add_option("--include", constraints.include, "Only families with one of these tags")
      ->delimiter(',')
      ->expected(1)
      ->type_name("TAGS")
      ->group(group);
  command.add_option("--exclude", constraints.exclude, "No family with one of these tags")
      ->delimiter(',')
      ->expected(1)
      ->type_name("TAGS")
      ->group(group);
  command
      .add_option("--require", constraints.require,
                  "Only this family; the answer is no where it cannot be used")
      ->type_name("TAG")
      ->group(group);
  add_word(command, "--rigour", constraints.least, rigour_words,
           "Only what was measured at least this well; one_run unless said")
      ->group(group);
  add_word(command, "--trust", constraints.trust, trust_words,
           "Rows of this environment only, of this class of machine too (default), or any")
      ->group(group);
  add_parsed<double>(
      command, "--max-age", parse_duration,
      [&constraints](double seconds) { constraints.max_age_seconds = std::llround(seconds); },
      "Only what was measured within this time: 30d, 12h")
      ->type_name("TIME")
      ->group(group);
  add_word(command, "--protocol", constraints.protocol, protocol_words,
           "State of the caches before each call; warm unless said")
      ->group(group);
  command
      .add_option(
          "--policy", question.policy,
          "How to choose, by one of Theano's names: time_once, guess_once, small, none, ...")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option_function<std::string>(
          "--on-miss",
          [&arguments](const std::string& word) {
            arguments.question.on_miss = meaning("--on-miss", word, miss_words);
            arguments.on_miss_given = true;
          },
          "What to do when nothing that fits was measured; heuristic unless said")
      ->type_name(joined(miss_words))
      ->group(group);
}

const Question& checked(const QuestionArguments& arguments) {
  if (arguments.on_miss_given && !arguments.question.policy.empty())
    throw Error(
        ErrorCode::bad_input,
        "--policy and --on-miss exclude each other: a policy says itself what a miss does.");
  return arguments.question;
}

}  // namespace convtune
