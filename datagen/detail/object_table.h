#pragma once
/// The objects a scene can hold. Adding one: a draw function in the file of its theme, its declaration below, and a
/// row in object_table.cpp.

#include "datagen/detail/pen.h"

#include <cstdint>
#include <span>

namespace csgis::synth {

/// Indices of PASCAL VOC label maps.
enum class Voc : std::uint8_t {
  aeroplane = 1,
  bicycle,
  bird,
  boat,
  bottle,
  bus,
  car,
  cat,
  chair,
  cow,
  diningtable,
  dog,
  horse,
  motorbike,
  person,
  pottedplant,
  sheep,
  sofa,
  train,
  tvmonitor
};

/// Where an object can stand; a bit set.
using Places = unsigned;
inline constexpr Places kRoad = 1, kGrass = 2, kPavement = 4, kWater = 8, kAir = 16, kRail = 32, kFloor = 64,
                        kTop = 128, kApron = 256,
                        kFront = 512;  ///< kFront: close to the viewer, cut by the lower border.

/// Draws into the box [0, width] x [0, 1], y down, standing on y = 1, facing right.
using DrawObject = void (*)(Pen& pen);

struct ObjectKind {
  Voc voc;
  const char* name;
  DrawObject draw;
  float height_m;  ///< Usual height in metres: gives objects of one scene their relative sizes.
  float width;     ///< In units of the height.
  Places places;
  float surface = -1;  ///< y of a top that can carry things (kTop), negative if none.
  /// Someone on it, drawn in the same box but not kept to it; null if it is not ridden.
  const ObjectKind* rider = nullptr;
};

std::span<const ObjectKind> object_table();

void draw_hatchback(Pen& pen);
void draw_sedan(Pen& pen);
void draw_car_front(Pen& pen);
void draw_bus(Pen& pen);
void draw_bicycle(Pen& pen);
void draw_motorbike(Pen& pen);
void draw_train_side(Pen& pen);
void draw_train_front(Pen& pen);
void draw_sailing_boat(Pen& pen);
void draw_motor_boat(Pen& pen);
void draw_airliner(Pen& pen);
void draw_propeller_plane(Pen& pen);

void draw_horse(Pen& pen);
void draw_cow(Pen& pen);
void draw_sheep(Pen& pen);
void draw_dog_standing(Pen& pen);
void draw_dog_sitting(Pen& pen);
void draw_cat_sitting(Pen& pen);
void draw_cat_walking(Pen& pen);
void draw_bird_standing(Pen& pen);
void draw_bird_flying(Pen& pen);

void draw_person_standing(Pen& pen);
void draw_person_walking(Pen& pen);
void draw_portrait(Pen& pen);
void draw_cyclist(Pen& pen);
void draw_motorcyclist(Pen& pen);
void draw_horse_rider(Pen& pen);

void draw_bottle(Pen& pen);
void draw_chair(Pen& pen);
void draw_office_chair(Pen& pen);
void draw_dining_table(Pen& pen);
void draw_round_table(Pen& pen);
void draw_potted_plant(Pen& pen);
void draw_potted_cactus(Pen& pen);
void draw_sofa(Pen& pen);
void draw_armchair(Pen& pen);
void draw_television(Pen& pen);
void draw_computer(Pen& pen);

}  // namespace csgis::synth
