// Highway vectors with the interface of imaging/detail/fft-inl.h. Included once per Highway target.

#include <hwy/highway.h>

#include <cstddef>

#if defined(CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
#undef CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
#else
#define CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace csgis::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

struct VectorLanes {
  using Real = float;
  using D = hn::ScalableTag<float>;
  using V = hn::Vec<D>;
  static constexpr std::size_t kLanes = hn::MaxLanes(D());
  V value;

  HWY_INLINE static VectorLanes load(const float* at) { return {hn::LoadU(D(), at)}; }
  HWY_INLINE static VectorLanes all(float x) { return {hn::Set(D(), x)}; }
  HWY_INLINE void store(float* at) const { hn::StoreU(value, D(), at); }

  HWY_INLINE friend VectorLanes operator+(VectorLanes a, VectorLanes b) { return {hn::Add(a.value, b.value)}; }
  HWY_INLINE friend VectorLanes operator-(VectorLanes a, VectorLanes b) { return {hn::Sub(a.value, b.value)}; }
  HWY_INLINE friend VectorLanes operator*(VectorLanes a, VectorLanes b) { return {hn::Mul(a.value, b.value)}; }
  HWY_INLINE friend VectorLanes mul_add(VectorLanes a, VectorLanes b, VectorLanes c) {
    return {hn::MulAdd(a.value, b.value, c.value)};
  }
  HWY_INLINE friend VectorLanes neg_mul_add(VectorLanes a, VectorLanes b, VectorLanes c) {
    return {hn::NegMulAdd(a.value, b.value, c.value)};
  }
};

}  // namespace csgis::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // CSGIS_IMAGING_DETAIL_VECTOR_LANES_INL_H_
