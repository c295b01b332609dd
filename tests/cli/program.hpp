#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

namespace convtune {

/// What one call of the program did.
struct Called {
  int exit = -1;  ///< exit status; 128 + n when ended by signal n
  std::string out, err;

  /// The lines of the standard output, each parsed.
  std::vector<nlohmann::ordered_json> lines() const;
  nlohmann::ordered_json document() const;
};

/// The built program with a database and a home of its own in a folder that goes with the object.
class Program {
 public:
  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  Called run(const std::vector<std::string>& arguments, const std::string& input = {}) const;

  /// Starts it and returns at once; its outputs go to files of that stem in the folder.
  pid_t start(const std::vector<std::string>& arguments, const std::string& stem) const;
  /// Waits for a started one.
  Called wait(pid_t process, const std::string& stem) const;

  std::filesystem::path folder() const { return folder_; }
  std::filesystem::path database() const { return folder_ / "convtune.db"; }
  /// A file in the folder with this content.
  std::string file(const std::string& name, const std::string& content) const;

  /// NAME=VALUE, for the calls that follow.
  void set(const std::string& setting) { settings_.push_back(setting); }

 private:
  std::filesystem::path folder_;
  std::vector<std::string> settings_;
};

std::string content_of(const std::filesystem::path& path);

/// `text` with what differs from run to run replaced by names in angle brackets: times, sizes,
/// hashes, dates, versions, folders.
std::string masked(std::string text, const Program& program);

/// Compares with tests/golden/NAME.txt. With CONVTUNE_UPDATE_GOLDEN set, the file is written
/// instead.
void expect_golden(const std::string& name, const std::string& text);

/// `object` has exactly these members in this order, further ones only behind them. Types: string,
/// number, bool, array, object; a '?' behind one allows null.
void expect_members(const nlohmann::ordered_json& object,
                    const std::vector<std::pair<std::string, std::string>>& members);

/// Small problems, told apart by `number`, that are tuned in a moment.
std::string tiny_problem(int number = 0);

}  // namespace convtune
