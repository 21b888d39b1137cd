#include "model/detail/pickle.h"

#include "core/error.h"
#include "model/detail/pickle_opcodes.h"
#include "model/tensor_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>
#include <utility>

namespace csgis::detail {
namespace {

constexpr std::size_t kMaxValues = 2'000'000;
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxMarks = 1000;

std::string name_of_refused(std::uint8_t code) {
  const auto row = std::ranges::find(kRefusedOpcodes, code, &OpcodeName::code);
  const std::string_view name = row == kRefusedOpcodes.end() ? "of no known name" : row->name;
  return fmt::format("{} (0x{:02x})", name, code);
}

/// The stream of opcodes and their arguments.
class Stream {
 public:
  explicit Stream(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }

  std::string_view take(std::size_t count) {
    require<DataError>(count <= bytes_.size() - position_, "the pickle ends too early: {} bytes are missing at byte {}",
                       count - (bytes_.size() - position_), position_);
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + position_;
    position_ += count;
    return {begin, count};
  }
  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string_view line() {
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + position_;
    const std::string_view rest(begin, bytes_.size() - position_);
    const std::size_t end = rest.find('\n');
    require<DataError>(end != std::string_view::npos, "the pickle ends too early: within a name at byte {}", position_);
    position_ += end + 1;
    return rest.substr(0, end);
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

/// The stack machine that pickles are written for, without anything that could run.
class Machine {
 public:
  Machine(std::span<const std::byte> bytes, std::span<const AllowedGlobal> allowed) : in_(bytes), allowed_(allowed) {
    none_ = make({.kind = PickleKind::none});
    false_ = make({.kind = PickleKind::boolean});
    true_ = make({.kind = PickleKind::boolean, .integer = 1});
  }

  Pickle run() {
    while (true) {
      const std::size_t at = in_.position();
      const auto code = in_.number<std::uint8_t>();
      if (code == static_cast<std::uint8_t>(Opcode::stop)) break;
      const auto opcode = static_cast<Opcode>(code);
      if (!step_scalar(opcode) && !step_stack(opcode) && !step_object(opcode)) {
        fail<DataError>("the pickle opcode {} at byte {} is not allowed", name_of_refused(code), at);
      }
    }
    out_.root = pop();
    require<DataError>(stack_.empty() && marks_.empty(), "the pickle ends with {} values left over", stack_.size());
    out_.size = in_.position();
    return std::move(out_);
  }

 private:
  /// Opcodes that push a value without parts.
  bool step_scalar(Opcode opcode) {
    switch (opcode) {
      case Opcode::none:
        push(none_);
        return true;
      case Opcode::new_true:
        push(true_);
        return true;
      case Opcode::new_false:
        push(false_);
        return true;
      case Opcode::bin_int:
        push_integer(in_.number<std::int32_t>());
        return true;
      case Opcode::bin_int1:
        push_integer(in_.number<std::uint8_t>());
        return true;
      case Opcode::bin_int2:
        push_integer(in_.number<std::uint16_t>());
        return true;
      case Opcode::long1:
        push_long(in_.take(in_.number<std::uint8_t>()));
        return true;
      case Opcode::bin_float: {
        const std::uint64_t bits = __builtin_bswap64(in_.number<std::uint64_t>());  // the one big-endian number
        push_new({.kind = PickleKind::real, .real = std::bit_cast<double>(bits)});
        return true;
      }
      case Opcode::bin_unicode: {
        const std::string_view text = in_.take(in_.number<std::uint32_t>());
        require<DataError>(is_utf8(text), "the pickle has a text that is no UTF-8 before byte {}", in_.position());
        push_new({.kind = PickleKind::text, .text = text});
        return true;
      }
      case Opcode::short_bin_string:
        push_new({.kind = PickleKind::bytes, .text = in_.take(in_.number<std::uint8_t>())});
        return true;
      case Opcode::empty_list:
        push_new({.kind = PickleKind::list});
        return true;
      case Opcode::empty_tuple:
        push_new({.kind = PickleKind::tuple});
        return true;
      case Opcode::empty_dict:
        push_new({.kind = PickleKind::dict});
        return true;
      case Opcode::empty_set:
        push_new({.kind = PickleKind::set});
        return true;
      default:
        return false;
    }
  }

  /// Opcodes that move what is there: memo, marks, filling of containers.
  bool step_stack(Opcode opcode) {
    switch (opcode) {
      case Opcode::mark:
        require<DataError>(marks_.size() < kMaxMarks, "the pickle is nested too deeply at byte {}", in_.position());
        marks_.push_back(stack_.size());
        return true;
      case Opcode::bin_get:
        push(recall(in_.number<std::uint8_t>()));
        return true;
      case Opcode::long_bin_get:
        push(recall(in_.number<std::uint32_t>()));
        return true;
      case Opcode::bin_put:
        remember(in_.number<std::uint8_t>());
        return true;
      case Opcode::long_bin_put:
        remember(in_.number<std::uint32_t>());
        return true;
      case Opcode::tuple:
        push_tuple(pop_marked());
        return true;
      case Opcode::tuple1:
        push_tuple(pop_last(1));
        return true;
      case Opcode::tuple2:
        push_tuple(pop_last(2));
        return true;
      case Opcode::tuple3:
        push_tuple(pop_last(3));
        return true;
      case Opcode::append:
        fill(PickleKind::list, pop_last(1));
        return true;
      case Opcode::appends:
        fill(PickleKind::list, pop_marked());
        return true;
      case Opcode::set_item:
        fill(PickleKind::dict, pop_last(2));
        return true;
      case Opcode::set_items:
        fill(PickleKind::dict, pop_marked());
        return true;
      default:
        return false;
    }
  }

  /// Opcodes that a usual reader would execute something for.
  bool step_object(Opcode opcode) {
    switch (opcode) {
      case Opcode::proto:
        require<DataError>(in_.number<std::uint8_t>() <= 5, "the pickle has an unknown protocol");
        return true;
      case Opcode::global:
        push_global();
        return true;
      case Opcode::reduce:
      case Opcode::new_object:
        push_call();
        return true;
      case Opcode::bin_persid: {
        const PickleRef id = pop();
        PickleValue value{.kind = PickleKind::persistent};
        put_into(value, {id});
        push_new(std::move(value));
        return true;
      }
      case Opcode::build:
        build();
        return true;
      default:
        return false;
    }
  }

  PickleRef make(PickleValue value) {
    require<DataError>(out_.values.size() < kMaxValues, "the pickle has more than {} values", kMaxValues);
    out_.values.push_back(std::move(value));
    return static_cast<PickleRef>(out_.values.size() - 1);
  }
  void push(PickleRef ref) { stack_.push_back(ref); }
  void push_new(PickleValue value) { push(make(std::move(value))); }
  void push_integer(std::int64_t value) { push_new({.kind = PickleKind::integer, .integer = value}); }
  void push_long(std::string_view digits) {
    if (digits.size() > 8) return push_new({.kind = PickleKind::long_integer, .text = digits});
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < digits.size(); ++i) {
      value |= std::uint64_t{static_cast<unsigned char>(digits[i])} << (8 * i);
    }
    const int unused_bits = 64 - 8 * static_cast<int>(digits.size());
    const bool is_negative = !digits.empty() && (static_cast<unsigned char>(digits.back()) & 0x80) != 0;
    if (is_negative && unused_bits > 0) value |= ~std::uint64_t{0} << (64 - unused_bits);
    push_integer(static_cast<std::int64_t>(value));
  }

  /// The values above the last mark may be taken, those below belong to somebody else.
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  std::vector<PickleRef> pop_last(std::size_t count) {
    require<DataError>(stack_.size() >= floor() + count, "the pickle takes a value that is not there at byte {}",
                       in_.position());
    std::vector<PickleRef> values(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
    stack_.resize(stack_.size() - count);
    return values;
  }
  PickleRef pop() { return pop_last(1).front(); }
  std::vector<PickleRef> pop_marked() {
    require<DataError>(!marks_.empty(), "the pickle misses a mark at byte {}", in_.position());
    std::vector<PickleRef> values = pop_last(stack_.size() - marks_.back());
    marks_.pop_back();
    return values;
  }

  void remember(std::uint32_t place) {
    const PickleRef top = pop();
    push(top);
    memo_[place] = top;
    require<DataError>(memo_.size() <= kMaxValues, "the pickle remembers more than {} values", kMaxValues);
  }
  PickleRef recall(std::uint32_t place) const {
    const auto found = memo_.find(place);
    require<DataError>(found != memo_.end(), "the pickle recalls value {}, which it has not stored", place);
    return found->second;
  }

  void put_into(PickleValue& container, const std::vector<PickleRef>& items) {
    for (const PickleRef item : items) container.depth = std::max(container.depth, out_[item].depth + 1);
    require<DataError>(container.depth <= kMaxDepth, "the pickle is nested too deeply at byte {}", in_.position());
    container.items.insert(container.items.end(), items.begin(), items.end());
  }
  void push_tuple(const std::vector<PickleRef>& items) {
    PickleValue tuple{.kind = PickleKind::tuple};
    put_into(tuple, items);
    push_new(std::move(tuple));
  }
  void fill(PickleKind kind, const std::vector<PickleRef>& items) {
    const PickleRef container = pop();
    push(container);
    require<DataError>(out_[container].kind == kind, "the pickle adds items to something that is no {} at byte {}",
                       kind == PickleKind::list ? "list" : "dict", in_.position());
    require<DataError>(kind != PickleKind::dict || items.size() % 2 == 0,
                       "the pickle has a key without a value at byte {}", in_.position());
    put_into(out_.values[container], items);
  }

  void push_global() {
    const std::string_view module = in_.line(), name = in_.line();
    const std::string full = fmt::format("{}.{}", module, name);
    const auto found = std::ranges::find(allowed_, std::string_view(full), &AllowedGlobal::name);
    require<DataError>(found != allowed_.end(), "the pickle names the global {}, which is not allowed",
                       in_quotes(full));
    push_new({.kind = PickleKind::global, .integer = found - allowed_.begin(), .text = found->name});
  }
  void push_call() {
    const std::vector<PickleRef> parts = pop_last(2);
    const PickleValue &callee = out_[parts[0]], &arguments = out_[parts[1]];
    require<DataError>(callee.kind == PickleKind::global && arguments.kind == PickleKind::tuple,
                       "the pickle calls something that is no global at byte {}", in_.position());
    const AllowedGlobal& global = allowed_[static_cast<std::size_t>(callee.integer)];
    require<DataError>(global.use != AllowedGlobal::value, "the pickle calls the global {}, which is not allowed",
                       in_quotes(global.name));
    if (global.use == AllowedGlobal::mapping) return push_mapping(arguments);
    PickleValue call{.kind = PickleKind::call};
    put_into(call, parts);
    push_new(std::move(call));
  }
  /// OrderedDict(), Counter({...}), and Python 2's OrderedDict([[key, value], ...]).
  void push_mapping(const PickleValue& arguments) {
    if (arguments.items.empty()) return push_new({.kind = PickleKind::dict});
    const PickleRef content = arguments.items.front();
    const PickleKind kind = out_[content].kind;
    require<DataError>(arguments.items.size() == 1 && (kind == PickleKind::dict || kind == PickleKind::list),
                       "the pickle makes a dict of something else at byte {}", in_.position());
    if (kind == PickleKind::dict) return push(content);  // itself: copies of copies would fill any memory
    PickleValue dict{.kind = PickleKind::dict};
    for (const PickleRef pair : out_[content].items) {
      const bool is_pair = out_[pair].kind == PickleKind::list && out_[pair].items.size() == 2;
      require<DataError>(is_pair && ++pairs_ <= kMaxValues, "the pickle makes a dict of something else at byte {}",
                         in_.position());
      put_into(dict, out_[pair].items);
    }
    push_new(std::move(dict));
  }
  /// Attributes: a state dict's module versions, a parameter's, a numpy type's details. They are not needed.
  void build() {
    const std::vector<PickleRef> parts = pop_last(2);
    const PickleValue& object = out_[parts[0]];
    const bool is_allowed =
        object.kind == PickleKind::dict ||
        (object.kind == PickleKind::call &&
         (out_[object.items[0]].text == "torch.nn.parameter.Parameter" || out_[object.items[0]].text == "numpy.dtype"));
    require<DataError>(is_allowed, "the pickle opcode BUILD at byte {} is not allowed on this object",
                       in_.position() - 1);
    push(parts[0]);
  }

  Stream in_;
  std::span<const AllowedGlobal> allowed_;
  Pickle out_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint32_t, PickleRef> memo_;
  PickleRef none_ = 0, false_ = 0, true_ = 0;
  std::size_t pairs_ = 0;  ///< Copied into dicts so far.
};

}  // namespace

const PickleValue* Pickle::find(const PickleValue& dict, std::string_view key) const {
  if (dict.kind != PickleKind::dict) return nullptr;
  for (std::size_t i = dict.items.size(); i >= 2; i -= 2) {
    const PickleValue& name = values[dict.items[i - 2]];
    const bool is_name = name.kind == PickleKind::text || name.kind == PickleKind::bytes;
    if (is_name && name.text == key) return &values[dict.items[i - 1]];
  }
  return nullptr;
}

Pickle read_pickle(std::span<const std::byte> bytes, std::span<const AllowedGlobal> allowed) {
  return Machine(bytes, allowed).run();
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const unsigned first = byte(i);
    const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
    if (length == 0) return false;
    unsigned point = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t k = 1; k < length; ++k) {
      if (byte(i + k) >> 6 != 2) return false;
      point = point << 6 | (byte(i + k) & 0x3f);
    }
    constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[length] || point > 0x10ffff || point >> 11 == 0x1b) return false;
    i += length;
  }
  return true;
}

}  // namespace csgis::detail
