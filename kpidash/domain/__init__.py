"""The rules of KPI arithmetic: standard library, numpy and pandas; no input or output."""
