"""Structure-preserving image smoothing: the smoothers, metrics and datasets of csgis on numpy arrays.

    import csgis
    image = csgis.read_image("photo.png")                  # H x W x 3, uint8
    smooth = csgis.rtv(image, lambda_=0.01, sigma=3)    # float32, as csgis smooth computes it
    smooth = csgis.smooth(image, "rtv:lambda=0.01,sigma=3")  # the same
    csgis.psnr(smooth, truth), csgis.ssim(smooth, truth, "wang-y")

Images are H x W or H x W x 3 in the order R, G, B; uint8 and uint16 stand for fractions of their largest value, floats for
themselves (0 to 1). Results are float32, neither clipped nor rounded. Functions release the interpreter's lock.
"""
from . import _csgis
from ._csgis import Smoother, __version__, read_image, read_labels, synth_scene
from .data import Dataset
from .tables import benchmark_table

METHODS = [name for name, *_ in _csgis.methods()]
METRICS = [name for name, *_ in _csgis.metrics()]


def _text(name, options):
    """A method string; Python's names have '_' for '-', and a trailing '_' where a word is taken (lambda_)."""
    def quoted(value):
        text = repr(float(value)) if isinstance(value, float) else str(value)
        return text.replace("\\", "\\\\").replace(",", "\\,")
    return name + "".join((":" if i == 0 else ",") + key.rstrip("_").replace("_", "-") + "=" + quoted(value)
                          for i, (key, value) in enumerate(options.items()))


def smooth(image, method, *, exact=False, threads=0, device="cpu"):
    """The image smoothed by a method string such as "l0:lambda=0.02" or "net:weights=FILE"."""
    return Smoother(method, device, threads)(image, exact, threads)


def net(weights="", *, device="cpu", threads=0, **options):
    """A network as a function of images: csgis.net("best.safetensors")(image); without weights the one that ships here."""
    return Smoother(_text("net", {"weights": weights, **options}), device, threads)


def score(result, truth, metric="psnr"):
    """One of METRICS. Two uint8 images are scored as files are; floats as they are."""
    return _csgis.score(metric, result, truth)


def psnr(result, truth, variant=None):
    """Peak signal to noise ratio in dB over all channels; variants "y", "y:rounded", "y:studio"."""
    return score(result, truth, "psnr" if variant is None else f"psnr-{variant}")


def ssim(result, truth, variant="csgis"):
    """Structural similarity; variants "csgis", "wang-y", "wang-y:rounded", "wang-y:studio", "wang-rgb", "skimage"."""
    return score(result, truth, f"ssim:{variant}")


def _smoother(name, paper, summary, options):
    def method(image, *, exact=False, threads=0, **given):
        return smooth(image, _text(name, given), exact=exact, threads=threads)
    lines = [f"    {option.replace('-', '_')}={default}: {about}" for option, default, about in options]
    method.__name__ = method.__qualname__ = name.replace("-", "_")
    method.__doc__ = "\n".join([f"{summary}.", paper and f"Source: {paper}.", *(["Options:"] if lines else []), *lines])
    return method


for _row in _csgis.methods():
    globals()[_row[0].replace("-", "_")] = _smoother(*_row)

__all__ = ["Dataset", "METHODS", "METRICS", "Smoother", "benchmark_table", "net", "psnr", "read_image", "read_labels",
           "score", "smooth", "ssim", "synth_scene", *(name.replace("-", "_") for name in METHODS)]
