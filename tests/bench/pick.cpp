// How much faster the pick is than oneDNN's own choice: every layer of the installed shape sets is
// tuned from nothing (f32, forward, constant weights), and the pick's samples are divided by those
// of onednn.convolution/default in the same rounds.
//   OMP_WAIT_POLICY=passive pick [--sets NAME,...] [--batches 1,4] [--threads 1,2]
//   [--layouts nchw,any] [--quick] [--layers]
// One line for every combination: layers, geometric mean, the worst one, how many times longer the
// pick of a 3x3 layer takes at worst that may use 1 MiB of workspace only, what the mean would be
// if every pick that is slower than the definition's products in registers took no longer than
// these (bound), seconds that tuning took, and how often each implementation wins; at the end, the
// same of all. --layers tells every layer, --quick races one layer of four.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <convtune/problem_list.hpp>
#include <convtune/selector.hpp>
#include <convtune/tuner.hpp>

#include "products.hpp"

using namespace convtune;

namespace {

constexpr const char* worker = "worker";

struct Asked {
  std::vector<std::string> sets, batches{"1", "4"}, threads{"1", "2"}, layouts{"nchw", "any"};
  bool quick = false, layers = false;
};

std::vector<std::string> parts(std::string_view list) {
  std::vector<std::string> all;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    all.emplace_back(list.substr(start, end - start));
    start = end + 1;
  }
  return all;
}

std::vector<ListedProblem> layers(const std::string& set, int batch, const std::string& layout,
                                  bool quick) {
  std::vector<ListedProblem> all =
      modified(read_source(set), {.batch = batch,
                                  .directions = {Direction::forward},
                                  .type = DataType::f32,
                                  .layout = layout == "any" ? Layout::any : Layout::channels_first,
                                  .constant_weights = true})
          .problems;
  if (!quick) return all;
  std::vector<ListedProblem> few;
  for (std::size_t i = 0; i < all.size(); i += 4) few.push_back(all[i]);
  return few;
}

