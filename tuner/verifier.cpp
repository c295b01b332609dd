#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <tuner/verifier.hpp>

namespace convtune {
namespace {

constexpr std::array roles = {Role::source, Role::filter, Role::destination};
constexpr double long_call = 1;  // seconds: a first call beyond is not tried again for its own sake
// More calls for whoever would be too slow, lest the machine stood in the way of two.
constexpr int second_chances = 3;
constexpr double chance_seconds = 0.3;  // all together
constexpr const char* changed_its_input = "changed its input";

bool same(const Buffer& one, const Buffer& other) {
  return one.bytes() == other.bytes() && std::memcmp(one.data(), other.data(), one.bytes()) == 0;
}

std::vector<std::byte> copied(const Buffer& buffer) {
  const auto* const bytes = static_cast<const std::byte*>(buffer.data());
  return {bytes, bytes + buffer.bytes()};
}

}  // namespace

// The memory that one plan works on while it is checked.
class Verifier::Bench {
 public:
  Bench(const ConvProblem& problem, Trial& trial, Memory& memory)
      : problem_(problem),
        trial_(trial),
        memory_(memory),
        output_(output_role(problem->direction)),
        tensors_{Buffer(trial.bytes(Role::source), memory),
                 Buffer(trial.bytes(Role::filter), memory),
                 Buffer(trial.bytes(Role::destination), memory)},
        bias_(problem->bias ? bytes(problem, Role::bias) : 0, memory),
        workspace_(trial.apart() ? 0 : trial.workspace_bytes(), memory) {}

  void load(const TestData& data) {
    data_ = &data;
    for (const Role role : roles)
      if (role != output_ && is_read(problem_, role)) trial_.load(role, data.typed(role), at(role));
    if (bias_.bytes() > 0) std::memcpy(bias_.data(), data.typed(Role::bias), bias_.bytes());
    sums_ = checksums();
    Buffers inputs = buffers();
    at(inputs, output_) = inputs.workspace = nullptr;
    trial_.upload(inputs);
  }

  // One call on poisoned memory. What it did to memory that is not its own, or empty.
  std::string run() {
    Buffers written{.workspace = workspace_.data()};
    at(written, output_) = at(output_);
    if (trial_.apart()) {
      trial_.poison(written);
    } else {
      buffer(output_).poison();
      workspace_.poison();
    }
    if (is_read(problem_, output_)) {
      trial_.load(output_, data_->typed(output_), at(output_));
      written.workspace = nullptr;
      trial_.upload(written);
    }
    seconds_ = trial_.run(buffers(), 1);
    trial_.download(buffers());
    return trespass();
  }

  double seconds() const { return seconds_; }

  bool changed_input() const { return checksums() != sums_; }

  Buffer output() {
    Buffer plain(bytes(problem_, output_), memory_);
    trial_.unload(output_, at(output_), plain.data());
    return plain;
  }

 private:
  Buffer& buffer(Role role) { return tensors_[static_cast<std::size_t>(role)]; }
  void* at(Role role) { return buffer(role).data(); }
  static void*& at(Buffers& buffers, Role role) {
    return role == Role::source   ? buffers.source
           : role == Role::filter ? buffers.filter
                                  : buffers.destination;
  }
  Buffers buffers() {
    return {.source = at(Role::source),
            .filter = at(Role::filter),
            .destination = at(Role::destination),
            .bias = problem_->bias ? bias_.data() : nullptr,
            .workspace = workspace_.data()};
  }

  std::string trespass() {
    for (const Role role : roles)
      if (const auto zone = buffer(role).damage(); !zone.empty())
        return fmt::format("wrote {} the {} buffer", zone, name(role));
    if (const auto zone = bias_.damage(); !zone.empty())
      return fmt::format("wrote {} the bias", zone);
    if (const auto zone = workspace_.damage(); !zone.empty())
      return fmt::format("wrote {} the workspace", zone);
    return {};
  }

  std::array<std::uint64_t, 4> checksums() const {
    std::array<std::uint64_t, 4> sums{};
    sums.back() = bias_.checksum();
    for (const Role role : roles)
      if (role != output_)
        sums[static_cast<std::size_t>(role)] = tensors_[static_cast<std::size_t>(role)].checksum();
    return sums;
  }

