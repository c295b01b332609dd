#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <omp.h>

#include <convtune/convolution.hpp>
#include <convtune/defaults.hpp>
#include <convtune/error.hpp>
#include <convtune/selector.hpp>
#include <kernels/alignment.hpp>

#include "policy.hpp"
#include "prepared.hpp"
#include "selection_cache.hpp"
#include "workspace.hpp"

namespace convtune {
namespace {

const void* buffer_of(const Buffers& buffers, Role role) {
  switch (role) {
    case Role::source: return buffers.source;
    case Role::filter: return buffers.filter;
    case Role::destination: return buffers.destination;
    default: return buffers.bias;
  }
}

bool overlap(const ConvProblem& problem, const Buffers& buffers, Role one, Role other) {
  const std::size_t length = bytes(problem, one), other_length = bytes(problem, other);
  const auto start = reinterpret_cast<std::uintptr_t>(buffer_of(buffers, one));
  const auto other_start = reinterpret_cast<std::uintptr_t>(buffer_of(buffers, other));
  return length > 0 && other_length > 0 && start < other_start + other_length &&
         other_start < start + length;
}

void check(const ConvProblem& problem, const Buffers& buffers) {
  const auto refuse = [&](const std::string& what) {
    throw Error(ErrorCode::bad_input,
                fmt::format("{} cannot be run on buffers as they are: {}.", text(problem), what));
  };
  for (const Role role : {Role::source, Role::filter, Role::destination})
    if (layout_of(problem, role) == Layout::any)
      refuse(fmt::format("the {} is of any layout; name the one that it has", name(role)));
  if (problem->constant_weights) refuse("constant weights are packed, but these may change");
  for (const Role role : {Role::source, Role::filter, Role::destination, Role::bias}) {
    if (role == Role::bias && !problem->bias) continue;
    if (elements(problem, role) > 0 && buffer_of(buffers, role) == nullptr)
      refuse(fmt::format("there is no {}", name(role)));
    const Role output = output_role(problem->direction);
    if (role != output && overlap(problem, buffers, role, output))
      refuse(fmt::format("the {} overlaps the {}, which is written", name(role), name(output)));
  }
}

/// True if no product adds to the output, which is then complete. A bias or a relu is work for a
/// kernel even so.
template <class Zero>
bool done_without_kernel(const ConvProblem& problem, const Buffers& buffers, const Zero& zero) {
  const bool empty = std::min({problem->batch, problem->in_channels, problem->out_channels}) == 0;
  if (!empty || problem->bias || problem->relu) return false;
  const Role output = output_role(problem->direction);
  const std::size_t output_bytes = bytes(problem, output);
  if (!problem->accumulate && output_bytes > 0)
    zero(const_cast<void*>(buffer_of(buffers, output)), output_bytes);  // it is the output
  return true;
}

/// The device's number of threads for as long as it lives, whoever calls.
class Threads {
 public:
  explicit Threads(int count) : before_(omp_get_max_threads()) { omp_set_num_threads(count); }
  ~Threads() { omp_set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

}  // namespace

class Convolution::Body {
 public:
  Body(const Rooms& rooms, ConvolutionOptions options, SelectionCache& cache)
      : rooms_(rooms),
        options_(std::move(options)),
        cache_(cache),
        selector_(rooms),
        gpu_(rooms_.device.kind == DeviceKind::cpu ? nullptr : opened(rooms_)),
        plans_(rooms_),
        workspace_(options_.allocator ? options_.allocator
                   : gpu_             ? device_workspaces(gpu_)
                                      : host_workspaces()) {
    if (options_.stream != nullptr && rooms_.device.kind == DeviceKind::cpu)
      throw Error(ErrorCode::bad_input, "A stream was given for a CPU, which has none.");
  }

  void run(const ConvProblem& problem, const Buffers& buffers) {
    ++counts.calls;
    used = nullptr;
    check(problem, buffers);
    const std::string policy =
        options_.policy.empty() ? defaults().algo(problem->direction) : options_.policy;
    const Policy read =
        read_policy(policy, problem, options_.constraints, rooms_.device.kind);  // or bad input
    if (gpu_) {
      gpu_->enter();
      require_whole_elements(problem, buffers);
    }
    if (done_without_kernel(problem, buffers,
                            [&](void* output, std::size_t size) { zero(output, size); }))
      return;

    const Threads threads(rooms_.device.threads);
    const bool usual = usually_aligned(buffers);
    const bool once = read.kind != Policy::Kind::family && policy.ends_with("_once");
    const Choice& choice =
        once && frozen_ ? frozen_for(problem) : chosen_for(problem, policy, usual);
    Prepared& prepared = prepared_for(problem, choice.candidate);
    const Tags& tags = prepared.candidate.tags;
    if (frozen_ && !usual && std::ranges::find(tags, aligned_tag) != tags.end())
      refuse(problem,
             fmt::format("It takes tensors that are aligned to {} bytes only.", usual_alignment));
    if (once && !frozen_) frozen_ = choice;

    Buffers all = buffers;
    all.stream = options_.stream;
    const std::size_t needed = prepared.plan->workspace_bytes();
    all.workspace = needed > 0 ? workspace_.at_least(needed, choice.candidate) : nullptr;
    prepared.plan->run(all);
    used = &choice;
  }

  const Device& device() const { return rooms_.device; }
  Workspace& workspace() { return workspace_; }
  std::vector<std::string> warnings() { return selector_.warnings(); }

  Counts counts;
  const Choice* used = nullptr;  // by the last call

 private:
  static std::shared_ptr<Accelerator> opened(const Rooms& rooms) {
    require_present(rooms.device);
    return rooms.open_accelerator(rooms.device);
  }

