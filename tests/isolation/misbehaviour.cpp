#include "misbehaviour.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>

#include <unistd.h>

#include <convtune/error.hpp>
#include <tuner/isolation.hpp>

#include "fakes.hpp"

namespace convtune {
namespace {

constexpr std::string_view implementation_name = "test.misbehaving";

void say(const std::string& text) {
  // As a stray write to a descriptor does: straight onto the channel.
  if (write(worker_channel, text.data(), text.size()) < 0) std::abort();
}

[[noreturn]] void wait_for_ever() {
  // So that a test finds the process again.
  if (const char* const file = std::getenv("CONVTUNE_TEST_PID_FILE")) {
    std::ofstream(std::string(file) + ".part") << getpid() << "\n";
    std::rename((std::string(file) + ".part").c_str(), file);
  }
  while (true) __asm__ volatile("pause");
}

void use(void* memory, std::size_t bytes) {
  std::memset(memory, 1, bytes);
  __asm__ volatile("" : : "r"(memory) : "memory");
}

void allocate_without_end() {
  constexpr std::size_t piece = std::size_t{16} << 20;
  while (true) use(new char[piece], piece);
}

void allocate_and_not_look() {
  constexpr std::size_t piece = std::size_t{16} << 20;
  while (true) use(std::malloc(piece), piece);
}

using Act = std::function<void(const Buffers&)>;

char* output(const Buffers& buffers) {
  return static_cast<char*>(buffers.destination);
}

const std::map<std::string, Act, std::less<>>& acts() {
  static const std::map<std::string, Act, std::less<>> all = {
      {"segv", [](const Buffers&) { *static_cast<volatile int*>(nullptr) = 1; }},  // NOLINT: meant
      {"ill", [](const Buffers&) { __asm__ volatile("ud2"); }},
      {"fpe", [](const Buffers&) { raise(SIGFPE); }},
      {"bus", [](const Buffers&) { raise(SIGBUS); }},
      {"abort", [](const Buffers&) { std::abort(); }},
      {"fail", [](const Buffers&) { throw Error(ErrorCode::environment, "a launch failed"); }},
      {"throw nothing known", [](const Buffers&) { throw 42; }},
      {"exit", [](const Buffers&) { std::_Exit(3); }},
      {"exit well", [](const Buffers&) { std::_Exit(0); }},
      {"killed", [](const Buffers&) { raise(SIGKILL); }},
      {"hang", [](const Buffers&) { wait_for_ever(); }},
      {"sleep", [](const Buffers&) { sleep(3600); }},
      {"stand still", [](const Buffers&) { raise(SIGSTOP); }},
      {"allocate", [](const Buffers&) { allocate_without_end(); }},
      {"allocate blindly", [](const Buffers&) { allocate_and_not_look(); }},
      {"before", [](const Buffers& buffers) { output(buffers)[-3] ^= 1; }},
      {"far before", [](const Buffers& buffers) { output(buffers)[-9000] ^= 1; }},
      {"far behind", [](const Buffers& buffers) { output(buffers)[100'000] ^= 1; }},
      {"change input", [](const Buffers& buffers) { *static_cast<char*>(buffers.source) ^= 1; }},
      {"garbage", [](const Buffers&) { say("\x01\xff not for you\n"); }},
      {"half a line",
       [](const Buffers&) {
         say("{\"is\":\"do");
         std::_Exit(0);
       }},
      {"words ahead", [](const Buffers&) { say("{\"is\":\"do"); }},
      {"huge line", [](const Buffers&) { say(std::string(1 << 17, '[')); }},
      {"nested", [](const Buffers&) { say(std::string(60'000, '[') + "\n"); }},
      {"not a number", [](const Buffers&) { say("{\"is\":\"done\",\"id\":1,\"seconds\":-1}\n"); }},
      {"answer early", [](const Buffers&) { say("{\"is\":\"done\",\"id\":1,\"seconds\":0}\n"); }},
      {"hello again", [](const Buffers&) { say("{\"is\":\"hello\",\"version\":1}\n"); }},
      {"print",
       [](const Buffers&) {
         say("");
         std::printf("on standard output\n");
         std::fflush(stdout);
       }},
      {"close", [](const Buffers&) { close(worker_channel); }},
  };
  return all;
}

fake::Behaviour behaviour_of(const std::string& configuration) {
  fake::Behaviour behaviour;
  behaviour.claims = configuration;
  if (configuration == "lie about the configuration") behaviour.claims = "right";
  if (configuration == "not the same twice")
    behaviour.spoil = [](int call, auto& values) { values[0] *= 1 + 1e-7 * (call % 2); };
  if (configuration == "throw")
    behaviour.before = [](int) { throw std::runtime_error("no such instruction"); };
  const std::size_t at = configuration.find('@');
  const int first = at == std::string::npos ? 0 : std::stoi(configuration.substr(at + 1));
  if (const auto found = acts().find(configuration.substr(0, at)); found != acts().end())
    behaviour.trespass = [act = found->second, first](int call, const Buffers& buffers) {
      if (call >= first) act(buffers);
    };
  return behaviour;
}

// Right as long as it lives.
class BadEnd final : public fake::FakePlan {
 public:
  using FakePlan::FakePlan;
  BadEnd(const BadEnd&) = delete;
  BadEnd& operator=(const BadEnd&) = delete;
  ~BadEnd() override {
    if (configuration() == "abort at the end") std::abort();
    wait_for_ever();
  }
};

class Misbehaving final : public Implementation {
 public:
  std::string_view name() const override { return implementation_name; }
  Tags tags() const override { return {"test"}; }
  std::string_view summary() const override { return "does what its configuration says"; }
  std::string_view backend() const override { return "test"; }
  Offer offer(const ConvProblem&, const Device&) const override {
    return std::vector<Candidate>{misbehaving_candidate("right")};
  }
  std::unique_ptr<Plan> prepare(const ConvProblem& problem, const Candidate& candidate,
                                const Device&) const override {
    const std::string& does = candidate.configuration;
    if (does == "crash at once") std::abort();
    if (does == "hang at once") wait_for_ever();
    if (does.ends_with("at the end"))
      return std::make_unique<BadEnd>(problem, behaviour_of(does), nullptr);
    return std::make_unique<fake::FakePlan>(problem, behaviour_of(does), nullptr);
  }
};

}  // namespace

const Implementation& misbehaving() {
  static const Misbehaving instance;
  return instance;
}

const Implementation* find_misbehaving(std::string_view name) {
  return name == implementation_name ? &misbehaving() : nullptr;
}

Candidate misbehaving_candidate(const std::string& configuration) {
  Candidate candidate;
  candidate.implementation = implementation_name;
  candidate.configuration = configuration;
  candidate.deterministic = true;
  return candidate;
}

}  // namespace convtune
