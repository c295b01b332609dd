// A worker of misbehaving candidates, and what else has to be a process of its own.
#include <cstring>
#include <string>

#include <unistd.h>

#include <convtune/error.hpp>
#include <tuner/isolation.hpp>
#include <tuner/tune.hpp>

#include "fake_accelerator.hpp"
#include "line_reader.hpp"
#include "misbehaviour.hpp"
#include "protocol.hpp"

using namespace convtune;

namespace {

// A device that answers nothing any more once a candidate failed on it, as CUDA's do after an
// illegal address.
class FragileAccelerator final : public fake::FakeAccelerator {
 public:
  std::size_t available_bytes() override {
    require_alive();
    return FakeAccelerator::available_bytes();
  }
  Elapsed run(Plan& plan, const Buffers& buffers, int calls) override {
    require_alive();
    try {
      return FakeAccelerator::run(plan, buffers, calls);
    } catch (...) {
      lost_ = true;
      throw;
    }
  }

 private:
  void require_alive() const {
    if (lost_) throw Error(ErrorCode::environment, "an illegal memory access was encountered");
  }
  bool lost_ = false;
};

// Answers everything as if all went well, with a time that cannot be.
int lie() {
  write_line(worker_channel,
             line(Answer{.kind = Answer::Kind::hello, .version = protocol_version}));
  LineReader lines(worker_channel);
  for (std::string text; lines.next(text, -1) == LineReader::Got::line;) {
    const Request request = parse_request(text);
    Answer answer{.kind = Answer::Kind::done, .id = request.id, .seconds = 1e6};
    if (request.task == Request::Task::prepare)
      answer.prepared = PreparedPlan{.configuration = request.candidate.configuration,
                                     .layouts = {"nchw", "kcrs", "nchw"},
                                     .bytes = {4096, 4096, 4096}};
    write_line(worker_channel, line(answer));
  }
  return 0;
}

// Tunes one candidate that hangs, until somebody ends this process.
int tune_what_hangs(const std::string& own_path) {
  const auto workplace = process_workplace({.command = {own_path}});
  const Contender contender{.implementation = &misbehaving(),
                            .candidate = misbehaving_candidate("hang@2")};
  tune(parse_problem("fwd.f32.nchw_n1c4i6x6k4f3x3s1x1p1x1d1x1g1"), {&contender, 1}, {}, {},
       *workplace);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string mode = count > 1 ? arguments[1] : "";
  if (mode == "lie") return lie();
  if (mode == "tune") return tune_what_hangs(arguments[0]);
  if (mode == "be silent") return sleep(60) == 0;
  if (mode == "speak another version") {
    write_line(worker_channel, R"({"is":"hello","version":0})");
    return 0;
  }
  return serve_candidates(find_misbehaving,
                          [](const Device&) { return std::make_unique<FragileAccelerator>(); })
             ? 0
             : 1;
}
