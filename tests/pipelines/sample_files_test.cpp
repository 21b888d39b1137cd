/// Reading datasets for training: layouts, and files that are not what they should be.

#include "imaging/image_file.h"
#include "pipelines/dataset_manifest.h"
#include "pipelines/hashing.h"
#include "pipelines/packed_header.h"
#include "pipelines/packed_index.h"
#include "pipelines/packed_samples.h"
#include "tests/pipelines/sample_sets.h"
#include "tests/support/catch.h"

#include <algorithm>

using namespace csgis;
using namespace csgis::testing;
namespace fs = boost::filesystem;

namespace {

/// Goes through everything that training and validation see.
void read_all(const fs::path& data) {
  const SampleOptions options = options_for(data, 16, 1);
  StreamSetup setup = setup_for();
  setup.recipe.set(16, true);
  const auto source = open_samples(options, 1);
  for (const StreamUse use : {StreamUse::train, StreamUse::validation}) {
    SampleStream stream(source, use, options, setup);
    for (std::uint64_t i = 0; i < stream.batches_per_epoch(); ++i) stream.batch(0, i);
  }
}

/// A change to a sound set, and what the message must hold.
struct Harm {
  const char* what;
  void (*apply)(const TestFolder&);
  const char* names;   ///< The file at fault ...
  const char* reason;  ///< ... and what is wrong.
};

void cut(const TestFolder& folder, const std::string& name) {
  auto bytes = read_file_bytes(folder / name);
  bytes.resize(bytes.size() / 2);
  write_single_file(folder / name, bytes, true);
}

const Harm kHarms[] = {
    {"pair cut short", [](const TestFolder& f) { cut(f, "train/2.png"); }, "train/2.png", ""},
    {"pair of odd width",
     [](const TestFolder& f) {
       f.write_png("train/1.png", numbered_image({40, 73}, 3, 1));
     },
     "train/1.png", "even width"},
    {"pair of another size",
     [](const TestFolder& f) {
       f.write_png("train/1.png", numbered_image({40, 70}, 3, 1));
     },
     "edge/1.png", "40x36"},
    {"pair smaller than the patch",
     [](const TestFolder& f) {
       for (const char* name : {"edge/0.png"}) f.write_png(name, edge_image({12, 36}, 1));
       f.write_png("over/0.png", numbered_image({12, 36}, 3, 1));
       write_labels(f, "seg/0.png", {12, 36}, 1);
       for (const char* name : {"train/0.png", "train/3.png", "val/6.png"}) {
         f.write_png(name, numbered_image({12, 72}, 3, 1));
       }
     },
     "sample", "smaller than a crop of 16x16"},
    {"colour edges",
     [](const TestFolder& f) {
       f.write_png("edge/0.png", numbered_image({40, 36}, 3, 1));
     },
     "edge/0.png", "one channel"},
    {"label in colours",
     [](const TestFolder& f) {
       f.write_png("seg/2.png", numbered_image({40, 36}, 3, 1));
     },
     "seg/2.png", ""},
    {"label beyond the classes",
     [](const TestFolder& f) {
       LabelMap labels(Size{40, 36});
       labels.samples()[5] = 77;
       PngWriter png;
       write_single_file(f / "seg/2.png", png.encode_indexed(labels), true);
     },
     "seg/2.png", "77"},
    {"over of another size",
     [](const TestFolder& f) {
       f.write_png("over/1.png", numbered_image({41, 36}, 3, 1));
     },
     "over/1.png", "41x36"},
    {"over missing", [](const TestFolder& f) { fs::remove(f / "over/1.png"); }, "over/2.png", "is not next"},
    {"last label missing", [](const TestFolder& f) { fs::remove(f / "seg/2.png"); }, "seg", "2 images, edge/ 3"},
    {"stray file beside edges", [](const TestFolder& f) { f.write("edge/notes.txt", "x"); }, "edge/notes.txt",
     "whole numbers"},
    {"a number twice",
     [](const TestFolder& f) {
       f.write_png("train/1.bmp", numbered_image({40, 72}, 3, 1));
     },
     "train/1.", "two images"},
    {"leading zeros", [](const TestFolder& f) { fs::rename(f / "train/1.png", f / "train/01.png"); }, "train/01.png",
     "whole numbers"},
    {"empty file", [](const TestFolder& f) { f.write("val/7.png", ""); }, "val/7.png", ""},
    {"nothing to train",
     [](const TestFolder& f) {
       fs::remove_all(f / "train");
       fs::create_directory(f / "train");
     },
     "train", "no images"},
};

}  // namespace

