-- Rows that repeat (device, environment, problem, candidate) are stored once and found again by
-- `content`, a hash of their columns made by the program; run.content covers a run with all that
-- belongs to it, so that a damaged row is known as such. Column meanings: db/README.md.

CREATE TABLE device (
  id            INTEGER PRIMARY KEY,
  content       INTEGER NOT NULL,
  kind          TEXT NOT NULL,
  name          TEXT NOT NULL,
  machine_class TEXT NOT NULL,
  serial        TEXT NOT NULL,
  fingerprint   TEXT NOT NULL
) STRICT;
CREATE INDEX device_content ON device (content);

CREATE TABLE environment (
  id            INTEGER PRIMARY KEY,
  content       INTEGER NOT NULL,
  hash          INTEGER NOT NULL,
  machine_class TEXT NOT NULL,
  backend       TEXT NOT NULL,
  identity      TEXT NOT NULL,
  recorded      TEXT NOT NULL,
  files         TEXT NOT NULL
) STRICT;
CREATE INDEX environment_content ON environment (content);

CREATE TABLE problem (
  id                   INTEGER PRIMARY KEY,
  content              INTEGER NOT NULL,
  hash                 INTEGER NOT NULL,
  text                 TEXT NOT NULL,
  direction            TEXT NOT NULL,
  source_type          TEXT NOT NULL,
  filter_type          TEXT NOT NULL,
  destination_type     TEXT NOT NULL,
  accumulation         TEXT NOT NULL,
  source_layout        TEXT NOT NULL,
  filter_layout        TEXT NOT NULL,
  destination_layout   TEXT NOT NULL,
  batch                INTEGER NOT NULL,
  in_channels          INTEGER NOT NULL,
  out_channels         INTEGER NOT NULL,
  groups               INTEGER NOT NULL,
  rank                 INTEGER NOT NULL,
  in_d                 INTEGER,
  in_h                 INTEGER,
  in_w                 INTEGER,
  filter_d             INTEGER,
  filter_h             INTEGER,
  filter_w             INTEGER,
  out_d                INTEGER,
  out_h                INTEGER,
  out_w                INTEGER,
  stride_d             INTEGER,
  stride_h             INTEGER,
  stride_w             INTEGER,
  dilation_d           INTEGER,
  dilation_h           INTEGER,
  dilation_w           INTEGER,
  flip                 INTEGER NOT NULL,
  unshared             INTEGER NOT NULL,
  constant_weights     INTEGER NOT NULL,
  bias                 INTEGER NOT NULL,
  relu                 INTEGER NOT NULL,
  accumulate           INTEGER NOT NULL,
  multiply_accumulates REAL
) STRICT;
CREATE INDEX problem_hash ON problem (hash);

CREATE TABLE candidate (
  id             INTEGER PRIMARY KEY,
  content        INTEGER NOT NULL,
  text           TEXT NOT NULL,
  implementation TEXT NOT NULL,
  configuration  TEXT NOT NULL,
  revision       INTEGER NOT NULL,
  tags           TEXT NOT NULL,
  precision      TEXT NOT NULL,
  inexact        INTEGER NOT NULL
) STRICT;
CREATE INDEX candidate_content ON candidate (content);
CREATE INDEX candidate_text ON candidate (text);

CREATE TABLE run (
  id           INTEGER PRIMARY KEY,
  problem_id   INTEGER NOT NULL REFERENCES problem (id),
  device_id    INTEGER NOT NULL REFERENCES device (id),
  content      INTEGER NOT NULL,
  environment  TEXT NOT NULL,
  protocol     TEXT NOT NULL,
  rigour       TEXT NOT NULL,
  seed         INTEGER NOT NULL,
  settings     TEXT NOT NULL,
  verdict      TEXT NOT NULL,
  who          TEXT NOT NULL,
  started_unix INTEGER NOT NULL,
  cost_seconds REAL,
  tool_version TEXT NOT NULL,
  tool_commit  TEXT NOT NULL,
  UNIQUE (id, problem_id)
) STRICT;
CREATE INDEX run_problem ON run (problem_id);

-- The environments that took part in a run, in its order.
CREATE TABLE run_environment (
  id             INTEGER PRIMARY KEY,
  run_id         INTEGER NOT NULL REFERENCES run (id),
  environment_id INTEGER NOT NULL REFERENCES environment (id)
) STRICT;
CREATE INDEX run_environment_run ON run_environment (run_id);

