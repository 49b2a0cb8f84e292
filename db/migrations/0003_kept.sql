-- What is kept of an agent beside its values: read for one agent at a time, never by those who watch the fleet, and
-- without revisions. Rows go with their agent's, also where the previous release purges it.

-- Connections to gateways, the newest of each agent. The number is the start on the collection clock in microseconds.
CREATE TABLE tidegate.agent_connections (
  agent_id uuid NOT NULL REFERENCES tidegate.agents (id) ON DELETE CASCADE,
  number bigint NOT NULL,
  gateway_id text NOT NULL,
  -- Null while it lasts.
  ended_at timestamptz,
  reason text,
  PRIMARY KEY (agent_id, number)
) WITH (fillfactor = 70);

-- How the connections of a gateway that is gone are found.
CREATE INDEX agent_connections_open ON tidegate.agent_connections (gateway_id) WHERE ended_at IS NULL;

-- The last that an agent said of each subject of a kind: its statistics, the health of an app, how a script ended.
CREATE TABLE tidegate.agent_records (
  agent_id uuid NOT NULL REFERENCES tidegate.agents (id) ON DELETE CASCADE,
  kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  -- Arrival of the newest part on the collection clock.
  at timestamptz NOT NULL,
  body jsonb NOT NULL CHECK (jsonb_typeof(body) = 'object'),
  PRIMARY KEY (agent_id, kind, subject)
) WITH (fillfactor = 70);

-- The end of each agent's log. Lines are numbered as they arrive; `start_bytes` counts the bytes of all lines before, so
-- that what is over the bounds is found without reading the rest.
CREATE TABLE tidegate.agent_logs (
  agent_id uuid NOT NULL REFERENCES tidegate.agents (id) ON DELETE CASCADE,
  number bigint NOT NULL,
  start_bytes bigint NOT NULL,
  -- The agent's own time of the line.
  at timestamptz NOT NULL,
  source_id text NOT NULL,
  level text NOT NULL,
  output text NOT NULL,
  PRIMARY KEY (agent_id, number)
);
