-- New rows go into the index at once: each search reads the whole list of those that wait, up to 4 MB.
ALTER INDEX heard_by_node SET (fastupdate = off);
SELECT gin_clean_pending_list('heard_by_node');
