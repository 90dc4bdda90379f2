"""Run notebooks, render their editions and publish the report. Knows no pillar."""
