#include <chrono>

#include <tuner/clock.hpp>

namespace convtune {
namespace {

class SteadyClock : public Clock {
 public:
  double now() const override {
    using std::chrono::steady_clock;
    return std::chrono::duration<double>(steady_clock::now().time_since_epoch()).count();
  }
};

}  // namespace

const Clock& steady_clock() {
  static const SteadyClock instance;
  return instance;
}

}  // namespace convtune