  const ConvProblem& problem_;
  Trial& trial_;
  Memory& memory_;
  Role output_;
  std::array<Buffer, 3> tensors_;
  Buffer bias_, workspace_;
  const TestData* data_ = nullptr;
  std::array<std::uint64_t, 4> sums_{};
  double seconds_ = 0;
};

Verifier::Set::Set(const ConvProblem& problem, DataKind kind, bool full, Memory& memory,
                   Summation* elsewhere)
    : data(problem, kind, memory), oracle(problem, kind, data, full, elsewhere) {
  data.forget_plain();
}

Verifier::Verifier(const ConvProblem& problem, Memory& memory, Summation* elsewhere)
    : Verifier(problem, memory, Oracle::is_full(problem), elsewhere) {}

Verifier::Verifier(const ConvProblem& problem, Memory& memory, bool full, Summation* elsewhere)
    : problem_(problem), memory_(memory) {
  sets_.reserve(2);
  sets_.emplace_back(problem, DataKind::integers, full, memory, elsewhere);
  sets_.emplace_back(problem, DataKind::uniform, full, memory, elsewhere);
}

namespace {

// On a device others may have taken it meanwhile: it is due again when there is more.
std::pair<Outcome, std::string> out_of_memory(const Trial& trial) {
  const std::string wants = "cannot allocate the memory that it wants";
  if (!trial.apart()) return {Outcome::failed, wants};
  return {Outcome::refused, std::string(short_of_memory) + "its tensors and its workspace of " +
                                std::to_string(trial.workspace_bytes()) +
                                " bytes were not to be had"};
}

}  // namespace

Checked Verifier::check(Trial& trial, const Candidate& candidate, double limit_seconds) {
  Checked checked;
  checked.error.bound = error_bound(problem_, candidate);
  checked.outcome = Outcome::failed;
  try {
    std::tie(checked.outcome, checked.reason) = examine(trial, candidate, limit_seconds, checked);
  } catch (const TrialLost& lost) {
    checked.outcome = lost.outcome();
    checked.reason = lost.what();
  } catch (const WorkplaceLost&) {
    throw;
  } catch (const std::bad_alloc&) {
    std::tie(checked.outcome, checked.reason) = out_of_memory(trial);
  } catch (const std::exception& error) {
    checked.reason = error.what();
  }
  return checked;
}

Verifier::Finding Verifier::examine(Trial& trial, const Candidate& candidate, double limit_seconds,
                                    Checked& checked) {
  if (const std::string really = trial.configuration(); really != candidate.configuration)
    return {Outcome::failed,
            fmt::format("the plan runs \"{}\", not \"{}\"", really, candidate.configuration)};
  if (trial.workspace_bytes() > candidate.workspace_bytes)
    return {Outcome::failed, fmt::format("wants {} bytes of workspace and declares {}",
                                         trial.workspace_bytes(), candidate.workspace_bytes)};
  Bench bench(problem_, trial, memory_);
  std::array<Buffer, 2> outputs;
  int calls = 0;
  for (std::size_t set = 0; set < sets_.size(); ++set) {
    bench.load(sets_[set].data);
    // Integers are summed once for exactness; the repeats are on data where the order shows.
    for (int run = 0; run < (set == 0 ? 1 : runs); ++run) {
      if (std::string fault = bench.run(); !fault.empty()) return {Outcome::wrong, fault};
      if (calls++ == 0) checked.first_call_seconds = checked.fastest_call_seconds = bench.seconds();
      checked.fastest_call_seconds = std::min(checked.fastest_call_seconds, bench.seconds());

      Buffer output = bench.output();
      const bool repeated = run > 0 && same(output, outputs[set]);
      if (run > 0) checked.deterministic = checked.deterministic.value_or(true) && repeated;
      if (!repeated) {
        const Comparison comparison = sets_[set].oracle.check(output.data(), candidate);
        if (set == 0 && comparison.exact_applies) checked.error.exact = comparison.fault.empty();
        checked.error.scaled_max = std::max(checked.error.scaled_max, comparison.scaled_max);
        if (!comparison.fault.empty()) {
          if (bench.changed_input()) return {Outcome::wrong, changed_its_input};
          return {Outcome::wrong,
                  run == 0 ? comparison.fault
                           : fmt::format("run {} on the same data: {}", run + 1, comparison.fault)};
        }
      }
      if (run == 0) outputs[set] = std::move(output);

      // A first call pays for more than the work, and in a new process a library's first call for
      // its set-up too: alone it convicts only when far beyond and long in itself.
      if (calls == 2)
        if (std::string fault = try_again(bench, limit_seconds, checked.fastest_call_seconds);
            !fault.empty())
          return {Outcome::wrong, fault};
      if (const double slow = checked.fastest_call_seconds;
          (calls == 1 && slow > std::max(10 * limit_seconds, long_call)) ||
          (calls == 2 && slow > limit_seconds))
        return {Outcome::too_slow,
                fmt::format("a call takes {:.3g} s where {:.3g} s are worth a race", slow,
                            limit_seconds)};
    }
    if (bench.changed_input()) return {Outcome::wrong, changed_its_input};
  }
  std::string fault = agreement(candidate, outputs);
  return {fault.empty() ? Outcome::measured : Outcome::wrong, fault};
}

std::string Verifier::try_again(Bench& bench, double limit_seconds, double& fastest) {
  double spent = 0;
  for (int i = 0; i < second_chances && fastest > limit_seconds; ++i) {
    if (spent + fastest > chance_seconds) break;
    if (std::string fault = bench.run(); !fault.empty()) return fault;
    fastest = std::min(fastest, bench.seconds());
    spent += bench.seconds();
  }
  return {};
}

// Samples do not see every output of a large problem: two unrelated implementations that agree on
// all of them do. Where they differ the reference says who is right.
std::string Verifier::agreement(const Candidate& candidate, const std::array<Buffer, 2>& outputs) {
  if (sets_.front().oracle.full() && sets_.back().oracle.full()) return {};
  const auto unrelated = std::ranges::find_if(witnesses_, [&](const Witness& witness) {
    return witness.candidate.implementation != candidate.implementation;
  });
  const auto witness = unrelated != witnesses_.end() ? unrelated : witnesses_.begin();
  if (witness != witnesses_.end()) {
    for (std::size_t set = 0; set < sets_.size(); ++set) {
      constexpr std::size_t enough = 64;
      const Oracle& oracle = sets_[set].oracle;
      const std::vector<std::int64_t> disputed = oracle.disagreements(
          outputs[set].data(), candidate, witness->outputs[set].data(), witness->candidate, enough);
      if (disputed.empty()) continue;
      const TestData data(problem_, set == 0 ? DataKind::integers : DataKind::uniform);
      if (std::string fault = oracle.check_at(disputed, data, outputs[set].data(), candidate).fault;
          !fault.empty())
        return fault;
      if (std::string fault =
              oracle.check_at(disputed, data, witness->outputs[set].data(), witness->candidate)
                  .fault;
          !fault.empty()) {
        fallen_ = Fallen{.candidate = text(witness->candidate), .reason = std::move(fault)};
        witnesses_.erase(witness);
        break;
      }
    }
  }
  const bool known = std::ranges::any_of(witnesses_, [&](const Witness& each) {
    return each.candidate.implementation == candidate.implementation;
  });
  if (!known && witnesses_.size() < 2)
    witnesses_.push_back({candidate, {copied(outputs[0]), copied(outputs[1])}});
  return {};
}

std::optional<Fallen> Verifier::take_fallen() {
  return std::exchange(fallen_, std::nullopt);
}

Checked Verifier::recheck(Trial& trial, const Candidate& candidate) {
  Checked found{.outcome = Outcome::wrong, .reason = {}, .error = {}, .deterministic = {}};
  try {
    Bench bench(problem_, trial, memory_);
    bench.load(sets_[1].data);
    found.reason = bench.run();
    if (found.reason.empty() && bench.changed_input()) found.reason = changed_its_input;
    if (found.reason.empty())
      found.reason = sets_[1].oracle.check(bench.output().data(), candidate).fault;
    if (found.reason.empty()) found.outcome = Outcome::measured;
  } catch (const TrialLost& lost) {
    found.outcome = lost.outcome();
    found.reason = lost.what();
  } catch (const WorkplaceLost&) {
    throw;
  } catch (const std::bad_alloc&) {
    std::tie(found.outcome, found.reason) = out_of_memory(trial);
  } catch (const std::exception& error) {
    found.reason = error.what();
  }
  return found;
}

std::size_t memory_needed(const ConvProblem& problem) {
  const Role output = output_role(problem->direction);
  std::size_t inputs = 0, values = 0;
  for (const Role role : roles) {
    if (role == output && !problem->accumulate) continue;
    inputs += bytes(problem, role);
    values += static_cast<std::size_t>(elements(problem, role)) * sizeof(double);
  }
  const std::size_t outputs = bytes(problem, output);
  const std::size_t expected =
      Oracle::is_full(problem) ? 2 * 12 * static_cast<std::size_t>(elements(problem, output)) : 0;
  const std::size_t witnesses = Oracle::is_full(problem) ? 0 : 4 * outputs;
  // Two sets of data, one of them in float64 for the reference; a plan's tensors, in the race up to
  // three layouts of the inputs; an output or two unloaded.
  const std::size_t race = 2 * inputs;
  return 2 * inputs + std::max(values, race) + inputs + outputs + 3 * outputs + expected +
         witnesses;
}

}  // namespace convtune
