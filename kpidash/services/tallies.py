"""What this process counts of its own work, for Prometheus; `kpidash.api.measures` shows it."""

from prometheus_client import Counter, Histogram

RERUNS = Histogram("kpidash_rerun_seconds", "A run of a page's script.", ("page",))
PARTS = Counter(
    "kpidash_parts", "Parts of screens that were wanted: kept ones, and those made anew.", ("found",)
)
UPLOADS = Counter("kpidash_uploads", "Uploads by what became of them.", ("state",))
VALUES = Counter("kpidash_uploaded_values", "Values that uploads added or changed.")
NOTICED = Histogram(
    "kpidash_notice_seconds",
    "From the commit of a change until this process knew of it.",
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10),
)