/// Removed with all in it.
struct Folder {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("convtune_pick_{}", ::getpid());
  Folder() { std::filesystem::create_directory(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

// The most of some runs: what is not reached was taken away.
double operations_a_second(const Device& device) {
  using Clock = std::chrono::steady_clock;
  double most = 0;
  for (int run = 0; run < 100; ++run) {
    const auto start = Clock::now();
    multiply(device);
    const std::chrono::duration<double> passed = Clock::now() - start;
    most = std::max(most, peak_operations(device) / passed.count());
  }
  return most;
}

bool is_3x3(const ConvProblem& problem) {
  return problem->axes().size() == 2 && problem->axes()[0].filter == 3 &&
         problem->axes()[1].filter == 3;
}

struct Total {
  double peak = 0;  ///< products in registers: operations a second
  double logarithms = 0, bound_logarithms = 0, worst = HUGE_VAL, worst_limited = 0, seconds = 0;
  int layers = 0, unanswered = 0;
  std::string worst_layer;
  std::map<std::string, int> wins;

  void add(const Tuned& tuned, bool tell) {
    seconds += tuned.cost_seconds;
    if (!tuned.speedup) {
      ++unanswered;
      return;
    }
    ++layers;
    ++wins[tuned.choice.candidate.substr(0, tuned.choice.candidate.find('/'))];
    logarithms += std::log(*tuned.speedup);
    const double at_peak = 2 * multiply_accumulates(tuned.listed.problem) / peak;
    const double taken = tuned.choice.seconds.value_or(at_peak);
    bound_logarithms += std::log(*tuned.speedup * std::max(1.0, taken / at_peak));
    if (*tuned.speedup < worst) {
      worst = *tuned.speedup;
      worst_layer = text(tuned.listed.problem);
    }
    if (tell)
      fmt::print("  {:6.2f}  {}  {} ({})\n", *tuned.speedup, text(tuned.listed.problem),
                 tuned.choice.candidate, name(tuned.choice.confidence));
  }

  /// What of `tuned` a question with a limit of its workspace gets.
  void add_limited(const Tuned& tuned, Selector& selector) {
    if (!tuned.choice.seconds || !is_3x3(tuned.listed.problem)) return;
    const Choice limited = selector.select(
        tuned.listed.problem, {.constraints = {.workspace_limit = std::size_t{1} << 20}});
    const double ratio = limited.seconds ? *limited.seconds / *tuned.choice.seconds : HUGE_VAL;
    worst_limited = std::max(worst_limited, ratio);
  }

  void tell(const std::string& set, const std::string& batch, const std::string& threads,
            const std::string& layout) const {
    std::vector<std::string> winners;
    for (const auto& [implementation, count] : wins)
      winners.push_back(fmt::format("{} {}", implementation, count));
    const std::string limited = worst_limited > 0 ? fmt::format("{:.2f}", worst_limited) : "-";
    fmt::print(
        "{:<18} {:>5} {:>7} {:>6} {:>6} {:>8.2f} {:>6.2f} {:>6} {:>6.2f} {:>8.1f}  {}; worst "
        "{}\n",
        set, batch, threads, layout, layers, std::exp(logarithms / layers), worst, limited,
        std::exp(bound_logarithms / layers), seconds, fmt::join(winners, ", "), worst_layer);
    if (unanswered > 0) fmt::print("  {} layers have no such ratio\n", unanswered);
    std::fflush(stdout);
  }
};

Total tuned(const std::vector<ListedProblem>& problems, int threads, bool tell) {
  const Folder folder;
  const Context context{.database = folder.path / "times.db",
                        .device = "cpu",
                        .threads = threads,
                        .worker = {"/proc/self/exe", worker}};
  Total total{.peak = operations_a_second(probe_device(context))};
  Tuner tuner(context);
  Selector selector(context);
  tuner.tune(problems, {}, [&](const Tuned& one) {
    total.add(one, tell);
    total.add_limited(one, selector);
  });
  return total;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 2 && arguments[1] == std::string_view(worker)) return serve_worker() ? 0 : 1;
  Asked asked;
  for (const ShapeSet& set : shape_sets()) asked.sets.emplace_back(set.name);
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    const auto list = [&] { return parts(i + 1 < count ? arguments[++i] : ""); };
    if (option == "--sets")
      asked.sets = list();
    else if (option == "--batches")
      asked.batches = list();
    else if (option == "--threads")
      asked.threads = list();
    else if (option == "--layouts")
      asked.layouts = list();
    else if (option == "--quick")
      asked.quick = true;
    else if (option == "--layers")
      asked.layers = true;
    else {
      fmt::print(stderr, "There is no option {}; the options are told at the top of pick.cpp.\n",
                 option);
      return 2;
    }
  }
  fmt::print("{:<18} {:>5} {:>7} {:>6} {:>6} {:>8} {:>6} {:>6} {:>6} {:>8}  wins\n", "set", "batch",
             "threads", "layout", "layers", "geomean", "worst", "1 MiB", "bound", "seconds");
  double logarithms = 0, bound_logarithms = 0;
  int layers_in_all = 0;
  std::map<std::string, int> wins;
  for (const std::string& layout : asked.layouts)
    for (const std::string& batch : asked.batches)
      for (const std::string& threads : asked.threads)
        for (const std::string& set : asked.sets) {
          const Total total = tuned(layers(set, std::atoi(batch.c_str()), layout, asked.quick),
                                    std::atoi(threads.c_str()), asked.layers);
          total.tell(set, batch, threads, layout);
          logarithms += total.logarithms;
          bound_logarithms += total.bound_logarithms;
          layers_in_all += total.layers;
          for (const auto& [implementation, times] : total.wins) wins[implementation] += times;
        }
  fmt::print("{} layers: geomean {:.2f}, bound {:.2f}\n", layers_in_all,
             std::exp(logarithms / layers_in_all), std::exp(bound_logarithms / layers_in_all));
  for (const auto& [implementation, times] : wins) fmt::print("{:6} {}\n", times, implementation);
}
