-- The tables of a fleet. Revisions are the xid8 of the transaction that wrote the row last; a reader that has seen
-- everything below a cursor asks for revision >= cursor.

CREATE SCHEMA IF NOT EXISTS tidegate;

-- No index covers what a flush changes (connection, lifecycle, startup, revision), so those updates stay heap-only;
-- the fill factor leaves them room on the page.
CREATE TABLE tidegate.agents (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 512),
  labels jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(labels) = 'object'),
  -- SHA-256 of the token; null on a tombstone.
  token_hash bytea CHECK (octet_length(token_hash) = 32),
  -- The token before the last rotation, good until it expires.
  previous_token_hash bytea CHECK (octet_length(previous_token_hash) = 32),
  previous_token_expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The start of the newest connection on the collection clock in microseconds; 0 before the first.
  connection_number bigint NOT NULL DEFAULT 0,
  connected boolean NOT NULL DEFAULT false,
  -- The gateway that holds the connection; null while there is none.
  gateway_id text,
  -- The last moment at which the agent is known to have been connected.
  last_connected_at timestamptz,
  lifecycle_state text,
  lifecycle_changed_at timestamptz,
  startup_version text,
  startup_directory text,
  startup_subsystems text[],
  -- Counts the changes of its descriptions: an agent that connected before the last one has an old manifest.
  manifest_number integer NOT NULL DEFAULT 0,
  revision xid8 NOT NULL DEFAULT pg_current_xact_id(),
  deleted_at timestamptz
) WITH (fillfactor = 50, vacuum_truncate = off);

CREATE UNIQUE INDEX agents_name ON tidegate.agents (name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX agents_token_hash ON tidegate.agents (token_hash);
CREATE INDEX agents_previous_token_hash ON tidegate.agents (previous_token_hash) WHERE previous_token_hash IS NOT NULL;
CREATE INDEX agents_tombstones ON tidegate.agents (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE tidegate.agent_metadata_descriptions (
  agent_id uuid NOT NULL REFERENCES tidegate.agents (id) ON DELETE CASCADE,
  key text COLLATE "C" NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 1024),
  display_name text NOT NULL DEFAULT '',
  script text NOT NULL DEFAULT '',
  interval_seconds bigint NOT NULL CHECK (interval_seconds >= 0),
  timeout_seconds bigint NOT NULL CHECK (timeout_seconds >= 0),
  display_order integer NOT NULL,
  PRIMARY KEY (agent_id, key)
);

-- Rewritten whole every few seconds, so:
-- * fill factor 45 leaves each page room for a second version of every row, and every update is heap-only;
-- * no foreign key, whose trigger would run per inserted row (an insert locks its agent's row itself);
-- * keys compare bytewise, the order in which flushes take their locks;
-- * vacuum never truncates: that takes a lock which flushes would wait for;
-- * statistics hardly change while the values do, so analyze runs rarely.
CREATE TABLE tidegate.agent_metadata (
  agent_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 1024),
  value text NOT NULL,
  error text NOT NULL,
  -- Arrival on the collection clock.
  collected_at timestamptz NOT NULL,
  -- The agent's own clock.
  agent_collected_at timestamptz,
  revision xid8 NOT NULL,
  PRIMARY KEY (agent_id, key)
) WITH (
  fillfactor = 45,
  vacuum_truncate = off,
  autovacuum_vacuum_scale_factor = 0.2,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_delay = 1,
  autovacuum_analyze_scale_factor = 2,
  autovacuum_analyze_threshold = 5000
);

CREATE TABLE tidegate.gateways (
  id text PRIMARY KEY CHECK (octet_length(id) BETWEEN 1 AND 64),
  -- Says which flush of this gateway committed last: how a lost connection around COMMIT is settled.
  nonce text,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  renewed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  host text NOT NULL DEFAULT '',
  pid integer NOT NULL DEFAULT 0,
  -- Who is writing down that this gateway's agents are disconnected.
  judged_by text,
  judged_at timestamptz
) WITH (fillfactor = 50);

CREATE TABLE tidegate.access_tokens (
  id uuid PRIMARY KEY,
  role text NOT NULL CHECK (role IN ('admin', 'viewer')),
  name text NOT NULL CHECK (octet_length(name) BETWEEN 1 AND 512),
  -- A viewer sees only agents with all of these labels; null sees all.
  labels jsonb CHECK (jsonb_typeof(labels) = 'object'),
  token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
  -- Given by a setting rather than made by a request.
  configured boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  revoked_at timestamptz
);

-- One row: what readers must know about the past. Cursors below purged_before have missed a purged tombstone.
CREATE TABLE tidegate.horizon (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  purged_before xid8 NOT NULL DEFAULT '0'
);
INSERT INTO tidegate.horizon DEFAULT VALUES;