TEST_CASE("a set of numbered files: a file that is not what it should be is named") {
  for (const Harm& harm : kHarms) {
    INFO(harm.what);
    const TestFolder folder;
    write_numbered_set(folder, 3, 2);
    REQUIRE_NOTHROW(read_all(folder.path()));
    harm.apply(folder);
    CHECK_THROWS_WITH(read_all(folder.path()), ContainsSubstring(harm.names) && ContainsSubstring(harm.reason));
  }
}

TEST_CASE("hidden files do not count") {
  const TestFolder folder;
  write_numbered_set(folder, 3, 2);
  folder.write("edge/.DS_Store", "x");
  CHECK_NOTHROW(read_all(folder.path()));
}

TEST_CASE("what is no dataset is said to be none") {
  const TestFolder folder;
  CHECK_THROWS_AS(read_all(folder.path()), NothingUsable);
  CHECK_THROWS_AS(read_all(folder / "missing"), NothingUsable);
  folder.write("text.pack", "some text that is no packed file");
  CHECK_THROWS_WITH(read_all(folder / "text.pack"), ContainsSubstring("text.pack"));
}

TEST_CASE("identity follows the files of a set and the options of drawn samples") {
  const TestFolder folder;
  write_numbered_set(folder, 3, 2);
  const std::string before = open_samples(options_for(folder.path()), 1)->identity();
  CHECK(before.size() == 64);
  CHECK(open_samples(options_for(folder.path()), 2)->identity() == before);
  fs::remove(folder / "train/5.png");
  CHECK(open_samples(options_for(folder.path()), 1)->identity() != before);
  const std::string drawn = open_samples(options_for(kSynthData), 1)->identity();
  CHECK(open_samples(options_for(kSynthData), 2)->identity() != drawn);
  CHECK(open_samples(options_for(kSynthData, 64), 1)->identity() != drawn);
}

TEST_CASE("a native dataset: splits and layers as samples.jsonl says, one of several negatives in each epoch") {
  const TestFolder folder;
  write_native_set(folder);
  const auto source = open_samples(options_for(folder.path()), 1);
  CHECK(source->size(true) == 3);
  CHECK(source->size(false) == 2);
  CHECK(source->key(false, 0) == "b__t");
  CHECK(source->layers() == LayerSet{true, true, true});
  CHECK(source->label_kind() == SampleLabels::classes);
  const SampleLayers sample = source->load(true, 0, 0, {true, true, true});
  const Image8 truth = numbered_image({30, 34}, 3, 'a'), input = numbered_image({30, 34}, 3, 1);
  CHECK(int{sample.truth[1].at(7, 9)} == int{truth.at(7, 9)[1]});
  CHECK(int{sample.input[2].at(29, 33)} == int{input.at(29, 33)[2]});
  int first = 0;
  for (std::uint64_t epoch = 0; epoch < 40; ++epoch) {
    const SampleLayers again = source->load(true, epoch, 0, {false, false, true});
    const int value = again.over[0].at(0, 0), x = numbered_image({30, 34}, 3, 300).row(0)[0];
    const int y = numbered_image({30, 34}, 3, 301).row(0)[0];
    CHECK((value == x || value == y));
    first += value == x ? 1 : 0;
  }
  CHECK((first > 5 && first < 35));
  fs::remove(folder / "blend/c__u.png");
  CHECK_THROWS_WITH(read_all(folder.path()), ContainsSubstring("blend/c__u.png"));
}

TEST_CASE("a native dataset without a label map somewhere has none; a damaged list is named") {
  const TestFolder folder;
  write_native_set(folder);
  auto samples = read_samples(folder / "samples.jsonl");
  samples[1].label.reset();
  std::string lines;
  for (const SampleRecord& record : samples) lines += to_json_line(record) + '\n';
  folder.write("samples.jsonl", lines);
  CHECK(!open_samples(options_for(folder.path()), 1)->layers().label);
  folder.write("samples.jsonl", lines + "{\"key\":\"x\"}\n");
  CHECK_THROWS_WITH(open_samples(options_for(folder.path()), 1), ContainsSubstring("samples.jsonl"));
  folder.write("samples.jsonl", "");
  CHECK_THROWS_AS(open_samples(options_for(folder.path()), 1), NothingUsable);
}

