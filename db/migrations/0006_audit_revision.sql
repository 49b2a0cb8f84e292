-- By the revision of its transaction a gateway finds what has been revoked since it last looked, in whatever order
-- transactions commit. Rows from before have none: whoever looks for them has looked long ago.
ALTER TABLE tidegate.audit ADD COLUMN revision xid8;
ALTER TABLE tidegate.audit ALTER COLUMN revision SET DEFAULT pg_current_xact_id();
CREATE INDEX audit_revision ON tidegate.audit (revision) WHERE revision IS NOT NULL;
