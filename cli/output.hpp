#pragma once

#include <string>
#include <string_view>

namespace convtune {

/// The reader of the standard output has gone away: it has had enough, and so have we.
struct OutputClosed {};

/// From now on what libraries print goes to the standard error: the standard output is for answers.
void keep_output_from_libraries();

/// Undoes it, for a program that is about to take this one's place.
void give_output_back();

/// Where answers go.
int output_descriptor();

/// Writes to the standard output at once, so that a reader sees each answer when it is there.
/// Throws OutputClosed when nobody reads, Error(environment) when it cannot be written (disk full).
void write_output(std::string_view text);

/// False once the reader of a pipe has gone away.
bool output_is_read();

/// `text` with a capital where it begins with a word of a sentence, and with a full stop.
std::string as_sentence(std::string text);

/// One line to the standard error, with the program's name in front.
void write_message(std::string_view sentence);

}  // namespace convtune
