"""What the artifact of a ChoraleNet offers, and its weights rounded to half their size."""
