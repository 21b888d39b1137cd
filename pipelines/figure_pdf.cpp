#include "core/error.h"
#include "pipelines/figure_page.h"

#include <fmt/format.h>
#include <libdeflate.h>

#include <memory>

namespace csgis {
namespace {

std::string deflated(const std::string& bytes) {
  const std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(9), libdeflate_free_compressor);
  require<Error>(compressor != nullptr, "libdeflate has no memory for a compressor");
  std::string out(libdeflate_zlib_compress_bound(compressor.get(), bytes.size()), '\0');
  out.resize(libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}

/// Numbers the objects and remembers where each begins, as the table at the end of the file wants it.
class PdfFile {
 public:
  int add(const std::string& body) {
    starts_.push_back(text_.size());
    text_ += fmt::format("{} 0 obj\n{}\nendobj\n", starts_.size(), body);
    return static_cast<int>(starts_.size());
  }
  int add_stream(const std::string& entries, const std::string& bytes) {
    const std::string packed = deflated(bytes);
    return add(fmt::format("<< {} /Filter /FlateDecode /Length {} >>\nstream\n", entries, packed.size()) + packed +
               "\nendstream");
  }
  int next() const { return static_cast<int>(starts_.size()) + 1; }

  std::string finish(int catalogue) {
    const std::size_t table = text_.size();
    text_ += fmt::format("xref\n0 {}\n0000000000 65535 f \n", starts_.size() + 1);
    for (const std::size_t start : starts_) text_ += fmt::format("{:010} 00000 n \n", start);
    text_ += fmt::format("trailer\n<< /Size {} /Root {} 0 R >>\nstartxref\n{}\n%%EOF\n", starts_.size() + 1, catalogue,
                         table);
    return std::move(text_);
  }

 private:
  std::string text_ = "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n";
  std::vector<std::size_t> starts_;
};

std::string pixels_of(const Image8& image, const SheetRect& part) {
  std::string bytes;
  const auto y0 = static_cast<int>(part.y), x0 = static_cast<int>(part.x);
  for (int y = y0; y < y0 + static_cast<int>(part.height); ++y) {
    const auto* const row = reinterpret_cast<const char*>(image.at(y, x0));
    bytes.append(row, static_cast<std::size_t>(part.width) * 3);
  }
  return bytes;
}

std::string colour_of(const SheetColour& colour) {
  return fmt::format("{:.3f} {:.3f} {:.3f}", colour.r / 255.0, colour.g / 255.0, colour.b / 255.0);
}

std::string string_of(const std::string& text) {
  std::string out = "(";
  for (const char c : settable_text(text)) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c;
  }
  return out + ')';
}

/// PDF's y goes up.
std::string drawing(const FigurePage& page) {
  std::string text;
  for (std::size_t i = 0; i < page.pictures.size(); ++i) {
    const SheetRect& at = page.pictures[i].at;
    text += fmt::format("q {:.3f} 0 0 {:.3f} {:.3f} {:.3f} cm /I{} Do Q\n", at.width, at.height, at.x,
                        page.height - at.y - at.height, i);
  }
  for (const SheetLine& line : page.lines) {
    text += fmt::format("{} RG {:.3f} w 0 j\n", colour_of(line.colour), line.thickness);
    for (std::size_t i = 0; i < line.points.size(); ++i) {
      text += fmt::format("{:.3f} {:.3f} {}\n", line.points[i].first, page.height - line.points[i].second,
                          i == 0 ? 'm' : 'l');
    }
    text += line.is_closed ? "s\n" : "S\n";
  }
  for (const SheetText& word : page.texts) {
    text += fmt::format("BT /{} {:.3f} Tf {:.3f} {:.3f} Td {} Tj ET\n", word.is_bold ? "B" : "R", word.size,
                        word.x - text_width(word.text, word.size, word.is_bold) / 2, page.height - word.y,
                        string_of(word.text));
  }
  return text;
}

}  // namespace

std::string figure_pdf(const FigurePage& page) {
  PdfFile file;
  const auto font = [&](const char* name) {
    return file.add(fmt::format("<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>", name));
  };
  const int regular = font("Helvetica"), bold = font("Helvetica-Bold");
  std::string pictures;
  for (std::size_t i = 0; i < page.pictures.size(); ++i) {
    const SheetPicture& picture = page.pictures[i];
    const int id = file.add_stream(
        fmt::format("/Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceRGB /BitsPerComponent 8",
                    static_cast<int>(picture.part.width), static_cast<int>(picture.part.height)),
        pixels_of(page.images[picture.image], picture.part));
    pictures += fmt::format("/I{} {} 0 R ", i, id);
  }
  const int content = file.add_stream("", drawing(page));
  const int pages = file.next() + 1;
  const int sheet = file.add(fmt::format(
      "<< /Type /Page /Parent {} 0 R /MediaBox [0 0 {:.3f} {:.3f}] /Contents {} 0 R /Resources << /Font << /R {} 0 R "
      "/B {} 0 R >> /XObject << {}>> >> >>",
      pages, page.width, page.height, content, regular, bold, pictures));
  file.add(fmt::format("<< /Type /Pages /Kids [{} 0 R] /Count 1 >>", sheet));
  return file.finish(file.add(fmt::format("<< /Type /Catalog /Pages {} 0 R >>", pages)));
}

}  // namespace csgis
