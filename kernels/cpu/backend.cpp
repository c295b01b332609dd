#include <convtune/backend.hpp>

namespace convtune {
namespace {

/// Our own code: nothing to open, and nothing beyond machine, threads and ISA that times depend on.
class CpuBackend final : public Backend {
 public:
  std::string_view name() const override { return "cpu"; }
  std::string unavailable() const override { return {}; }
  std::vector<LibraryVersion> libraries() const override { return {}; }
  std::map<std::string, std::string> identity(const Device&) const override { return {}; }
};

}  // namespace

const Backend& cpu_backend() {
  static const CpuBackend instance;
  return instance;
}

}  // namespace convtune
