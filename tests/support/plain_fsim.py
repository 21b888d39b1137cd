"""FSIM and FSIMc in numpy, from the papers (Zhang et al. 2011; Kovesi 1999): a second opinion on metrics/fsim.h."""
import numpy as np


def frequencies(n):
    return np.arange(-(n - 1) / 2, (n - 1) / 2 + 1) / (n - 1) if n % 2 else np.arange(-n / 2, n / 2) / n


def phase_congruency(image):
    height, width = image.shape
    x, y = np.meshgrid(frequencies(width), frequencies(height))
    radius, angle = np.fft.ifftshift(np.hypot(x, y)), np.fft.ifftshift(np.arctan2(-y, x))
    low_pass = 1 / (1 + (radius / 0.45) ** 30)
    radius[0, 0] = 1
    radial = []
    for scale in range(4):
        gabor = np.exp(-np.log(radius * 6 * 2 ** scale) ** 2 / (2 * np.log(0.55) ** 2)) * low_pass
        gabor[0, 0] = 0
        radial.append(gabor)
    spectrum = np.fft.fft2(image)
    energy, amplitude = np.zeros(image.shape), np.zeros(image.shape)
    for direction in np.arange(4) * np.pi / 4:
        across = np.sin(angle) * np.cos(direction) - np.cos(angle) * np.sin(direction)
        along = np.cos(angle) * np.cos(direction) + np.sin(angle) * np.sin(direction)
        spread = np.exp(-np.arctan2(across, along) ** 2 / (2 * (np.pi / 4 / 1.2) ** 2))
        filters = [gabor * spread for gabor in radial]
        responses = [np.fft.ifft2(spectrum * f) for f in filters]
        impulses = [np.real(np.fft.ifft2(f)) * np.sqrt(height * width) for f in filters]
        total = sum(responses)
        mean = total / (np.abs(total) + 1e-4)
        found = sum(r.real * mean.real + r.imag * mean.imag - np.abs(r.real * mean.imag - r.imag * mean.real)
                    for r in responses)
        power = -np.median(np.abs(responses[0]) ** 2) / np.log(0.5) / np.sum(filters[0] ** 2)
        squares = sum(np.sum(i * i) for i in impulses)
        products = sum(np.sum(impulses[i] * impulses[j]) for i in range(4) for j in range(i + 1, 4))
        tau = np.sqrt((2 * power * squares + 4 * power * products) / 2)
        threshold = (tau * np.sqrt(np.pi / 2) + 2 * np.sqrt((2 - np.pi / 2) * tau ** 2)) / 1.7
        energy += np.maximum(found - threshold, 0)
        amplitude += sum(np.abs(r) for r in responses)
    return energy / amplitude


def gradient(image):
    padded = np.pad(image, 1)
    kernel = np.array([[3, 0, -3], [10, 0, -10], [3, 0, -3]]) / 16

    def filtered(k):
        height, width = image.shape
        return sum(k[i, j] * padded[i:i + height, j:j + width] for i in range(3) for j in range(3))

    return np.hypot(filtered(kernel), filtered(kernel.T))


def similarity(a, b, constant):
    return (2 * a * b + constant) / (a * a + b * b + constant)


def fsim(first, second):
    """(FSIM, FSIMc) of two RGB images of 8 bit."""
    side = max(1, round(min(first.shape[:2]) / 256))
    to_yiq = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])

    def yiq(image):
        height, width = (n // side for n in image.shape[:2])
        blocks = image[:height * side, :width * side].astype(float).reshape(height, side, width, side, 3)
        return np.moveaxis(blocks.mean((1, 3)) @ to_yiq.T, 2, 0)

    (y1, i1, q1), (y2, i2, q2) = yiq(first), yiq(second)
    p1, p2 = phase_congruency(y1), phase_congruency(y2)
    weight = np.maximum(p1, p2)
    term = similarity(p1, p2, 0.85) * similarity(gradient(y1), gradient(y2), 160) * weight
    chroma = (similarity(i1, i2, 200) * similarity(q1, q2, 200)).astype(complex) ** 0.03
    return term.sum() / weight.sum(), (term * chroma.real).sum() / weight.sum()
