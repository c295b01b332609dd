-- What an implementation whose library takes long to ask offered once: a cache, thrown away at will.
-- `offer` is JSON: candidates and refusals; `content` covers the row.
CREATE TABLE enumeration (
  id INTEGER PRIMARY KEY,
  implementation TEXT NOT NULL,
  revision INTEGER NOT NULL,
  environment TEXT NOT NULL,  -- hash, sixteen hexadecimal digits
  problem TEXT NOT NULL,
  offer TEXT NOT NULL,
  content INTEGER NOT NULL,
  UNIQUE (implementation, revision, environment, problem)
) STRICT;