TEST_CASE("imported VOC data: photo and label by name, splits as listed") {
  const TestFolder folder;
  int number = 0;
  for (const char* id : {"p", "q", "r", "s"}) {
    folder.write_png(fmt::format("photos/{}.png", id), numbered_image({20, 24}, 3, ++number));
    write_labels(folder, fmt::format("labels/{}.png", id), {20, 24}, number);
  }
  folder.write("splits/val.txt", "q\n");
  const auto open = [&] { return open_samples(options_for(folder.path()), 1); };
  CHECK((open()->size(true) == 3 && open()->size(false) == 1));
  folder.write("splits/train.txt", "s\np\n");
  CHECK((open()->size(true) == 2 && open()->key(true, 0) == "p" && open()->key(false, 0) == "q"));
  CHECK(open()->layers() == LayerSet{false, true, false});
  const SampleLayers sample = open()->load(true, 0, 0, {false, true, false});
  CHECK(sample.input[0].data == sample.truth[0].data);
  fs::remove(folder / "labels/s.png");
  CHECK_THROWS_WITH(open(), ContainsSubstring("s.png"));
}

namespace {

PackReport pack(const TestFolder& folder, const std::string& name = "set.pack", int threads = 2) {
  SilentRun run(threads);
  run.context().options.overwrite = true;
  return pack_dataset(folder / "set", {(folder / name).string()}, run.context());
}

/// A folder "set" in the folder.
void write_set(const TestFolder& folder) {
  const TestFolder made;
  write_numbered_set(made, 4, 2);
  fs::create_directories(folder / "set");
  for (const char* part : {"train", "val", "edge", "seg", "over"}) {
    fs::create_directories(folder / "set" / part);
    for (const auto& entry : fs::directory_iterator(made / part)) {
      fs::copy_file(entry.path(), folder / "set" / part / entry.path().filename());
    }
  }
}

}  // namespace

TEST_CASE("a packed file gives the stream of the folder that it was made from") {
  const TestFolder folder;
  write_set(folder);
  const PackReport report = pack(folder);
  CHECK(report.train == 8);
  CHECK(report.held_out == 4);
  CHECK(report.images == 12 + 4 + 4 + 4 + 4);  // blends; each ground truth, edge map, label map and negative once
  CHECK(report.errors.empty());
  CHECK(report.bytes == fs::file_size(folder / "set.pack"));
  pack(folder, "again.pack", 1);
  CHECK(read_file_bytes(folder / "again.pack") == read_file_bytes(folder / "set.pack"));
  const SampleOptions from_folder = options_for(folder / "set"), from_file = options_for(folder / "set.pack");
  CHECK(open_samples(from_file, 1)->identity() == open_samples(from_folder, 1)->identity());
  CHECK(open_samples(from_file, 1)->label_kind() == SampleLabels::classes);
  for (const StreamUse use : {StreamUse::train, StreamUse::validation}) {
    SampleStream a(open_samples(from_folder, 1), use, from_folder, setup_for(1, 2));
    SampleStream b(open_samples(from_file, 1), use, from_file, setup_for(1, 2));
    REQUIRE(a.batches_per_epoch() == b.batches_per_epoch());
    for (std::uint64_t i = 0; i < a.batches_per_epoch(); ++i) CHECK(same(a.batch(2, i), b.batch(2, i)));
  }
}

TEST_CASE("samples with a bad image are left out of a packed file, and named") {
  const TestFolder folder;
  write_set(folder);
  const std::string whole = (pack(folder), open_samples(options_for(folder / "set.pack"), 1)->identity());
  cut(folder, "set/train/2.png");
  write_single_file(folder / "set/over/1.png", read_file_bytes(folder / "set/train/1.png"), true);
  const PackReport report = pack(folder);
  CHECK(report.train == 5);     // 2, and 1 and 5 with the wide negative
  CHECK(report.held_out == 3);  // and 9
  REQUIRE(report.errors.size() == 4);
  CHECK(std::ranges::count(report.errors, std::string("train/2.png"), &ItemError::item) == 1);
  CHECK(std::ranges::count(report.errors, std::string("over/1.png"), &ItemError::file) == 3);
  CHECK(open_samples(options_for(folder / "set.pack"), 1)->identity() != whole);
  SilentRun run;
  run.context().options.on_error = OnError::stop;
  CHECK_THROWS_AS(pack_dataset(folder / "set", {(folder / "other.pack").string()}, run.context()), ItemFailed);
  CHECK(!fs::exists(folder / "other.pack"));
}

TEST_CASE("a packed file is there or not, never in part; an existing one is kept unless it may be replaced") {
  const TestFolder folder;
  write_set(folder);
  SilentRun run;
  run.cancel().request();
  CHECK_THROWS_AS(pack_dataset(folder / "set", {(folder / "set.pack").string()}, run.context()), Cancelled);
  CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
  folder.write("there.pack", "x");
  SilentRun second;
  CHECK_THROWS_AS(pack_dataset(folder / "set", {(folder / "there.pack").string()}, second.context()), OutputError);
  CHECK(fs::file_size(folder / "there.pack") == 1);
  CHECK_THROWS_AS(pack_dataset(folder / "set", {(folder / "no/such/folder.pack").string()}, second.context()),
                  OutputError);
}

