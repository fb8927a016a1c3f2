#include "engine/evaluate/tasks/subjects.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace dsm {
namespace {

using Subject = std::pair<std::string_view, std::string_view>;

constexpr std::array kCEvalSubjects{
    Subject{"accountant", "注册会计师"},
    Subject{"advanced_mathematics", "高等数学"},
    Subject{"art_studies", "艺术学"},
    Subject{"basic_medicine", "基础医学"},
    Subject{"business_administration", "工商管理"},
    Subject{"chinese_language_and_literature", "中国语言文学"},
    Subject{"civil_servant", "公务员"},
    Subject{"clinical_medicine", "临床医学"},
    Subject{"college_chemistry", "大学化学"},
    Subject{"college_economics", "大学经济学"},
    Subject{"college_physics", "大学物理"},
    Subject{"college_programming", "大学编程"},
    Subject{"computer_architecture", "计算机组成"},
    Subject{"computer_network", "计算机网络"},
    Subject{"discrete_mathematics", "离散数学"},
    Subject{"education_science", "教育学"},
    Subject{"electrical_engineer", "注册电气工程师"},
    Subject{"environmental_impact_assessment_engineer", "环境影响评价工程师"},
    Subject{"fire_engineer", "注册消防工程师"},
    Subject{"high_school_biology", "高中生物"},
    Subject{"high_school_chemistry", "高中化学"},
    Subject{"high_school_chinese", "高中语文"},
    Subject{"high_school_geography", "高中地理"},
    Subject{"high_school_history", "高中历史"},
    Subject{"high_school_mathematics", "高中数学"},
    Subject{"high_school_physics", "高中物理"},
    Subject{"high_school_politics", "高中政治"},
    Subject{"ideological_and_moral_cultivation", "思想道德修养与法律基础"},
    Subject{"law", "法学"},
    Subject{"legal_professional", "法律职业资格"},
    Subject{"logic", "逻辑学"},
    Subject{"mao_zedong_thought", "毛泽东思想和中国特色社会主义理论体系概论"},
    Subject{"marxism", "马克思主义基本原理"},
    Subject{"metrology_engineer", "注册计量师"},
    Subject{"middle_school_biology", "初中生物"},
    Subject{"middle_school_chemistry", "初中化学"},
    Subject{"middle_school_geography", "初中地理"},
    Subject{"middle_school_history", "初中历史"},
    Subject{"middle_school_mathematics", "初中数学"},
    Subject{"middle_school_physics", "初中物理"},
    Subject{"middle_school_politics", "初中政治"},
    Subject{"modern_chinese_history", "近代史纲要"},
    Subject{"operating_system", "操作系统"},
    Subject{"physician", "医师资格"},
    Subject{"plant_protection", "植物保护"},
    Subject{"probability_and_statistics", "概率统计"},
    Subject{"professional_tour_guide", "导游资格"},
    Subject{"sports_science", "体育学"},
    Subject{"tax_accountant", "税务师"},
    Subject{"teacher_qualification", "教师资格"},
    Subject{"urban_and_rural_planner", "注册城乡规划师"},
    Subject{"veterinary_medicine", "兽医学"},
};

constexpr std::array kCmmluSubjects{
    Subject{"agronomy", "农学"},
    Subject{"anatomy", "解剖学"},
    Subject{"ancient_chinese", "古汉语"},
    Subject{"arts", "艺术学"},
    Subject{"astronomy", "天文学"},
    Subject{"business_ethics", "商业伦理"},
    Subject{"chinese_civil_service_exam", "中国公务员考试"},
    Subject{"chinese_driving_rule", "中国驾驶规则"},
    Subject{"chinese_food_culture", "中国饮食文化"},
    Subject{"chinese_foreign_policy", "中国外交政策"},
    Subject{"chinese_history", "中国历史"},
    Subject{"chinese_literature", "中国文学"},
    Subject{"chinese_teacher_qualification", "中国教师资格"},
    Subject{"clinical_knowledge", "临床知识"},
    Subject{"college_actuarial_science", "大学精算学"},
    Subject{"college_education", "大学教育学"},
    Subject{"college_engineering_hydrology", "大学工程水文学"},
    Subject{"college_law", "大学法律"},
    Subject{"college_mathematics", "大学数学"},
    Subject{"college_medical_statistics", "大学医学统计"},
    Subject{"college_medicine", "大学医学"},
    Subject{"computer_science", "计算机科学"},
    Subject{"computer_security", "计算机安全"},
    Subject{"conceptual_physics", "概念物理学"},
    Subject{"construction_project_management", "建设工程管理"},
    Subject{"economics", "经济学"},
    Subject{"education", "教育学"},
    Subject{"electrical_engineering", "电气工程"},
    Subject{"elementary_chinese", "小学语文"},
    Subject{"elementary_commonsense", "小学常识"},
    Subject{"elementary_information_and_technology", "小学信息技术"},
    Subject{"elementary_mathematics", "初等数学"},
    Subject{"ethnology", "民族学"},
    Subject{"food_science", "食品科学"},
    Subject{"genetics", "遗传学"},
    Subject{"global_facts", "全球事实"},
    Subject{"high_school_biology", "高中生物"},
    Subject{"high_school_chemistry", "高中化学"},
    Subject{"high_school_geography", "高中地理"},
    Subject{"high_school_mathematics", "高中数学"},
    Subject{"high_school_physics", "高中物理学"},
    Subject{"high_school_politics", "高中政治"},
    Subject{"human_sexuality", "人类性行为"},
    Subject{"international_law", "国际法学"},
    Subject{"journalism", "新闻学"},
    Subject{"jurisprudence", "法理学"},
    Subject{"legal_and_moral_basis", "法律与道德基础"},
    Subject{"logical", "逻辑学"},
    Subject{"machine_learning", "机器学习"},
    Subject{"management", "管理学"},
    Subject{"marketing", "市场营销"},
    Subject{"marxist_theory", "马克思主义理论"},
    Subject{"modern_chinese", "现代汉语"},
    Subject{"nutrition", "营养学"},
    Subject{"philosophy", "哲学"},
    Subject{"professional_accounting", "专业会计"},
    Subject{"professional_law", "专业法学"},
    Subject{"professional_medicine", "专业医学"},
    Subject{"professional_psychology", "专业心理学"},
    Subject{"public_relations", "公共关系"},
    Subject{"security_study", "安全研究"},
    Subject{"sociology", "社会学"},
    Subject{"sports_science", "体育学"},
    Subject{"traditional_chinese_medicine", "中医中药"},
    Subject{"virology", "病毒学"},
    Subject{"world_history", "世界历史"},
    Subject{"world_religions", "世界宗教"},
};

std::string_view wordsIn(std::span<const Subject> subjects, std::string_view subject) {
    const auto found = std::ranges::find(subjects, subject, &Subject::first);
    return found == subjects.end() ? std::string_view() : found->second;
}

}  // namespace

std::string_view subjectWords(TaskName task, std::string_view subject) {
    if (task == TaskName::CEval) return wordsIn(kCEvalSubjects, subject);
    if (task == TaskName::Cmmlu) return wordsIn(kCmmluSubjects, subject);
    return subject;
}

std::string subjectIn(TaskName task, const std::filesystem::path& file) {
    std::string stem = file.stem().string();
    for (const std::string_view part :
         {"_val", "_valid", "_dev", "_test", "-val", "-dev", "-test"}) {
        if (stem.ends_with(part)) stem.resize(stem.size() - part.size());
    }
    const std::string folder = file.parent_path().filename().string();
    for (const std::string& name : {stem, folder}) {
        if (task != TaskName::Mmlu && !subjectWords(task, name).empty()) return name;
    }
    return {};
}

}  // namespace dsm
