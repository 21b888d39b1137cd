/// The Python module csgis._csgis: images as numpy arrays through the same code that the program runs.
///
/// Images are H x W or H x W x 3, row 0 on top, order R, G, B. 8-bit values stand for v / 255, 16-bit ones for
/// v / 65535, float32 and float64 for themselves, as in files. Results are float32, neither clipped nor rounded, and
/// are handed over without a copy: their planes lie one after the other. The interpreter's lock is released while we
/// compute.

#include "classical/method.h"
#include "core/error.h"
#include "core/version.h"
#include "datagen/synth_scene.h"
#include "imaging/convert.h"
#include "imaging/image_file.h"
#include "metrics/metric_table.h"
#include "pipelines/image_smoother.h"
#include "pipelines/scoring.h"

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace py = pybind11;

namespace csgis {
namespace {

int all_or(int threads) {
  return threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::string shape_text(const py::array& array) {
  std::vector<py::ssize_t> shape(array.shape(), array.shape() + array.ndim());
  return fmt::format("({})", fmt::join(shape, ", "));
}

struct Shape {
  Size size;
  int channels = 1;
};

Shape shape_of(const py::array& array) {
  const bool is_image = array.ndim() == 2 || (array.ndim() == 3 && (array.shape(2) == 1 || array.shape(2) == 3));
  if (!is_image) throw py::value_error("an image must be H x W or H x W x 3, not " + shape_text(array));
  constexpr py::ssize_t kLongest = 1 << 24;
  if (array.shape(0) < 1 || array.shape(1) < 1 || array.shape(0) > kLongest || array.shape(1) > kLongest) {
    throw py::value_error("an image cannot have the shape " + shape_text(array));
  }
  return {{static_cast<int>(array.shape(0)), static_cast<int>(array.shape(1))},
          array.ndim() == 3 ? static_cast<int>(array.shape(2)) : 1};
}

/// Calls take(plane, row, column, value) for every value of an array of T.
template <class T, class Take>
void for_each_value(const py::array& array, const Shape& shape, const Take& take) {
  const auto* const base = static_cast<const char*>(array.data());
  const py::ssize_t down = array.strides(0), right = array.strides(1);
  const py::ssize_t deep = array.ndim() == 3 ? array.strides(2) : 0;
  for (int c = 0; c < shape.channels; ++c) {
    for (int y = 0; y < shape.size.height; ++y) {
      const char* from = base + y * down + c * deep;
      for (int x = 0; x < shape.size.width; ++x, from += right) {
        T value;
        std::memcpy(&value, from, sizeof(T));
        take(c, y, x, value);
      }
    }
  }
}

bool is_bytes(const py::array& array) {
  return array.dtype().equal(py::dtype::of<std::uint8_t>());
}

ImageF to_image(const py::array& array) {
  const Shape shape = shape_of(array);
  ImageF image(shape.size, shape.channels);
  const auto fill = [&]<class T>(T, float unit) {
    for_each_value<T>(array, shape, [&](int c, int y, int x, T v) {
      image.row(c, y)[x] = unit == 1 ? static_cast<float>(v) : static_cast<float>(v) / unit;
    });
  };
  if (is_bytes(array)) {
    fill(std::uint8_t{}, 255);
  } else if (array.dtype().equal(py::dtype::of<std::uint16_t>())) {
    fill(std::uint16_t{}, 65535);
  } else if (array.dtype().equal(py::dtype::of<float>())) {
    fill(float{}, 1);
  } else if (array.dtype().equal(py::dtype::of<double>())) {
    fill(double{}, 1);
  } else {
    throw py::type_error("an image must be uint8, uint16, float32 or float64, not " +
                         py::str(array.dtype()).cast<std::string>());
  }
  return image;
}

/// Three channels, as images are scored.
Scored to_scored(const py::array& array) {
  if (!is_bytes(array)) return as_scored(to_image(array), Score::unclipped);
  const Shape shape = shape_of(array);
  Image8 image(shape.size, 3);
  for_each_value<std::uint8_t>(array, shape, [&](int c, int y, int x, std::uint8_t v) {
    if (shape.channels == 3) {
      image.at(y, x)[c] = v;
    } else {
      std::fill_n(image.at(y, x), 3, v);
    }
  });
  return image;
}

/// An array over the memory of an object that it keeps alive.
template <class T, class Owner>
py::array array_over(Owner&& owner, std::vector<py::ssize_t> shape, std::vector<py::ssize_t> strides) {
  auto* const kept = new Owner(std::forward<Owner>(owner));
  const py::capsule life(kept, [](void* pointer) { delete static_cast<Owner*>(pointer); });
  return py::array(py::dtype::of<T>(), std::move(shape), std::move(strides), kept->data(), life);
}

py::array from_image(ImageF image, bool has_channels) {
  const py::ssize_t height = image.height(), width = image.width(), f = sizeof(float);
  const py::ssize_t channels = image.channels();
  if (!has_channels) return array_over<float>(std::move(image), {height, width}, {width * f, f});
  return array_over<float>(std::move(image), {height, width, channels}, {width * f, f, height * width * f});
}

template <class T>
py::array from_interleaved(InterleavedImage<T> image) {
  const py::ssize_t height = image.height(), width = image.width(), channels = image.channels(), t = sizeof(T);
  if (channels == 1) return array_over<T>(std::move(image), {height, width}, {width * t, t});
  return array_over<T>(std::move(image), {height, width, channels}, {width * channels * t, channels * t, t});
}

py::array from_labels(LabelMap labels) {
  const py::ssize_t height = labels.height(), width = labels.width();
  return array_over<std::uint8_t>(std::move(labels), {height, width}, {width, 1});
}

py::array smooth_array(const ImageSmoother& smoother, const py::array& array, bool exact, int threads) {
  ImageF image = to_image(array);
  {
    const py::gil_scoped_release others_run;
    image = smoother.smooth(image, {exact ? Precision::exact : Precision::fast, all_or(threads)}, nullptr);
  }
  return from_image(std::move(image), array.ndim() == 3);
}

double score_arrays(const std::string& metric, const py::array& result, const py::array& truth) {
  const MetricInfo& info = find_metric(metric);
  const Scored a = to_scored(result), b = to_scored(truth);
  if (a.index() != b.index()) throw py::type_error("both images must be uint8, or neither");
  const py::gil_scoped_release others_run;
  check_scored_pair(metric.c_str(), view(a), view(b));
  return info.score(view(a), view(b));
}

py::array read_array(const std::string& path) {
  DecodedImage image;
  {
    const py::gil_scoped_release others_run;
    image = read_image(path);
  }
  return std::visit([](auto& pixels) { return from_interleaved(std::move(pixels)); }, image.pixels);
}

py::array read_labels(const std::string& path) {
  LabelMap labels;
  {
    const py::gil_scoped_release others_run;
    labels = read_label_map(path);
  }
  return from_labels(std::move(labels));
}

py::dict scene(std::uint64_t seed, std::uint64_t index, int height, int width) {
  SynthScene made;
  {
    const py::gil_scoped_release others_run;
    made = synth_scene(seed, index, Size{height, width});
  }
  py::dict result;
  result["image"] = from_interleaved(std::move(made.image));
  result["classes"] = from_labels(std::move(made.classes));
  result["instances"] = from_labels(std::move(made.instances));
  result["setting"] = std::string(made.setting);
  return result;
}

/// Every method: (name, paper, summary, [(option, default, help)]).
py::list methods() {
  py::list list;
  for (const MethodInfo& info : method_list()) {
    py::list options;
    for (const MethodInfo::Option& option : info.options) {
      options.append(py::make_tuple(option.name, option.default_text, option.help));
    }
    list.append(py::make_tuple(info.name, info.paper, info.summary, options));
  }
  return list;
}

py::list metrics() {
  py::list list;
  for (const MetricInfo& info : metric_list()) {
    list.append(py::make_tuple(info.name, info.better == Better::higher, info.unit, info.summary));
  }
  return list;
}

void translate(std::exception_ptr thrown) {
  const auto raise = [](PyObject* type, const std::exception& e) { PyErr_SetString(type, e.what()); };
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const InvalidArgument& e) {
    raise(PyExc_ValueError, e);
  } catch (const IoError& e) {
    raise(PyExc_OSError, e);
  } catch (const DataError& e) {
    raise(PyExc_ValueError, e);
  } catch (const Error& e) {
    raise(PyExc_RuntimeError, e);
  }
}

}  // namespace
}  // namespace csgis

