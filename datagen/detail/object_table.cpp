#include "datagen/detail/object_table.h"

namespace csgis::synth {
namespace {

// Riders are drawn in the box of what they ride, whose size these rows repeat.
constexpr ObjectKind kCyclist{Voc::person, "cyclist", draw_cyclist, 1.05F, 1.65F, 0};
constexpr ObjectKind kMotorcyclist{Voc::person, "motorcyclist", draw_motorcyclist, 1.15F, 1.8F, 0};
constexpr ObjectKind kHorseRider{Voc::person, "rider", draw_horse_rider, 1.8F, 1.35F, 0};

constexpr ObjectKind kObjects[] = {
    {Voc::aeroplane, "airliner", draw_airliner, 8.0F, 3.4F, kAir | kApron},
    {Voc::aeroplane, "propeller plane", draw_propeller_plane, 2.6F, 2.7F, kAir | kApron},
    {Voc::bicycle, "bicycle", draw_bicycle, 1.05F, 1.65F, kRoad | kPavement | kGrass, -1, &kCyclist},
    {Voc::bird, "bird standing", draw_bird_standing, 0.4F, 1.15F, kPavement | kGrass},
    {Voc::bird, "bird flying", draw_bird_flying, 0.9F, 1.6F, kAir},
    {Voc::boat, "sailing boat", draw_sailing_boat, 8.0F, 0.85F, kWater},
    {Voc::boat, "motor boat", draw_motor_boat, 2.6F, 2.5F, kWater},
    {Voc::bottle, "bottle", draw_bottle, 0.33F, 0.3F, kTop},
    {Voc::bus, "bus", draw_bus, 3.0F, 2.6F, kRoad},
    {Voc::car, "hatchback", draw_hatchback, 1.55F, 2.4F, kRoad},
    {Voc::car, "sedan", draw_sedan, 1.45F, 2.95F, kRoad},
    {Voc::car, "car front", draw_car_front, 1.5F, 1.25F, kRoad},
    {Voc::cat, "cat sitting", draw_cat_sitting, 0.5F, 0.8F, kPavement | kGrass | kFloor},
    {Voc::cat, "cat walking", draw_cat_walking, 0.4F, 1.6F, kPavement | kGrass | kFloor},
    {Voc::chair, "chair", draw_chair, 0.95F, 0.6F, kFloor},
    {Voc::chair, "office chair", draw_office_chair, 1.1F, 0.62F, kFloor},
    {Voc::cow, "cow", draw_cow, 1.5F, 1.6F, kGrass},
    {Voc::diningtable, "dining table", draw_dining_table, 0.78F, 2.1F, kFloor, 0.11F},
    {Voc::diningtable, "round table", draw_round_table, 0.76F, 1.6F, kFloor, 0.13F},
    {Voc::dog, "dog standing", draw_dog_standing, 0.7F, 1.3F, kPavement | kGrass | kFloor},
    {Voc::dog, "dog sitting", draw_dog_sitting, 0.75F, 0.85F, kPavement | kGrass | kFloor},
    {Voc::horse, "horse", draw_horse, 1.8F, 1.35F, kGrass, -1, &kHorseRider},
    {Voc::motorbike, "motorbike", draw_motorbike, 1.15F, 1.8F, kRoad | kPavement, -1, &kMotorcyclist},
    {Voc::person, "person standing", draw_person_standing, 1.75F, 0.38F, kPavement | kGrass | kFloor | kApron},
    {Voc::person, "person walking", draw_person_walking, 1.75F, 0.52F, kPavement | kGrass | kFloor},
    {Voc::person, "portrait", draw_portrait, 0.6F, 0.95F, kFront},
    {Voc::pottedplant, "potted plant", draw_potted_plant, 0.9F, 0.75F, kPavement | kFloor},
    {Voc::pottedplant, "cactus", draw_potted_cactus, 0.3F, 0.6F, kTop},
    {Voc::sheep, "sheep", draw_sheep, 0.95F, 1.35F, kGrass},
    {Voc::sofa, "sofa", draw_sofa, 0.9F, 2.3F, kFloor},
    {Voc::sofa, "armchair", draw_armchair, 0.95F, 1.1F, kFloor},
    {Voc::train, "train side", draw_train_side, 3.6F, 3.6F, kRail},
    {Voc::train, "train front", draw_train_front, 3.6F, 0.85F, kRail},
    {Voc::tvmonitor, "television", draw_television, 1.15F, 1.3F, kFloor},
    {Voc::tvmonitor, "computer", draw_computer, 0.5F, 1.35F, kTop},
};

}  // namespace

std::span<const ObjectKind> object_table() {
  return kObjects;
}

}  // namespace csgis::synth
