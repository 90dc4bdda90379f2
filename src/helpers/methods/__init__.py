"""How to compute: estimators and their intervals. They know no pillar and read no file."""
