-- The admin token that a gateway has by its settings: it exists while a gateway lives that has it.
ALTER TABLE tidegate.gateways ADD COLUMN configured_token_hash bytea CHECK (octet_length(configured_token_hash) = 32);
