#include <set>

#include <fmt/format.h>

#include <convtune/error.hpp>
#include <db/exchange.hpp>

#include "denials.hpp"
#include "json.hpp"

namespace convtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema = "convtune.export/1";
// A run of hundreds of candidates takes a few hundred kilobytes.
constexpr std::size_t longest_line = std::size_t{16} << 20;
constexpr int deepest = 8;
constexpr std::size_t most_faults = 100;

void add_fault(Exchanged& exchanged, std::string sentence) {
  ++exchanged.rejected;
  if (exchanged.faults.size() < most_faults) exchanged.faults.push_back(std::move(sentence));
}

// What the lines so far hold, as the head says it.
struct Contents {
  std::set<std::uint64_t> runs, denials;
  std::string hash() const { return db::hexadecimal(db::content_of_all(runs, denials)); }
};

// Nullopt at the end. A line that is too long is read to its end and comes back empty, with `cut`.
std::optional<std::string> next_line(std::istream& lines, bool& cut) {
  std::string line;
  cut = false;
  char c = 0;
  bool any = false;
  std::streambuf* const buffer = lines.rdbuf();
  for (int next = buffer->sbumpc(); next != std::char_traits<char>::eof();
       next = buffer->sbumpc()) {
    any = true;
    c = static_cast<char>(next);
    if (c == '\n') return line;
    if (cut) continue;
    line += c;
    if (line.size() > longest_line) {
      cut = true;
      line.clear();
    }
  }
  return any ? std::optional(line) : std::nullopt;
}

Json parse_line(const std::string& line) {
  const auto shallow = [](int depth, Json::parse_event_t, Json&) {
    if (depth > deepest) throw db::BadRow("it is nested too deeply");
    return true;
  };
  try {
    return Json::parse(line, shallow);
  } catch (const Json::exception&) {
    throw db::BadRow("it is not JSON");
  }
}

class Importer {
 public:
  Importer(std::string name, Store& into) : name_(std::move(name)), into_(into) {}

  Exchanged import(std::istream& lines) {
    read_head(lines);
    bool cut = false;
    for (int number = 2; const auto line = next_line(lines, cut); ++number) {
      if (line->empty() && !cut) continue;
      try {
        if (cut) throw db::BadRow("it is longer than 16 MiB");
        add(parse_line(*line));
      } catch (const db::BadRow& bad) {
        leave_out(number, bad.what());
      } catch (const Error& error) {
        // What no store takes, which is no fault of this one.
        if (error.code() != ErrorCode::bad_input) throw;
        leave_out(number, error.what());
      }
    }
    if (result_.rejected == 0 && seen_.hash() != promised_)
      add_fault(result_, fmt::format("{}: It is not whole: it ends before everything that its head "
                                     "promises has come.",
                                     name_));
    return result_;
  }

 private:
  void read_head(std::istream& lines) {
    bool cut = false;
    try {
      const auto line = next_line(lines, cut);
      const Json head = parse_line(line.value_or(""));
      if (head.is_object() && head.value("schema", "") == schema) {
        promised_ = head.value("content", "");
        return;
      }
    } catch (const std::exception&) {
      // Said below.
    }
    throw Error(ErrorCode::bad_input,
                fmt::format("{}:1: It is not an export of convtune: the first line should be an "
                            "object with \"schema\": \"{}\".",
                            name_, schema));
  }

  // `why` is a clause or a sentence.
  void leave_out(int number, std::string why) {
    if (why.ends_with('.')) why.pop_back();
    add_fault(result_, fmt::format("{}:{}: The line was left out: {}.", name_, number, why));
  }

  void add(const Json& json) {
    if (json.is_object() && json.size() == 1 && json.contains("run")) {
      Run run = db::run_from(json["run"]);
      run.imported = true;
      seen_.runs.insert(db::content(run));
      ++(into_.add_new(run) ? result_.runs : result_.known);
    } else if (json.is_object() && json.size() == 1 && json.contains("denial")) {
      Denial denial = db::denial_from(json["denial"]);
      denial.imported = true;
      seen_.denials.insert(db::content(db::denials(), denial));
      into_.deny(denial);
      ++result_.denials;
    } else {
      throw db::BadRow("it should be an object with one member, \"run\" or \"denial\"");
    }
  }

  std::string name_;
  Store& into_;
  Exchanged result_;
  Contents seen_;
  std::string promised_;
};

}  // namespace

Exchanged export_lines(const Store& store, const std::string& version,
                       const std::function<void(const std::string&)>& write) {
  Exchanged exchanged;
  store.at_once([&] {
    // The head promises what comes, so all of it is read twice rather than held.
    const std::vector<ConvProblem> problems = store.problems();
    const std::vector<Denial> denials = store.denials();
    Contents contents;
    for (const ConvProblem& problem : problems)
      for (const Run& run : store.runs(problem)) contents.runs.insert(db::content(run));
    for (const Denial& denial : denials)
      contents.denials.insert(db::content(db::denials(), denial));
    write(Json{{"schema", schema},
               {"version", version},
               {"content", contents.hash()},
               {"runs", contents.runs.size()},
               {"denials", contents.denials.size()}}
              .dump());
    const auto give = [&](const char* kind, const auto& value, std::int64_t& count) {
      try {
        write(Json{{kind, db::json_of(value)}}.dump());
        ++count;
      } catch (const Json::exception&) {
        add_fault(exchanged, fmt::format("A {} was left out: a text in it is not UTF-8.", kind));
      }
    };
    for (const Denial& denial : denials) give("denial", denial, exchanged.denials);
    std::set<std::uint64_t> given;
    for (const ConvProblem& problem : problems)
      for (const Run& run : store.runs(problem))
        if (given.insert(db::content(run)).second) give("run", run, exchanged.runs);
  });
  return exchanged;
}

Exchanged import_lines(std::istream& lines, const std::string& name, Store& into) {
  return Importer(name, into).import(lines);
}

Exchanged merge(const Store& from, Store& into) {
  Exchanged exchanged;
  from.at_once([&] {
    const auto unless_refused = [&](const std::string& what, const auto& add) {
      try {
        add();
      } catch (const Error& error) {
        if (error.code() != ErrorCode::bad_input) throw;
        add_fault(exchanged, fmt::format("{} was left out: {}", what, error.what()));
      }
    };
    for (const Denial& denial : from.denials())
      unless_refused("A denial", [&] {
        into.deny(denial);
        ++exchanged.denials;
      });
    for (const ConvProblem& problem : from.problems())
      for (const Run& run : from.runs(problem))
        unless_refused("A run of " + text(problem),
                       [&] { ++(into.add_new(run) ? exchanged.runs : exchanged.known); });
  });
  return exchanged;
}

}  // namespace convtune