PYBIND11_MODULE(_csgis, m) {
  using namespace csgis;
  py::register_exception_translator(&translate);
  m.attr("__version__") = kVersion;
  py::class_<ImageSmoother, std::shared_ptr<ImageSmoother>>(m, "Smoother")
      .def(py::init([](const std::string& text, const std::string& device, int threads) {
             const SmootherSetting setting{from_name<Device>(device, "device"), all_or(threads), nullptr};
             return std::const_pointer_cast<ImageSmoother>(make_smoother(text, setting));
           }),
           py::arg("method"), py::arg("device") = "cpu", py::arg("threads") = 0)
      .def_property_readonly("name", &ImageSmoother::name)
      .def_property_readonly("text", &ImageSmoother::text)
      .def("__call__", &smooth_array, py::arg("image"), py::arg("exact") = false, py::arg("threads") = 0);
  m.def("score", &score_arrays, py::arg("metric"), py::arg("result"), py::arg("truth"));
  m.def("read_image", &read_array, py::arg("path"));
  m.def("read_labels", &read_labels, py::arg("path"));
  m.def("synth_scene", &scene, py::arg("seed"), py::arg("index"), py::arg("height") = 300, py::arg("width") = 400);
  m.def("methods", &methods);
  m.def("metrics", &metrics);
}
