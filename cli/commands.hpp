#pragma once

#include "command.hpp"

namespace convtune {

// One function a command, each in its own file: adds it to the program and says what it does.

void add_tune(Command& program, Session& session);
void add_bench(Command& program, Session& session);
void add_select(Command& program, Session& session);
void add_explain(Command& program, Session& session);
void add_verify(Command& program, Session& session);
void add_capture(Command& program, Session& session);
void add_list(Command& program, Session& session);
void add_db(Command& program, Session& session);
void add_doctor(Command& program, Session& session);
void add_replay(Command& program, Session& session);

}  // namespace convtune
