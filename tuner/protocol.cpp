#include "protocol.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <convtune/error.hpp>

namespace convtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array task_names = {"prepare",  "announce", "load", "unload",  "upload", "poison",
                                   "download", "run",      "cold", "reorder", "tidy"};
constexpr std::array kind_names = {"hello", "beat", "guard", "done", "failed", "no_memory"};
constexpr std::array seat_names = {"source", "filter", "destination", "bias", "workspace"};
constexpr std::size_t roles_of_plans = 3;
constexpr std::size_t longest_list = 4096;

[[noreturn]] void reject(const std::string& what) {
  throw Error(ErrorCode::bad_input, what);
}

// What a text may not hold is replaced, so that a candidate's words always make a line.
std::string dumped(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parsed(std::string_view text) {
  if (text.size() > longest_line)
    reject(fmt::format("a line of {} bytes, at most {} are expected", text.size(), longest_line));
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) reject("not a JSON object");
  return json;
}

const Json& member(const Json& json, const char* name) {
  const auto found = json.find(name);
  if (found == json.end()) reject(fmt::format("\"{}\" is missing", name));
  return *found;
}

std::int64_t whole(const Json& json, std::int64_t least = 0,
                   std::int64_t most = std::numeric_limits<std::int64_t>::max()) {
  if (!json.is_number_integer()) reject("a whole number was expected");
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > static_cast<std::uint64_t>(most))
    reject("a number is too large");
  const auto number = json.get<std::int64_t>();
  if (number < least || number > most) reject("a number is out of range");
  return number;
}

double real(const Json& json) {
  if (!json.is_number()) reject("a number was expected");
  const auto number = json.get<double>();
  if (!std::isfinite(number) || number < 0) reject("a number is not a length of time or a factor");
  return number;
}

bool truth(const Json& json) {
  if (!json.is_boolean()) reject("true or false was expected");
  return json.get<bool>();
}

std::string words(const Json& json) {
  if (!json.is_string()) reject("a text was expected");
  return json.get<std::string>();
}

template <std::size_t Count>
std::size_t named(const Json& json, const std::array<const char*, Count>& names) {
  const std::string word = words(json);
  for (std::size_t i = 0; i < Count; ++i)
    if (word == names[i]) return i;
  reject(fmt::format("there is no \"{}\"", word));
}

const Json& list(const Json& json, std::size_t least, std::size_t most) {
  if (!json.is_array() || json.size() < least || json.size() > most)
    reject("a list of another length was expected");
  return json;
}
const Json& list(Json&&, std::size_t, std::size_t) = delete;

Json json_of(const SharedPlace& place) {
  if (place.inside == 0) return {place.offset, place.length};
  return {place.offset, place.length, place.inside};
}

SharedPlace place(const Json& json) {
  constexpr std::int64_t page = 4096;
  list(json, 2, 3);
  const SharedPlace found{.offset = whole(json[0]),
                          .length = whole(json[1], page),
                          .inside = json.size() > 2 ? whole(json[2]) : 0};
  const bool fits = found.offset <= std::numeric_limits<std::int64_t>::max() - found.length;
  if (!fits || found.offset % page != 0 || found.length % page != 0) reject("not a place");
  constexpr auto lead = static_cast<std::int64_t>(shared_lead);
  if (found.inside > 0 && found.inside >= found.length - lead) reject("not a place");
  return found;
}

Json json_of(const Layouts& layouts) {
  return {layouts.source, layouts.filter, layouts.destination};
}

Layouts layouts(const Json& json) {
  list(json, 3, 3);
  return {.source = words(json[0]), .filter = words(json[1]), .destination = words(json[2])};
}

Json json_of(const Candidate& candidate) {
  return {{"implementation", candidate.implementation},
          {"configuration", candidate.configuration},
          {"revision", candidate.revision},
          {"tags", candidate.tags},
          {"workspace_bytes", candidate.workspace_bytes},
          {"deterministic", candidate.deterministic},
          {"precision", name(candidate.precision)},
          {"layouts", json_of(candidate.layouts)},
          {"slowdown", candidate.slowdown},
          {"error_factor", candidate.error_factor},
          {"inexact", candidate.inexact},
          {"unranked", candidate.unranked},
          {"baseline", candidate.baseline},
          {"notes", candidate.notes},
          {"worker_environment", candidate.worker_environment}};
}

std::vector<std::string> texts(const Json& json) {
  std::vector<std::string> all;
  for (const Json& each : list(json, 0, longest_list)) all.push_back(words(each));
  return all;
}

