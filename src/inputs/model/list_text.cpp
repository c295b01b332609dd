// Every number and text as "LENGTH:BYTES", lists with their count before them.
#include "model/list_text.hpp"

#include <charconv>

#include <convtune/error.hpp>

namespace convtune {
namespace {

void put(std::string& out, std::string_view text) {
  out.append(std::to_string(text.size())).append(":").append(text);
}

void put(std::string& out, std::int64_t number) {
  put(out, std::string_view(std::to_string(number)));
}

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  std::string text() {
    const std::size_t colon = bytes_.find(':');
    const std::int64_t length = number_in(bytes_.substr(0, colon));
    if (colon == std::string_view::npos || length < 0 ||
        static_cast<std::uint64_t>(length) > bytes_.size() - colon - 1)
      damaged();
    const std::string_view found = bytes_.substr(colon + 1, static_cast<std::size_t>(length));
    bytes_.remove_prefix(colon + 1 + found.size());
    return std::string(found);
  }
  std::int64_t number() { return number_in(text()); }
  void must_be_done() const {
    if (!bytes_.empty()) damaged();
  }

 private:
  [[noreturn]] static void damaged() {
    throw Error(ErrorCode::bad_input, "what was found in it got lost on the way");
  }
  static std::int64_t number_in(std::string_view digits) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size()) damaged();
    return number;
  }

  std::string_view bytes_;
};

}  // namespace

std::string packed(const ProblemList& list) {
  std::string out;
  put(out, static_cast<std::int64_t>(list.problems.size()));
  for (const ListedProblem& listed : list.problems) {
    put(out, text(listed.problem));
    put(out, listed.repeats);
    put(out, static_cast<std::int64_t>(listed.names.size()));
    for (const std::string& name : listed.names) put(out, name);
  }
  put(out, static_cast<std::int64_t>(list.notes.size()));
  for (const ReadNote& note : list.notes) {
    put(out, note.where);
    put(out, note.text);
    put(out, std::int64_t{note.rejected});
  }
  return out;
}

ProblemList unpacked(std::string_view bytes) {
  Unpacker in(bytes);
  ProblemList list;
  for (std::int64_t left = in.number(); left > 0; --left) {
    ListedProblem listed{.problem = parse_problem(in.text())};
    listed.repeats = in.number();
    for (std::int64_t names = in.number(); names > 0; --names) listed.names.push_back(in.text());
    list.problems.push_back(std::move(listed));
  }
  for (std::int64_t left = in.number(); left > 0; --left) {
    ReadNote note{.where = in.text(), .text = in.text()};  // in this order
    note.rejected = in.number() != 0;
    list.notes.push_back(std::move(note));
  }
  in.must_be_done();
  return list;
}

}  // namespace convtune
