"""One module or package a pillar: its KPIs, checks and decisions. Pillars do not import each other."""
