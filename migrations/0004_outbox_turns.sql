-- In the order in which notifications are sent: what is due is found without sorting all of it.
DROP INDEX outbox_by_due;
CREATE INDEX outbox_by_turn ON outbox (due, created, tag, serial);
