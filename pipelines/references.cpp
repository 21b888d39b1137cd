#include "pipelines/references.h"

#include "core/version.h"
#include "pipelines/summary_table.h"

#include <fmt/format.h>

#include <set>
#include <string_view>

namespace csgis {
namespace {

struct Paper {
  const char* key;
  const char* kind;   ///< Of the BibTeX entry.
  const char* where;  ///< Its field: journal or booktitle.
  const char* author;
  const char* title;
  const char* venue;
  const char* rest;  ///< Further fields.
  int year;
};

constexpr const char* kTog = "ACM Transactions on Graphics";
constexpr const char* kPami = "IEEE Transactions on Pattern Analysis and Machine Intelligence";
constexpr const char* kTip = "IEEE Transactions on Image Processing";

constexpr Paper kPapers[] = {
    {"farbman2008wls", "article", "journal",
     "Farbman, Zeev and Fattal, Raanan and Lischinski, Dani and Szeliski, Richard",
     "Edge-Preserving Decompositions for Multi-Scale Tone and Detail Manipulation", kTog, "volume = {27}, number = {3}",
     2008},
    {"ham2015sdf", "inproceedings", "booktitle", "Ham, Bumsub and Cho, Minsu and Ponce, Jean",
     "Robust Image Filtering Using Joint Static and Dynamic Guidance",
     "IEEE Conference on Computer Vision and Pattern Recognition", "", 2015},
    {"ham2018sdf", "article", "journal", "Ham, Bumsub and Cho, Minsu and Ponce, Jean",
     "Robust Guided Image Filtering Using Nonconvex Potentials", kPami, "volume = {40}, number = {1}", 2018},
    {"he2013guided", "article", "journal", "He, Kaiming and Sun, Jian and Tang, Xiaoou", "Guided Image Filtering",
     kPami, "volume = {35}, number = {6}", 2013},
    {"liu2020ils", "article", "journal",
     "Liu, Wei and Zhang, Pingping and Huang, Xiaolin and Yang, Jie and Shen, Chunhua and Reid, Ian",
     "Real-time Image Smoothing via Iterative Least Squares", kTog, "volume = {39}, number = {3}", 2020},
    {"tomasi1998bilateral", "inproceedings", "booktitle", "Tomasi, Carlo and Manduchi, Roberto",
     "Bilateral Filtering for Gray and Color Images", "International Conference on Computer Vision", "", 1998},
    {"wang2003msssim", "inproceedings", "booktitle", "Wang, Zhou and Simoncelli, Eero P. and Bovik, Alan C.",
     "Multiscale Structural Similarity for Image Quality Assessment",
     "Asilomar Conference on Signals, Systems and Computers", "", 2003},
    {"wang2004ssim", "article", "journal", "Wang, Zhou and Bovik, Alan C. and Sheikh, Hamid R. and Simoncelli, Eero P.",
     "Image Quality Assessment: From Error Visibility to Structural Similarity", kTip, "volume = {13}, number = {4}",
     2004},
    {"wang2022csgis", "article", "journal",
     "Wang, Jie and Wang, Yongzhen and Feng, Yidan and Gong, Lina and Yan, Xuefeng and Xie, Haoran and Wang, Fu Lee "
     "and "
     "Wei, Mingqiang",
     "Contrastive Semantic-Guided Image Smoothing Network", "Computer Graphics Forum", "volume = {41}, number = {7}",
     2022},
    {"xu2011l0", "article", "journal", "Xu, Li and Lu, Cewu and Xu, Yi and Jia, Jiaya",
     "Image Smoothing via {L0} Gradient Minimization", kTog, "volume = {30}, number = {6}", 2011},
    {"xu2012rtv", "article", "journal", "Xu, Li and Yan, Qiong and Xia, Yang and Jia, Jiaya",
     "Structure Extraction from Texture via Relative Total Variation", kTog, "volume = {31}, number = {6}", 2012},
    {"xu2020pnls", "article", "journal",
     "Xu, Jun and Liu, Zhi-Ang and Hou, Ying-Kun and Zhen, Xian-Tong and Shao, Ling and Cheng, Ming-Ming",
     "Pixel-level Non-local Image Smoothing with Objective Evaluation", "IEEE Transactions on Multimedia",
     "doi = {10.1109/TMM.2020.3037535}", 2020},
    {"zhang2011fsim", "article", "journal", "Zhang, Lin and Zhang, Lei and Mou, Xuanqin and Zhang, David",
     "{FSIM}: A Feature Similarity Index for Image Quality Assessment", kTip,
     "volume = {20}, number = {8}, doi = {10.1109/TIP.2011.2109730}", 2011},
    {"zhang2014rgf", "inproceedings", "booktitle", "Zhang, Qi and Shen, Xiaoyong and Xu, Li and Jia, Jiaya",
     "Rolling Guidance Filter", "European Conference on Computer Vision", "", 2014},
};

struct Citation {
  std::string_view of;
  const char* key;
};

constexpr Citation kMethods[] = {
    {"l0", "xu2011l0"},          {"rtv", "xu2012rtv"},       {"bilateral", "tomasi1998bilateral"},
    {"rgf", "zhang2014rgf"},     {"rgf-cv", "zhang2014rgf"}, {"ils-welsch", "liu2020ils"},
    {"ils-lnorm", "liu2020ils"}, {"sdf", "ham2015sdf"},      {"sdf", "ham2018sdf"},
    {"wls", "farbman2008wls"},   {"guided", "he2013guided"}, {"guided-cov", "he2013guided"},
    {"pnls", "xu2020pnls"},      {"net", "wang2022csgis"},
};

/// By the name before the first colon; a variant that is a definition of its own stands whole.
constexpr Citation kMetrics[] = {
    {"ssim:csgis", "wang2022csgis"}, {"ssim", "wang2004ssim"},   {"ms-ssim", "wang2003msssim"},
    {"fsim", "zhang2011fsim"},       {"fsimc", "zhang2011fsim"},
};

std::string entry(const Paper& paper) {
  std::string text = fmt::format("@{}{{{},\n  author = {{{}}},\n  title = {{{}}},\n  {} = {{{}}},\n", paper.kind,
                                 paper.key, paper.author, paper.title, paper.where, paper.venue);
  if (*paper.rest != '\0') text += fmt::format("  {},\n", paper.rest);
  return text + fmt::format("  year = {{{}}}\n}}\n", paper.year);
}

std::string toolkit_entry() {
  return fmt::format(
      "@misc{{csgis,\n  author = {{{{The csgis developers}}}},\n"
      "  title = {{csgis: a toolkit for structure-preserving image smoothing}},\n  note = {{Version {}}}\n}}\n",
      kVersion);
}

}  // namespace

std::vector<std::string> references_of_method(const std::string& family) {
  std::vector<std::string> keys;
  for (const Citation& citation : kMethods) {
    if (citation.of == family) keys.emplace_back(citation.key);
  }
  return keys;
}

std::vector<std::string> references_of_metric(const std::string& metric) {
  const std::string base = metric.substr(0, metric.find(':'));
  std::vector<std::string> keys;
  for (const Citation& citation : kMetrics) {
    if (citation.of == metric || citation.of == base) keys.emplace_back(citation.key);
  }
  return keys;
}

std::string family_of(const Results& results, const std::string& method) {
  const MethodRecord* const record = find_method_record(results, method);
  return record != nullptr ? record->family : method.substr(0, method.find(':'));
}

std::string bibliography(const Results& results) {
  std::set<std::string> keys;
  for (const std::string& method : results.methods) {
    for (std::string& key : references_of_method(family_of(results, method))) keys.insert(std::move(key));
  }
  for (const std::string& metric : results.metrics) {
    for (std::string& key : references_of_metric(metric)) keys.insert(std::move(key));
  }
  std::string text = toolkit_entry();
  for (const Paper& paper : kPapers) {
    if (keys.contains(paper.key)) text += '\n' + entry(paper);
  }
  return text;
}

}  // namespace csgis