Candidate candidate(const Json& json) {
  if (!json.is_object()) reject("a candidate was expected");
  Candidate found;
  found.implementation = words(member(json, "implementation"));
  found.configuration = words(member(json, "configuration"));
  found.revision =
      static_cast<int>(whole(member(json, "revision"), 0, std::numeric_limits<int>::max()));
  found.tags = texts(member(json, "tags"));
  found.workspace_bytes = static_cast<std::size_t>(whole(member(json, "workspace_bytes")));
  found.deterministic = truth(member(json, "deterministic"));
  const auto precision = convtune::precision(words(member(json, "precision")));
  if (!precision) reject("there is no such precision");
  found.precision = *precision;
  found.layouts = layouts(member(json, "layouts"));
  found.slowdown = real(member(json, "slowdown"));
  found.error_factor = real(member(json, "error_factor"));
  found.inexact = truth(member(json, "inexact"));
  found.unranked = truth(member(json, "unranked"));
  found.baseline = truth(member(json, "baseline"));
  found.notes = words(member(json, "notes"));
  found.worker_environment = texts(member(json, "worker_environment"));
  return found;
}

Json json_of(const Device& device) {
  return {{"kind", static_cast<int>(device.kind)},
          {"id", device.id},
          {"name", device.name},
          {"properties", device.properties},
          {"present", device.present},
          {"threads", device.threads},
          {"isa", static_cast<int>(device.isa)},
          {"l1_bytes", device.l1_bytes},
          {"l2_bytes", device.l2_bytes},
          {"l3_bytes", device.l3_bytes},
          {"memory_bytes", device.memory_bytes}};
}

Device device(const Json& json) {
  if (!json.is_object()) reject("a device was expected");
  const auto size = [&](const char* name) {
    return static_cast<std::size_t>(whole(member(json, name)));
  };
  Device found;
  found.kind = static_cast<DeviceKind>(
      whole(member(json, "kind"), 0, static_cast<std::int64_t>(DeviceKind::cuda)));
  found.id = words(member(json, "id"));
  found.name = words(member(json, "name"));
  found.properties = words(member(json, "properties"));
  found.present = truth(member(json, "present"));
  found.threads = static_cast<int>(whole(member(json, "threads"), 1, 1 << 16));
  found.isa =
      static_cast<Isa>(whole(member(json, "isa"), 0, static_cast<std::int64_t>(Isa::avx512)));
  found.l1_bytes = size("l1_bytes");
  found.l2_bytes = size("l2_bytes");
  found.l3_bytes = size("l3_bytes");
  found.memory_bytes = size("memory_bytes");
  return found;
}

Json json_of(const std::array<std::optional<SharedPlace>, seats>& buffers) {
  Json json = Json::object();
  for (std::size_t seat = 0; seat < seats; ++seat)
    if (buffers[seat]) json[seat_names[seat]] = json_of(*buffers[seat]);
  return json;
}

std::array<std::optional<SharedPlace>, seats> buffers(const Json& json) {
  if (!json.is_object()) reject("buffers were expected");
  std::array<std::optional<SharedPlace>, seats> found;
  for (const auto& [name, each] : json.items()) found[named(Json(name), seat_names)] = place(each);
  return found;
}

Role role(const Json& json) {
  return static_cast<Role>(whole(json, 0, static_cast<std::int64_t>(Role::destination)));
}

std::vector<std::int64_t> numbers(const Json& json) {
  std::vector<std::int64_t> all;
  for (const Json& each : list(json, 0, longest_list)) all.push_back(whole(each));
  return all;
}

Json json_of(const PreparedPlan& prepared) {
  return {{"configuration", prepared.configuration},
          {"workspace_bytes", prepared.workspace_bytes},
          {"layouts", json_of(prepared.layouts)},
          {"bytes", prepared.bytes},
          {"reorders", prepared.reorders}};
}

PreparedPlan prepared(const Json& json) {
  if (!json.is_object()) reject("a prepared plan was expected");
  PreparedPlan found;
  found.configuration = words(member(json, "configuration"));
  found.workspace_bytes = whole(member(json, "workspace_bytes"));
  found.layouts = layouts(member(json, "layouts"));
  const Json& bytes = list(member(json, "bytes"), roles_of_plans, roles_of_plans);
  const Json& reorders = list(member(json, "reorders"), roles_of_plans, roles_of_plans);
  for (std::size_t i = 0; i < roles_of_plans; ++i) {
    found.bytes[i] = whole(bytes[i]);
    found.reorders[i] = truth(reorders[i]);
  }
  return found;
}

