// Libraries that are cut off, of another build or no libraries at all: one sentence each, and the
// rest of the program goes on.
#include <filesystem>

#include <gmock/gmock.h>

#include "program.hpp"

namespace convtune {
namespace {

namespace fs = std::filesystem;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

const std::string question = "fwd.f32.nchw_n32c128i56x56k128f3x3s1x1p1x1d1x1g1";

/// `file` of as many bytes as a header and a little more takes, under this name in the folder.
void cut_off(const fs::path& file, const Program& program, const std::string& name) {
  constexpr std::size_t bytes = 4096;
  fs::remove(program.folder() / name);
  program.file(name, content_of(file).substr(0, bytes));
}

constexpr const char* cut_sentence =
    "is not a whole shared library \\(4096 bytes, its headers speak of [0-9]+\\)";

TEST(CutOffModules, AreNotUsedAndTheRestIs) {
  Program program;
  for (const char* const name : {"convtune_cuda.so", "convtune_onednn.so"})
    cut_off(FAKE_GPU "/convtune_cuda.so", program, name);
  program.set("CONVTUNE_MODULE_DIR=" + program.folder().string());
  const Called listed = program.run({"list", "implementations"});
  EXPECT_EQ(listed.exit, 0);
  for (const std::string name : {"convtune_cuda", "convtune_onednn"})
    EXPECT_THAT(listed.out,
                ContainsRegex("The module " + name + " cannot be opened: .*" + cut_sentence));
  const Called selected = program.run({"select", tiny_problem()});
  EXPECT_EQ(selected.exit, 0) << selected.err;
}

TEST(CutOffModules, FromOutsideAreAWarning) {
  const Program program;
  cut_off(FAKE_GPU "/convtune_cuda.so", program, "kernels.so");
  const Called listed = program.run(
      {"list", "implementations", "--module", (program.folder() / "kernels.so").string()});
  EXPECT_EQ(listed.exit, 2);
  EXPECT_THAT(listed.err, ContainsRegex(cut_sentence));
}

class Driver : public testing::Test {
 protected:
  Driver() { program_.set("LD_LIBRARY_PATH=" + program_.folder().string()); }
  std::string missing() const {
    return program_.run({"list", "devices", "--json"}).document()["missing"][0];
  }
  Program program_;
};

TEST_F(Driver, ThatIsNoLibraryIsNotCalledMissing) {
  program_.file("libcuda.so.1", "A text, and one that is longer than the header of a library is.");
  EXPECT_THAT(missing(), HasSubstr("the driver of NVIDIA here cannot be opened (" +
                                   (program_.folder() / "libcuda.so.1").string() + ": "));
}

TEST_F(Driver, ThatWasCutOffIsNotOpened) {
  cut_off(FAKE_GPU "/libcuda.so.1", program_, "libcuda.so.1");
  EXPECT_THAT(missing(), ContainsRegex(cut_sentence));
  // Everybody on a GPU would open it.
  const Called selected = program_.run({"select", question, "--device", "h200"});
  EXPECT_EQ(selected.exit, 1);
  EXPECT_THAT(selected.err, ContainsRegex("convtune_cuda"));
}

TEST(AModuleOfAnotherBuild, IsRefusedByTheRevisionsOfBoth) {
  Program program;
  program.set("LD_LIBRARY_PATH=" FAKE_GPU);
  program.set("CONVTUNE_MODULE_DIR=" FAKE_GPU);
  program.set("CONVTUNE_LOCK_DIR=" + program.folder().string());
  const std::vector<std::string> listing = {"list", "implementations"};
  EXPECT_THAT(program.run(listing).out, Not(HasSubstr("holds revision")));
  program.set("FAKE_ENGINE_REVISION=999");
  const Called listed = program.run(listing);
  EXPECT_EQ(listed.exit, 0);
  EXPECT_THAT(listed.out, ContainsRegex("convtune_cuda.so holds revision 999 of cudnn.engine, this "
                                        "program has revision [0-9]+: build it again"));
  const Called asked = program.run({"list", "candidates", question, "--device", "cuda:0"});
  EXPECT_THAT(asked.out, Not(HasSubstr("cudnn.algorithm/small")));
  EXPECT_THAT(asked.out, HasSubstr("holds revision 999 of cudnn.engine"));
}

/// Where cuDNN is, with its files and the module linked into the program's folder.
class LinkedCudnn : public testing::Test {
 protected:
  void SetUp() override {
    const Json doctor = program_.run({"doctor", "--json"}).document();
    for (const Json& each : doctor["backends"])
      if (each["name"] == "cudnn" && each["available"] == true)
        cudnn_ = each["libraries"][0]["path"].get<std::string>();
    if (cudnn_.empty()) GTEST_SKIP() << "there is no cuDNN here";
    for (const auto& entry : fs::directory_iterator(cudnn_.parent_path()))
      if (entry.path().filename().string().starts_with("libcudnn"))
        fs::create_symlink(fs::canonical(entry.path()),
                           program_.folder() / entry.path().filename());
    fs::create_symlink(MODULES "/convtune_cuda.so", module_);
  }

  Called guess() const {
    return program_.run(
        {"select", question, "--device", "h200", "--policy", "guess_once", "--require", "cudnn"});
  }

  Program program_;
  fs::path cudnn_, module_ = program_.folder() / "convtune_cuda.so";
};

TEST_F(LinkedCudnn, IsNotUsedWhereAPartOfItWasCutOff) {
  program_.set("CONVTUNE_CUDNN_LIBRARY=" + program_.folder().string());
  ASSERT_EQ(guess().exit, 0);
  for (const std::string part :
       {"libcudnn_heuristic.so.9", "libcudnn_graph.so.9", "libcudnn.so.9"}) {
    cut_off(cudnn_.parent_path() / part, program_, part);
    const Called listed = program_.run({"list", "implementations"});
    EXPECT_EQ(listed.exit, 0) << part;
    EXPECT_THAT(listed.out, ContainsRegex(cut_sentence)) << part;
    const Called guessed = guess();
    EXPECT_EQ(guessed.exit, 1) << part;
    EXPECT_THAT(guessed.err, ContainsRegex(cut_sentence)) << part;
    fs::remove(program_.folder() / part);
    fs::create_symlink(cudnn_.parent_path() / part, program_.folder() / part);
  }
  EXPECT_EQ(guess().exit, 0);
}

TEST_F(LinkedCudnn, DoesNotAnswerFromTheStoreOnceItsModuleIsGone) {
  program_.set("CONVTUNE_MODULE_DIR=" + program_.folder().string());
  ASSERT_EQ(guess().exit, 0);
  fs::remove(module_);
  const Called gone = guess();
  EXPECT_EQ(gone.exit, 1);
  EXPECT_THAT(gone.err, HasSubstr("The module convtune_cuda was not found"));
}

}  // namespace
}  // namespace convtune
