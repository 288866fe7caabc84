-- Records of several workers have this node: then only the entries of the records say whose a record is.
ALTER TABLE who_entries ADD COLUMN shared boolean NOT NULL DEFAULT false;
