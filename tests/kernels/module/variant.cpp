// Modules from outside, one for each thing that can be right or wrong with them.
#include <array>

#include <convtune/error.hpp>
#include <convtune/module.hpp>

namespace {

using namespace convtune;

class Kernel final : public Implementation {
 public:
  std::string_view name() const override { return VARIANT_NAME; }
  Tags tags() const override { return {"direct"}; }
  std::string_view summary() const override { return "does nothing"; }
  std::string_view backend() const override { return "variant"; }
  Offer offer(const ConvProblem&, const Device&) const override { return Refusal{"never"}; }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    throw Error(ErrorCode::environment, "There is nothing to prepare.");
  }
};

class VariantBackend final : public Backend {
 public:
  std::string_view name() const override { return VARIANT_BACKEND; }
  std::string unavailable() const override { return {}; }
  std::vector<LibraryVersion> libraries() const override { return {}; }
  std::map<std::string, std::string> identity(const Device&) const override { return {}; }
};

}  // namespace

CONVTUNE_MODULE_ENTRY const convtune::Module* convtune_module() {
  static const VariantBackend backend;
  static const Kernel kernel;
  static const std::array<const Implementation*, 1> implementations{&kernel};
  static const Module module{.interface = VARIANT_INTERFACE,
                             .version = VARIANT_VERSION,
                             .backend = &backend,
                             .implementations = implementations.data(),
                             .implementation_count = implementations.size()};
  return &module;
}
