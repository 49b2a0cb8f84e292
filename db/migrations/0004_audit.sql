-- Who made, changed, rotated and deleted what, and who signed in. A row is written by the transaction of its change, and
-- purged by age. Names are copied: they outlive what they named.
CREATE TABLE tidegate.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  action text NOT NULL,
  -- The token that was used; null for what a gateway did by its settings.
  actor_token_id uuid,
  actor_name text NOT NULL,
  -- Where the request came from; empty for what a gateway did by its settings.
  address text NOT NULL,
  target_id uuid NOT NULL,
  target_name text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(detail) = 'object')
);
CREATE INDEX audit_at ON tidegate.audit (at);
CREATE INDEX audit_target ON tidegate.audit (target_id);
