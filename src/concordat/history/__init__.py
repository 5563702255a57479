"""Results of older releases: played once, kept on record, searched for the first bad one."""
