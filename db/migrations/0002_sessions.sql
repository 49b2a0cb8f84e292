-- Browsers that are signed in. A session is as good as the token it was opened with, until it expires.
CREATE TABLE tidegate.sessions (
  token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
  access_token_id uuid NOT NULL REFERENCES tidegate.access_tokens (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL
);
