"""Results of `csgis benchmark` and `csgis evaluate`."""
import json
import math


def benchmark_table(path):
    """Means over images of a results.json: a list with a dict for each method, in the order of the file: method, images
    (scored), failed, seconds (mean, or None) and every metric. Infinite values (identical images) are left out of a mean,
    as in the reports; a metric without finite values is None.
    """
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["rows"]
    by_method = {}
    for row in rows:
        by_method.setdefault(row["method"], []).append(row)
    return [_summary(method, rows) for method, rows in by_method.items()]


def _mean(values):
    finite = [float(v) for v in values if v is not None and math.isfinite(float(v))]
    return math.fsum(finite) / len(finite) if finite else None


def _summary(method, rows):
    good = [row for row in rows if row["status"] == "ok"]
    names = dict.fromkeys(name for row in good for name in row["metrics"])
    return {"method": method, "images": len(good), "failed": len(rows) - len(good),
            "seconds": _mean([row.get("seconds") for row in good]),
            **{name: _mean([row["metrics"].get(name) for row in good]) for name in names}}
