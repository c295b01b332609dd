// What gpu_check_torch.py asks of convtune from Python, on memory and a queue that are not ours: C
// functions over Convolution. A call that fails answers nullptr or 1; pick_error() then says why.
#include <string>

#include <convtune/convolution.hpp>
#include <convtune/error.hpp>

using namespace convtune;

namespace {

thread_local std::string error;

template <class Answer, class Work>
Answer told(Answer failed, Work work) {
  try {
    return work();
  } catch (const std::exception& thrown) {
    error = thrown.what();
    return failed;
  }
}

}  // namespace

extern "C" {

/// Runs convolutions on `device` and its queue `stream`, each by what `policy` chooses out of the
/// class `precision` and looser ones; nullptr if it cannot.
__attribute__((visibility("default"))) Convolution* pick_open(const char* device,
                                                              const char* database,
                                                              const char* policy,
                                                              const char* precision, void* stream) {
  return told<Convolution*>(nullptr, [&] {
    const auto loosest = convtune::precision(precision);
    if (!loosest)
      throw Error(ErrorCode::bad_input, "There is no precision '" + std::string(precision) + "'.");
    ConvolutionOptions options;
    options.context.device = device;
    options.context.database = database;
    options.policy = policy;
    options.constraints.precision = *loosest;
    options.stream = stream;
    return new Convolution(options);
  });
}

/// 0, or 1 if it cannot. Does not wait for the queue.
__attribute__((visibility("default"))) int pick_run(Convolution* convolution, const char* problem,
                                                    void* source, void* filter, void* destination) {
  return told(1, [&] {
    convolution->run(parse_problem(problem),
                     {.source = source, .filter = filter, .destination = destination});
    return 0;
  });
}

/// Who ran last, until the next run; empty: nobody.
__attribute__((visibility("default"))) const char* pick_candidate(const Convolution* convolution) {
  const Choice* const choice = convolution->choice();
  return choice == nullptr ? "" : choice->candidate.c_str();
}

/// How that one was found.
__attribute__((visibility("default"))) const char* pick_provenance(const Convolution* convolution) {
  const Choice* const choice = convolution->choice();
  return choice == nullptr ? "" : name(choice->provenance).data();
}

__attribute__((visibility("default"))) void pick_close(Convolution* convolution) {
  delete convolution;
}

/// Of this thread's last call that failed.
__attribute__((visibility("default"))) const char* pick_error() {
  return error.c_str();
}
}
