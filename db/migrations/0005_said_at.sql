-- When what an agent says of itself arrived, on the collection clock: what came later stays, whichever flush lands first.
ALTER TABLE tidegate.agents ADD COLUMN lifecycle_said_at timestamptz, ADD COLUMN startup_said_at timestamptz;