bool names_a_candidate(Request::Task task) {
  return task == Request::Task::prepare || task == Request::Task::announce;
}

bool has_buffers(Request::Task task) {
  return task >= Request::Task::upload && task <= Request::Task::reorder;
}

}  // namespace

std::string line(const Request& request) {
  using Task = Request::Task;
  Json json{{"do", task_names[static_cast<std::size_t>(request.task)]},
            {"id", request.id},
            {"plan", request.plan}};
  if (names_a_candidate(request.task)) {
    json["problem"] = request.problem;
    json["candidate"] = json_of(request.candidate);
    json["device"] = json_of(request.device);
    json["allowance_bytes"] = request.allowance_bytes;
  }
  if (request.task == Task::load || request.task == Task::unload) {
    json["plain"] = json_of(request.plain);
    json["buffer"] = json_of(request.buffer);
  }
  if (request.task == Task::load || request.task == Task::unload || request.task == Task::reorder)
    json["role"] = static_cast<int>(request.role);
  if (has_buffers(request.task)) {
    json["buffers"] = json_of(request.buffers);
    json["calls"] = request.calls;
  }
  if (!request.plans_gone.empty()) json["plans_gone"] = request.plans_gone;
  if (!request.places_gone.empty()) json["places_gone"] = request.places_gone;
  return dumped(json);
}

std::string line(const Answer& answer) {
  Json json{{"is", kind_names[static_cast<std::size_t>(answer.kind)]}};
  if (answer.kind == Answer::Kind::hello) json["version"] = answer.version;
  if (answer.kind == Answer::Kind::guard) json["outside"] = answer.outside;
  if (answer.kind >= Answer::Kind::done) json["id"] = answer.id;
  if (answer.kind == Answer::Kind::done) json["seconds"] = answer.seconds;
  if (answer.megahertz > 0) json["megahertz"] = answer.megahertz;
  if (answer.slowed) json["slowed"] = true;
  if (answer.kind == Answer::Kind::failed) json["reason"] = answer.reason;
  if (answer.prepared) json["prepared"] = json_of(*answer.prepared);
  return dumped(json);
}

Request parse_request(std::string_view text) {
  using Task = Request::Task;
  const Json json = parsed(text);
  Request request;
  request.task = static_cast<Task>(named(member(json, "do"), task_names));
  request.id = whole(member(json, "id"));
  request.plan = whole(member(json, "plan"));
  if (names_a_candidate(request.task)) {
    request.problem = words(member(json, "problem"));
    request.candidate = candidate(member(json, "candidate"));
    request.device = device(member(json, "device"));
    request.allowance_bytes = whole(member(json, "allowance_bytes"));
  }
  if (request.task == Task::load || request.task == Task::unload) {
    request.plain = place(member(json, "plain"));
    request.buffer = place(member(json, "buffer"));
  }
  if (request.task == Task::load || request.task == Task::unload || request.task == Task::reorder)
    request.role = role(member(json, "role"));
  if (has_buffers(request.task)) {
    request.buffers = buffers(member(json, "buffers"));
    request.calls =
        static_cast<int>(whole(member(json, "calls"), 1, std::numeric_limits<int>::max()));
  }
  if (json.contains("plans_gone")) request.plans_gone = numbers(json["plans_gone"]);
  if (json.contains("places_gone")) request.places_gone = numbers(json["places_gone"]);
  return request;
}

Answer parse_answer(std::string_view text) {
  const Json json = parsed(text);
  Answer answer;
  answer.kind = static_cast<Answer::Kind>(named(member(json, "is"), kind_names));
  if (answer.kind == Answer::Kind::hello)
    answer.version =
        static_cast<int>(whole(member(json, "version"), 0, std::numeric_limits<int>::max()));
  if (answer.kind == Answer::Kind::guard)
    answer.outside = whole(member(json, "outside"), std::numeric_limits<std::int64_t>::min());
  if (answer.kind >= Answer::Kind::done) answer.id = whole(member(json, "id"));
  if (answer.kind == Answer::Kind::done) answer.seconds = real(member(json, "seconds"));
  if (json.contains("megahertz")) answer.megahertz = real(json["megahertz"]);
  if (json.contains("slowed")) answer.slowed = truth(json["slowed"]);
  if (answer.kind == Answer::Kind::failed) answer.reason = words(member(json, "reason"));
  if (json.contains("prepared")) answer.prepared = prepared(json["prepared"]);
  return answer;
}

}  // namespace convtune
