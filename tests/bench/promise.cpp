// Does one tuning answer later questions about workspace and determinism like a tuning under them?
//   promise PROBLEMS...     promise layers.txt
// Every problem is tuned once without constraints, and twice under each of them from nothing; every
// tuning has a database of its own. Counted is how often the answers are the same or tied: the
// lookup's with that of the first restricted tuning, and, as the limit that this machine sets,
// those of the two restricted tunings with each other. The cost is in timed calls.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include <convtune/problem_list.hpp>
#include <convtune/selector.hpp>
#include <convtune/store.hpp>
#include <convtune/tuner.hpp>
#include <db/sqlite_store.hpp>

using namespace convtune;

namespace {

struct Asked {
  const char* name;
  Constraints constraints;
};

// A database that is empty at first and gone at last.
class Scratch {
 public:
  Scratch() { remove(); }
  ~Scratch() { remove(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }

  std::size_t timed_calls(const ConvProblem& problem) const {
    std::size_t calls = 0;
    for (const Run& run : open_sqlite_store(path_, OpenMode::read)->runs(problem))
      for (const Measurement& each : run.measurements) calls += each.samples.size();
    return calls;
  }

 private:
  void remove() const {
    for (const char* const end : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + end);
  }

  std::string path_ =
      std::filesystem::temp_directory_path() / fmt::format("promise-{}.db", getpid());
};

Choice answered(const Context& context, const ConvProblem& problem, const Asked& asked,
                OnMiss on_miss) {
  return Selector(context).select(problem, {.constraints = asked.constraints, .on_miss = on_miss});
}

bool among(const std::string& candidate, const Choice& choice) {
  return candidate == choice.candidate ||
         std::ranges::find(choice.ties, candidate) != choice.ties.end();
}

bool agree(const Choice& a, const Choice& b) {
  return among(a.candidate, b) || among(b.candidate, a);
}

std::string told(const Choice& choice) {
  return fmt::format("{} ({:.3g} ms, {})", choice.candidate, 1e3 * choice.seconds.value_or(0),
                     name(choice.confidence));
}

}  // namespace

int main(int argc, char** argv) {
  const Asked questions[] = {{"--workspace-limit 0", {.workspace_limit = 0}},
                             {"--workspace-limit 1MiB", {.workspace_limit = 1 << 20}},
                             {"--deterministic", {.deterministic = true}}};
  std::size_t once = 0, restricted = 0, asked = 0, agreed = 0, limit = 0;
  int threads = 0;
  for (int i = 1; i < argc; ++i)
    for (const ListedProblem& listed : read_source(argv[i]).problems) {
      const ConvProblem& problem = listed.problem;
      fmt::print(stderr, "{}\n", text(problem));
      std::vector<Choice> looked_up;
      {
        const Scratch database;
        const Context context{.database = database.path()};
        Tuner(context).tune({listed}, {}, [](const Tuned&) {});
        for (const Asked& each : questions)
          looked_up.push_back(answered(context, problem, each, OnMiss::heuristic));
        once += database.timed_calls(problem);
      }
      for (std::size_t q = 0; q < std::size(questions); ++q) {
        const Asked& question = questions[q];
        std::vector<Choice> tuned;
        for (int again = 0; again < 2; ++again) {
          const Scratch database;
          const Context context{.database = database.path()};
          tuned.push_back(answered(context, problem, question, OnMiss::measure));
          if (again == 0) restricted += database.timed_calls(problem);
        }
        ++asked;
        threads = tuned[0].threads;
        agreed += agree(looked_up[q], tuned[0]);
        limit += agree(tuned[0], tuned[1]);
        if (!agree(looked_up[q], tuned[0]))
          fmt::print("{} {}: {} against {}, then {}\n", text(problem), question.name,
                     told(looked_up[q]), told(tuned[0]), told(tuned[1]));
        std::fflush(stdout);
      }
    }
  fmt::print("{} of {} answers agree, {} of two tunings under the same constraint; {} threads\n",
             agreed, asked, limit, threads);
  fmt::print("timed calls: {} for one tuning of each, {} for three under constraints\n", once,
             restricted);
}
