#include "commands.hpp"

namespace convtune {

void add_doctor(CLI::App&, Session&) {}

}  // namespace convtune