TEST_CASE("a packed file that was changed or cut short is refused, whatever byte it was") {
  const TestFolder folder;
  write_set(folder);
  pack(folder);
  const auto sound = read_file_bytes(folder / "set.pack");
  const auto as_bytes = [](const std::vector<std::uint8_t>& v) { return std::as_bytes(std::span(v)); };
  const PackedHeader header = read_header(as_bytes(sound).first<kPackedHeaderBytes>());
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{5}, std::size_t{100}, std::size_t{128}, sound.size() / 2, sound.size() - 1}) {
    const std::vector<std::uint8_t> part(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK_THROWS_AS(parse_packed(as_bytes(part)), DataError);
  }
  for (std::size_t i = 0; i < 72; ++i) {
    if (i >= 12 && i < 16) continue;  // reserved
    std::vector<std::uint8_t> changed = sound;
    changed[i] ^= 0x11;
    CHECK_THROWS_AS(parse_packed(as_bytes(changed)), DataError);
  }
  for (const std::uint64_t at : {header.index_offset, header.index_offset + 100, header.file_bytes - 1}) {
    std::vector<std::uint8_t> changed = sound;
    changed[at] ^= 1;
    CHECK_THROWS_AS(parse_packed(as_bytes(changed)), DataError);
  }
  std::vector<std::uint8_t> changed = sound;
  const PackedIndex index = parse_packed(as_bytes(sound));
  changed[index.images[index.table.train[0].input.file].offset + 9] ^= 1;
  write_single_file(folder / "set.pack", changed, true);
  CHECK_THROWS_WITH(read_all(folder / "set.pack"), ContainsSubstring("set.pack") && ContainsSubstring("damaged"));
}

namespace {

/// A file with this index, everything about it right but what the index says.
std::vector<std::uint8_t> file_with(const std::string& index) {
  std::vector<std::uint8_t> file(kPackedHeaderBytes + 256);
  const PackedHeader header{kPackedVersion, file.size() + index.size(), file.size(), index.size(),
                            xxh128_hex({reinterpret_cast<const std::uint8_t*>(index.data()), index.size()})};
  const auto head = header_bytes(header);
  std::copy(head.begin(), head.end(), file.begin());
  file.insert(file.end(), index.begin(), index.end());
  return file;
}

std::string index_with(const std::string& images, const std::string& train) {
  return R"({"identity":"x","labels":"none","images":[)" + images + R"(],"train":[)" + train + R"(],"held_out":[]})";
}

}  // namespace

TEST_CASE("an index that points anywhere it must not is refused") {
  const std::string image = R"(["a",8,8,3,128,"h"])", grey = R"(["b",8,8,1,128,"h"])",
                    sample = R"(["k",0,0,null,null,[]])";
  const auto parse = [](const std::string& index) {
    const auto file = file_with(index);
    return parse_packed(std::as_bytes(std::span(file)));
  };
  REQUIRE(parse(index_with(image + ',' + grey, sample)).table.train.size() == 1);
  for (const char* bad :
       {R"(["a",8,8,3,256,"h"])", R"(["a",8,8,3,64,"h"])", R"(["a",9,9,3,192,"h"])", R"(["a",0,8,3,128,"h"])",
        R"(["a",8,8,2,128,"h"])", R"(["a",-8,8,3,128,"h"])", R"(["a",8.5,8,3,128,"h"])",
        R"(["a",8,8,3,18446744073709551615,"h"])", R"(["a",65536,65536,3,128,"h"])", R"([8,8,8,3,128,"h"])",
        R"(["a",8,8,3,128])", R"(["a\nb",8,8,3,128,"h"])", "7", "{}"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse(index_with(bad, "")), DataError);
  }
  for (const char* bad :
       {R"(["k",1,0,null,null,[]])", R"(["k",0,2,null,null,[]])", R"(["k",0,0,0,null,[]])", R"(["k",0,0,1,1,[1]])",
        R"(["k",0,0,"e",null,[]])", R"(["k",0,0,null,null,3])", R"([0,0,0,null,null,[]])", "[]", "null"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse(index_with(image + ',' + grey, bad)), DataError);
  }
  for (const char* bad : {"", "{", "[]", R"({"identity":1})",
                          R"({"identity":"x","labels":"what","images":[],"train":[],"held_out":[]})"}) {
    INFO(bad);
    CHECK_THROWS_AS(parse(bad), DataError);
  }
}
