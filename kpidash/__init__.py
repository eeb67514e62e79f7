"""kpidash: a company's KPIs, grouped under their key result areas, against their targets."""
