"""The ERPs and CRMs that can be coupled, one file each."""
