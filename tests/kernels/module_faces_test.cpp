// A module does the work of the program's faces only where both are of one build.
#include <array>

#include <gtest/gtest.h>

#include <kernels/module.hpp>

namespace convtune {
namespace {

class Stub final : public Implementation {
 public:
  Stub(std::string name, std::string backend, int revision)
      : name_(std::move(name)), backend_(std::move(backend)), revision_(revision) {}
  std::string_view name() const override { return name_; }
  int revision() const override { return revision_; }
  Tags tags() const override { return {}; }
  std::string_view summary() const override { return {}; }
  std::string_view backend() const override { return backend_; }
  Offer offer(const ConvProblem&, const Device&) const override { return Refusal{"takes nothing"}; }
  std::unique_ptr<Plan> prepare(const ConvProblem&, const Candidate&,
                                const Device&) const override {
    return nullptr;
  }

 private:
  std::string name_, backend_;
  int revision_;
};

class Lib final : public Backend {
 public:
  std::string_view name() const override { return "lib"; }
  std::string unavailable() const override { return {}; }
  std::vector<LibraryVersion> libraries() const override { return {}; }
  std::map<std::string, std::string> identity(const Device&) const override { return {}; }
};

class Faces : public testing::Test {
 protected:
  std::string misfit_with(const Implementation& face) const {
    const std::array<const Implementation*, 1> faces{&face};
    return misfit(module_, "/a/lib.so", faces);
  }

  Lib lib_;
  Stub there_{"lib.conv", "lib", 1};
  std::array<const Implementation*, 1> all_{&there_};
  Module module_{.backend = &lib_, .implementations = all_.data(), .implementation_count = 1};
};

TEST_F(Faces, OfTheSameRevisionGoTogether) {
  EXPECT_EQ(misfit_with(Stub("lib.conv", "lib", 1)), "");
}

TEST_F(Faces, OfAnotherRevisionDoNotWhicheverIsOlder) {
  EXPECT_EQ(misfit_with(Stub("lib.conv", "lib", 2)),
            "/a/lib.so holds revision 1 of lib.conv, this program has revision 2: build it again");
  EXPECT_EQ(misfit_with(Stub("lib.conv", "lib", 0)),
            "/a/lib.so holds revision 1 of lib.conv, this program has revision 0: build it again");
}

TEST_F(Faces, ThatTheModuleLacksAreNamed) {
  EXPECT_EQ(misfit_with(Stub("lib.other", "lib", 1)), "/a/lib.so has no lib.other: build it again");
}

TEST_F(Faces, OfOtherBackendsAreNotItsConcern) {
  EXPECT_EQ(misfit_with(Stub("own.conv", "own", 7)), "");
}

}  // namespace
}  // namespace convtune