  // A GPU reads no element across its own size.
  void require_whole_elements(const ConvProblem& problem, const Buffers& buffers) const {
    for (const Role role : {Role::source, Role::filter, Role::destination, Role::bias}) {
      if (role == Role::bias && !problem->bias) continue;
      const std::size_t size = size_of(type_of(problem, role));
      if (!aligned(buffer_of(buffers, role), size))
        throw Error(ErrorCode::bad_input,
                    fmt::format("{} on {} takes tensors that are aligned to their elements: the {} "
                                "is not aligned to {} bytes.",
                                text(problem), rooms_.device.name, name(role), size));
    }
  }

  void zero(void* output, std::size_t size) {
    if (gpu_)
      gpu_->zero(output, size, options_.stream);
    else
      std::memset(output, 0, size);
  }

  using Key = std::pair<ConvProblem, bool>;  // and whether its buffers are aligned

  // What this object ran before, else what this process chose, else a new choice.
  const Choice& chosen_for(const ConvProblem& problem, const std::string& policy,
                           bool buffers_aligned) {
    const auto fits = [&](const Choice& choice) { return workspace_.fits(choice.workspace_bytes); };
    const Key key(problem, buffers_aligned);
    if (const auto known = chosen_.find(key); known != chosen_.end() && fits(known->second))
      return known->second;

    Question question{.constraints = defaults().narrowed(options_.constraints),
                      .policy = policy,
                      .stop = options_.stop,
                      .progress = options_.progress};
    question.constraints.exclude.emplace_back(own_process_tag);
    if (!buffers_aligned) question.constraints.exclude.emplace_back(aligned_tag);
    const std::string shared_key =
        selection_key(problem, policy, question.constraints, options_.context,
                      rooms_.device.threads, buffers_aligned);
    auto [choice, shared] = cache_.find_or_select(shared_key, fits, [&] {
      ++counts.selections;
      const std::size_t there_is = workspace_.limit();
      std::optional<std::size_t>& limit = question.constraints.workspace_limit;
      limit = std::min(limit.value_or(there_is), there_is);
      Choice made = selector_.select(problem, question);
      if (policy.starts_with("time_") && options_.stop && options_.stop())
        throw Error(ErrorCode::interrupted, "Interrupted; what was measured is kept.");
      return made;
    });
    if (choice.candidate.empty()) throw Error(ErrorCode::no_answer, choice.reason);
    if (shared) ++counts.shared;
    return chosen_.insert_or_assign(key, std::move(choice)).first->second;
  }

  // The candidate of the first call, whatever the problem, with that problem's own workspace.
  const Choice& frozen_for(const ConvProblem& problem) {
    if (problem == frozen_->problem) return *frozen_;
    const Candidate& candidate = frozen_candidate(problem);
    if (!workspace_.fits(candidate.workspace_bytes))
      refuse(problem, fmt::format("Its workspace of {} bytes for this problem cannot be had.",
                                  candidate.workspace_bytes));
    return later_.emplace(Choice{.problem = problem,
                                 .device = frozen_->device,
                                 .candidate = frozen_->candidate,
                                 .implementation = frozen_->implementation,
                                 .layouts = candidate.layouts,
                                 .workspace_bytes = candidate.workspace_bytes,
                                 .deterministic = candidate.deterministic,
                                 .precision = candidate.precision,
                                 .environment = frozen_->environment,
                                 .threads = frozen_->threads,
                                 .reason = "Chosen once, for " + text(frozen_->problem) + "."});
  }

  const Candidate& frozen_candidate(const ConvProblem& problem) {
    try {
      return prepared_for(problem, frozen_->candidate).candidate;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::no_answer) throw;
      refuse(problem, error.what());
    }
  }

  [[noreturn]] void refuse(const ConvProblem& problem, const std::string& why) const {
    throw Error(ErrorCode::no_answer,
                fmt::format("{} was chosen once, for {}, and cannot run {}. {} Take a policy "
                            "_on_shape_change, or an object for each shape.",
                            frozen_->candidate, text(frozen_->problem), text(problem), why));
  }

  Prepared& prepared_for(const ConvProblem& problem, const std::string& candidate) {
    if (Prepared* const known = plans_.find(problem, candidate)) return *known;
    ++counts.prepared;
    return plans_.add(problem, candidate);
  }

  Rooms rooms_;
  ConvolutionOptions options_;
  SelectionCache& cache_;
  Selector selector_;
  std::shared_ptr<Accelerator> gpu_;  // nullptr: a CPU
  PreparedPlans plans_;
  Workspace workspace_;
  std::map<Key, Choice> chosen_;
  std::optional<Choice> frozen_;  // by the first call of a policy _once
  std::optional<Choice> later_;   // the same for the problem at hand
};

Convolution::Convolution(const ConvolutionOptions& options)
    : Convolution(real_rooms(options.context), options, SelectionCache::of_process()) {}
Convolution::Convolution(const Rooms& rooms, const ConvolutionOptions& options,
                         SelectionCache& cache)
    : body_(std::make_unique<Body>(rooms, options, cache)) {}
Convolution::~Convolution() = default;
Convolution::Convolution(Convolution&&) noexcept = default;
Convolution& Convolution::operator=(Convolution&&) noexcept = default;

void Convolution::run(const ConvProblem& problem, const Buffers& buffers) {
  body_->run(problem, buffers);
}
const Device& Convolution::device() const {
  return body_->device();
}
const Choice* Convolution::choice() const {
  return body_->used;
}
Convolution::Counts Convolution::counts() const {
  return body_->counts;
}
std::size_t Convolution::workspace_bytes() const {
  return body_->workspace().bytes();
}
void Convolution::release_workspace() {
  body_->workspace().release();
}
std::vector<std::string> Convolution::warnings() {
  return body_->warnings();
}

}  // namespace convtune
