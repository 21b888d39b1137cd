"""Made-up benchmark results for the tests of reports: any number of images and methods, something in every part."""
import json
import pathlib

import csgis_test as t
import numpy as np

METRICS = {"psnr": "higher", "ssim:csgis": "higher", "edge-f": "higher", "edge-gradient": "lower",
           "residual-texture": "lower"}


def summary(metric, better, method, values, none):
    """One entry of `summary`; values by image, None where a row has failed."""
    known = np.array([v for v in values if v is not None and np.isfinite(v)])
    if len(known) == 0:
        return {"method": method, "metric": metric, "count": 0, "infinite": 0}
    sign = 1 if better == "higher" else -1
    gains = [sign * (v - n) for v, n in zip(values, none) if v is not None and n is not None and np.isfinite(v)]
    worst = np.sort(sign * known)[:max(1, len(known) // 20)] * sign
    rng = np.random.default_rng(0)
    means = [rng.choice(known, len(known)).mean() for _ in range(50)]
    return {"method": method, "metric": metric, "count": len(known),
            "infinite": sum(v is not None and not np.isfinite(v) for v in values), "mean": known.mean(),
            "median": float(np.median(known)), "sd": float(known.std(ddof=1)) if len(known) > 1 else 0.0,
            "worst5": worst.mean(), "interval": dict(zip(("low", "high"), np.quantile(means, (0.025, 0.975)))),
            "gain": float(np.mean(gains)), "wins": 0, "rank_by_gt": 1.5, "rank_by_texture": 2.25}


def comparison(metric, method, against, a, b):
    d = np.array([x - y for x, y in zip(a, b) if x is not None and y is not None and np.isfinite(x - y)])
    half = 2 * d.std() / max(1, len(d)) ** 0.5
    return {"metric": metric, "method": method, "against": against, "count": len(d), "difference": d.mean(),
            "interval": {"low": d.mean() - half, "high": d.mean() + half}, "p": 0.012, "p_holm": 0.0004}


def results(methods, images, scores, records=(), image_records=(), files=None, errors=None, **parts):
    """The content of results.json. scores[metric][method] is a list by image; files and errors go by (method, image)."""
    rows = []
    for m in methods:
        for i, image in enumerate(images):
            if (m, image) in (errors or {}):
                rows.append({"method": m, "image": image, "status": "failed", "error": errors[m, image]})
                continue
            metrics = {k: scores[k][m][i] for k in scores if scores[k][m][i] is not None}
            row = {"method": m, "image": image, "status": "ok", "seconds": None,
                   "metrics": {k: "inf" if np.isinf(v) else float(v) for k, v in metrics.items()}}
            if files and (m, image) in files:
                row["file"] = files[m, image]
            rows.append(row)
    pairs = [(a, b) for i, a in enumerate(methods) for b in methods[i + 1:]]
    whole = {
        "schema": 1, "run": {"command": "benchmark", "toolkit": "csgis", "options": {"seed": 0}},
        "metrics": [{"name": k, "better": METRICS[k], "unit": "", "definition": ""} for k in scores],
        "methods": list(methods), "images": list(images), "unmatched": [],
        "method_records": list(records), "image_records": list(image_records),
        "summary": [summary(k, METRICS[k], m, scores[k][m], scores[k][methods[0]]) for k in scores for m in methods],
        "comparisons": [comparison(k, a, b, scores[k][a], scores[k][b]) for k in list(scores)[:2] for a, b in pairs],
        **parts, "rows": rows}
    return {k: v for k, v in whole.items() if v or k in ("unmatched", "rows", "summary")}


def write(folder, content):
    path = pathlib.Path(folder) / "results.json"
    path.write_text(json.dumps(content, default=float), encoding="utf-8")
    return path


def record(name, flags=()):
    setting = "none" if name == "none" else "tuned" if "tuned" in name else "default"
    return {"name": name, "text": name.split(" ")[0], "family": name.split(":")[0].split(" ")[0], "setting": setting,
            "flags": list(flags)}


def time_record(method, seconds, threads=1):
    return {"method": method, "height": 321, "width": 481, "threads": threads, "repeats": 9, "median": seconds,
            "lower_quartile": seconds * 0.97, "upper_quartile": seconds * 1.04, "peak_bytes": 90_000_000, "machine": "a test"}


def write_picture(path, rgb):
    t.cv2.imwrite(str(path), rgb[..., ::-1], [t.cv2.IMWRITE_PNG_COMPRESSION, 1])


def made_up(folder, images, methods, gts=25, pictures=0, size=(120, 160), names=None, shared=False):
    """Scores from a seed; the first `pictures` images have files, with `shared` all the same ones. names(i) may give
    images hostile names."""
    rng = np.random.default_rng(7)
    folder = pathlib.Path(folder)
    methods = ["none"] + [f"method-{i}" for i in range(1, methods)] if isinstance(methods, int) else methods
    keys = [names(i) if names else f"gt{i % gts:03}__tx{i // gts:02}" for i in range(images)]
    scale = {"psnr": (28, 3), "ssim:csgis": (0.8, 0.08), "edge-f": (0.7, 0.1), "edge-gradient": (0.4, 0.1),
             "residual-texture": (5, 1)}
    scores = {k: {m: list(rng.normal(mid + 0.3 * spread * i, spread, images)) for i, m in enumerate(methods)}
              for k, (mid, spread) in scale.items()}
    files, records = {}, []
    for i, key in enumerate(keys):
        known = {"image": key, "gt_id": f"gt{i % gts:03}", "texture_id": f"tx{i // gts:02}", "input": "", "gt": "",
                 "strata": {"contrast": "low" if i % 2 else "high"}}
        if 0 < i < pictures and shared:
            known |= {part: records[0][part] for part in ("input", "gt")}
            files |= {(m, key): files[m, keys[0]] for m in methods}
        elif i < pictures:
            gt = t.photo(rng, *size)
            noisy = np.clip(gt + rng.normal(0, 25, gt.shape), 0, 255).astype(np.uint8)
            known |= {"input": f"pictures/{i}-in.png", "gt": f"pictures/{i}-gt.png"}
            (folder / "pictures").mkdir(exist_ok=True)
            write_picture(folder / known["input"], noisy)
            write_picture(folder / known["gt"], gt)
            for m, method in enumerate(methods):
                files[method, key] = f"pictures/{i}-{m}.png"
                write_picture(folder / files[method, key], t.cv2.GaussianBlur(noisy, (0, 0), 0.5 + m))
        records.append(known)
    sweeps = [{"family": m.split(" ")[0], "text": f"{m}:lambda={x}", "metrics": {
        "residual-texture": 9 - 1.5 * x + i, "edge-gradient": 0.1 + 0.02 * x * x, "edge-f": 0.9 - 0.02 * x}}
        for i, m in enumerate(methods[1:4]) for x in (1, 2, 3, 4)]
    return write(folder, results(
        methods, keys, scores, [record(m, ["below none"] if m == methods[-1] else []) for m in methods], records, files,
        times=[time_record(m, 0.01 * 3 ** i) for i, m in enumerate(methods)], sweeps=sweeps,
        published=[{"family": "l0", "dataset": "NKS", "metric": "psnr", "value": 33.01, "source": "PNLS, figure 1"}],
        notes=["fewer than 8 ground truths: intervals say little"] if gts < 8 else []))
