#include "program.hpp"

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace convtune {
namespace {

using Json = nlohmann::ordered_json;

int status_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool has_type(const Json& value, std::string type) {
  if (type.ends_with('?')) {
    if (value.is_null()) return true;
    type.pop_back();
  }
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "bool") return value.is_boolean();
  if (type == "array") return value.is_array();
  return type == "object" && value.is_object();
}

}  // namespace

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::vector<Json> Called::lines() const {
  std::vector<Json> parsed;
  std::istringstream stream(out);
  for (std::string line; std::getline(stream, line);) parsed.push_back(Json::parse(line));
  return parsed;
}

Json Called::document() const {
  return Json::parse(out);
}

Program::Program() {
  std::string name = (std::filesystem::temp_directory_path() / "convtune-cli-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
}

Program::~Program() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string Program::file(const std::string& name, const std::string& content) const {
  const std::filesystem::path path = folder_ / name;
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

pid_t Program::start(const std::vector<std::string>& arguments, const std::string& stem) const {
  std::vector<char*> words = {const_cast<char*>("convtune")};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const std::string in = (folder_ / (stem + ".in")).string();
  const std::string out = (folder_ / (stem + ".out")).string();
  const std::string err = (folder_ / (stem + ".err")).string();
  const pid_t child = fork();
  if (child != 0) return child;
  setenv("CONVTUNE_DB", database().c_str(), 1);
  setenv("HOME", folder_.c_str(), 1);
  unsetenv("NO_COLOR");
  // The leak checker of a sanitizer build crashes in the threads that ran oneDNN's generated code.
  setenv("ASAN_OPTIONS", "detect_leaks=0", 0);
  for (const std::string& setting : settings_) putenv(const_cast<char*>(setting.c_str()));
  const int input = open(std::filesystem::exists(in) ? in.c_str() : "/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
  dup2(open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
  execv(CONVTUNE_PROGRAM, words.data());
  _exit(127);
}

Called Program::wait(pid_t process, const std::string& stem) const {
  int status = 0;
  waitpid(process, &status, 0);
  return {.exit = status_of(status),
          .out = content_of(folder_ / (stem + ".out")),
          .err = content_of(folder_ / (stem + ".err"))};
}

Called Program::run(const std::vector<std::string>& arguments, const std::string& input) const {
  file("call.in", input);
  return wait(start(arguments, "call"), "call");
}

std::string masked(std::string text, const Program& program) {
  const std::string folder = program.folder().string();
  for (std::size_t at; (at = text.find(folder)) != std::string::npos;)
    text.replace(at, folder.size(), "<folder>");
  static const std::pair<std::regex, const char*> volatile_parts[] = {
      {std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z"), "<date>"},
      {std::regex("\\b[0-9a-f]{16}\\b"), "<hash>"},
      {std::regex("\\b[0-9]+(\\.[0-9]+)?(e-?[0-9]+)? (ns|us|ms|s|min)\\b"), "<time>"},
      {std::regex("\\b[0-9]+(\\.[0-9]+)? (B|KiB|MiB|GiB)\\b"), "<size>"},
      {std::regex("\\b[0-9]+\\.[0-9]+x"), "<ratio>"},
  };
  for (const auto& [pattern, name] : volatile_parts) text = std::regex_replace(text, pattern, name);
  return text;
}

void expect_golden(const std::string& name, const std::string& text) {
  const auto path =
      std::filesystem::path(CONVTUNE_TEST_DATA).parent_path() / "golden" / (name + ".txt");
  if (std::getenv("CONVTUNE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(text, content_of(path)) << "differs from " << path;
}

void expect_members(const Json& object,
                    const std::vector<std::pair<std::string, std::string>>& members) {
  ASSERT_TRUE(object.is_object()) << object;
  auto member = object.begin();
  for (const auto& [name, type] : members) {
    ASSERT_NE(member, object.end()) << "no member '" << name << "' in " << object;
    EXPECT_EQ(member.key(), name) << object;
    EXPECT_TRUE(has_type(member.value(), type))
        << name << " is not of type " << type << ": " << member.value();
    ++member;
  }
}

std::string tiny_problem(int number) {
  return "fwd.f32.nchw_n1c8i8x" + std::to_string(8 + number) + "k8f3x3s1x1p1x1d1x1g1";
}

}  // namespace convtune
