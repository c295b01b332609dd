-- What the denylist and imports need. `imported` is 0, or a hash that only the program makes, so
-- that a damaged cell is known as such (db/README.md).

ALTER TABLE run ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
CREATE INDEX run_content ON run (content);

-- From here on `environment` is a JSON object that is empty (everywhere) or has one of "backend"
-- (a name) and "environment" (a hash, sixteen hexadecimal digits), or both.
ALTER TABLE denylist ADD COLUMN content INTEGER NOT NULL DEFAULT 0;
ALTER TABLE denylist ADD COLUMN imported INTEGER NOT NULL DEFAULT 0;
CREATE INDEX denylist_pattern ON denylist (pattern);

-- What is removed is looked for by those who refer to it.
CREATE INDEX run_environment_environment ON run_environment (environment_id);
CREATE INDEX measurement_candidate ON measurement (candidate_id);

-- Imported runs are no winners.
DROP VIEW winner;
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
    FROM run WHERE imported = 0 AND id IN (SELECT run_id FROM timed)
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