CREATE TABLE measurement (
  id                          INTEGER PRIMARY KEY,
  run_id                      INTEGER NOT NULL,
  problem_id                  INTEGER NOT NULL,
  candidate_id                INTEGER NOT NULL REFERENCES candidate (id),
  environment_id              INTEGER REFERENCES environment (id),
  outcome                     TEXT NOT NULL,
  reason                      TEXT NOT NULL,
  n                           INTEGER NOT NULL,
  median_seconds              REAL,
  interval_low_seconds        REAL,
  interval_high_seconds       REAL,
  first_call_seconds          REAL,
  create_seconds              REAL,
  reorder_source_seconds      REAL,
  reorder_destination_seconds REAL,
  workspace_bytes             INTEGER NOT NULL,
  deterministic_declared      INTEGER NOT NULL,
  deterministic_observed      INTEGER,
  error_exact                 INTEGER,
  error_scaled_max            REAL,
  error_bound                 REAL,
  error_factor                REAL,
  source_layout               TEXT NOT NULL,
  filter_layout               TEXT NOT NULL,
  destination_layout          TEXT NOT NULL,
  baseline                    INTEGER NOT NULL,
  slowdown                    REAL,
  notes                       TEXT NOT NULL,
  FOREIGN KEY (run_id, problem_id) REFERENCES run (id, problem_id)
) STRICT;
CREATE INDEX measurement_problem ON measurement (problem_id, run_id);
-- A refusal may concern an implementation as a whole, so there can be several.
CREATE UNIQUE INDEX measurement_once ON measurement (run_id, candidate_id) WHERE outcome <> 'refused';

CREATE TRIGGER measurement_append_only BEFORE UPDATE ON measurement
BEGIN SELECT raise(ABORT, 'measurements are never changed'); END;

CREATE TABLE sample (
  measurement_id INTEGER PRIMARY KEY REFERENCES measurement (id),
  packed         BLOB NOT NULL
) STRICT;

CREATE TRIGGER sample_append_only BEFORE UPDATE ON sample
BEGIN SELECT raise(ABORT, 'samples are never changed'); END;

-- What may not be chosen. `environment`: JSON object of identity keys and the globs that their
-- values must match; {} is everywhere.
CREATE TABLE denylist (
  id          INTEGER PRIMARY KEY,
  pattern     TEXT NOT NULL,
  environment TEXT NOT NULL,
  reason      TEXT NOT NULL,
  origin      TEXT NOT NULL CHECK (origin IN ('hand', 'crashed', 'wrong')),
  filed_unix  INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  key     TEXT PRIMARY KEY,
  value   TEXT NOT NULL,
  content INTEGER NOT NULL
) STRICT;

-- For people with an SQL prompt: the smallest median of the newest run among those of the highest
-- rigour, for each problem, protocol and set of environments. The program itself compares paired
-- samples, knows ties and constraints, and links runs; its answer may differ within a tie.
CREATE VIEW winner AS
WITH
  timed AS (
    SELECT * FROM measurement WHERE outcome = 'measured' AND n > 0
  ),
  ranked AS (
    SELECT run.*, row_number() OVER (
      PARTITION BY problem_id, protocol, environment
      ORDER BY CASE rigour WHEN 'exhaustive' THEN 4 WHEN 'confirmed' THEN 3 WHEN 'race' THEN 2
                           WHEN 'one_run' THEN 1 ELSE 0 END DESC,
               started_unix DESC, id DESC) AS age
    FROM run WHERE id IN (SELECT run_id FROM timed)
  ),
  placed AS (
    SELECT problem.text AS problem, ranked.protocol, ranked.environment, candidate.text AS candidate,
           timed.median_seconds, timed.interval_low_seconds, timed.interval_high_seconds, timed.n,
           timed.workspace_bytes, ranked.rigour, ranked.verdict, ranked.started_unix,
           ranked.id AS run_id,
           row_number() OVER (PARTITION BY ranked.id
                              ORDER BY timed.median_seconds, timed.workspace_bytes, candidate.text)
             AS place
    FROM ranked
    JOIN timed ON timed.run_id = ranked.id
    JOIN candidate ON candidate.id = timed.candidate_id
    JOIN problem ON problem.id = ranked.problem_id
    WHERE ranked.age = 1
  )
SELECT problem, protocol, environment, candidate, median_seconds, interval_low_seconds,
       interval_high_seconds, n, workspace_bytes, rigour, verdict, started_unix, run_id
FROM placed WHERE place = 1;
