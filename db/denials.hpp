#pragma once

#include "rows.hpp"

namespace convtune::db {

/// Throws Error(bad_input) for a denial without a pattern or a reason.
void require_valid(const Denial& denial);

/// True if of two denials of one pattern and range `first` is the one to keep.
bool stays_before(const Denial& first, const Denial& second);

/// Appends it, or puts it in the place of one that it stays before; returns the id of what is there
/// now. Inside a transaction of the caller's.
std::int64_t insert_denial(Database& database, const Denial& denial);

Read<Denial> read_denials(const Database& database);

}  // namespace convtune::db
