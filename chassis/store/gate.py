"""The gate: the transaction id up to which readers of the event store may read."""

from __future__ import annotations

GATE = (
    "(SELECT CASE WHEN pg_snapshot_xmin(snapshot) = pg_snapshot_xmax(snapshot) THEN pg_snapshot_xmax(snapshot)"
    " ELSE (WITH locks AS MATERIALIZED (SELECT * FROM pg_locks), elsewhere AS MATERIALIZED ("
    "SELECT written.transactionid FROM locks AS written JOIN locks AS held USING (virtualtransaction)"
    " WHERE written.locktype = 'transactionid' AND written.mode = 'ExclusiveLock' AND held.locktype = 'relation'"
    " AND held.database <> 0"
    " AND held.database <> (SELECT oid FROM pg_database WHERE datname = current_database()))"
    " SELECT coalesce(min(running), pg_snapshot_xmax(snapshot)) FROM pg_snapshot_xip(snapshot) AS running"
    " WHERE running::xid NOT IN (SELECT transactionid FROM elsewhere)) END"
    " FROM pg_current_snapshot() AS snapshot)"
)
"""The oldest transaction of this database that is still running, or else the next transaction: SQL, an ``xid8``.

``pg_snapshot_xmin`` is the oldest transaction of the whole cluster. A transaction that holds a lock on a table of another
database cannot append here, so it is passed over: a rebuild, an index build or a foreign application delays only the
readers of its own database. The snapshot of the statement is taken before the locks are read. A transaction that ends
between the two is therefore waited for once more, and none is passed over that could still append.
"""
