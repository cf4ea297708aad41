/**
 * Invented names of the demonstration park. Every company name carries (演示); codes start with 9 and belong to no
 * registered company; identity numbers use a region code that was never given out.
 */

export type CompanyProfile = 'process' | 'storage' | 'gas' | 'specialty' | 'logistics';

export interface CompanyName {
  readonly zh: string;
  readonly en: string;
  readonly profile: CompanyProfile;
}

const company = (zh: string, en: string, profile: CompanyProfile): CompanyName => ({
  zh: `${zh}(演示)有限公司`,
  en: `${en} (demo)`,
  profile,
});

export const COMPANY_NAMES: readonly CompanyName[] = [
  company('岚屿烯烃', 'Lanyu Olefins', 'process'),
  company('沁墟聚合材料', 'Qinxu Polymers', 'process'),
  company('椋川特种气体', 'Liangchuan Gases', 'gas'),
  company('砚泓环氧树脂', 'Yanhong Epoxy', 'specialty'),
  company('珩漪储运', 'Hengyi Terminals', 'storage'),
  company('芷澈精细化工', 'Zhiche Fine Chemicals', 'specialty'),
  company('璟澜异氰酸酯', 'Jinglan Isocyanates', 'process'),
  company('峤野氯碱', 'Qiaoye Chlor-Alkali', 'process'),
  company('栩溟涂料', 'Xuming Coatings', 'specialty'),
  company('翊沅溶剂', 'Yiyuan Solvents', 'storage'),
  company('澍棠新材料', 'Shutang Materials', 'process'),
  company('楹岱工业气体', 'Yingdai Industrial Gases', 'gas'),
  company('昀朔物流', 'Yunshuo Logistics', 'logistics'),
  company('桁溪丙烯酸', 'Hengxi Acrylics', 'process'),
  company('鹭礁石化', 'Lujiao Petrochemicals', 'process'),
  company('潆舟液体仓储', 'Yingzhou Tank Storage', 'storage'),
  company('霁垣医药中间体', 'Jiyuan Intermediates', 'specialty'),
  company('磐汐碳纤维', 'Panxi Carbon Fibre', 'specialty'),
  company('萤浦电子化学品', 'Yingpu Electronic Chemicals', 'specialty'),
  company('骊湾苯乙烯', 'Liwan Styrene', 'process'),
  company('穆芦表面活性剂', 'Mulu Surfactants', 'specialty'),
  company('澄隼氢能', 'Chengsun Hydrogen', 'gas'),
  company('苇渡危化品仓储', 'Weidu Warehousing', 'logistics'),
  company('皓屿聚碳酸酯', 'Haoyu Polycarbonate', 'process'),
  company('曜埠热电', 'Yaobu Heat and Power', 'process'),
  company('枫汀橡胶', 'Fengting Rubber', 'process'),
  company('堇沙染料', 'Jinsha Dyes', 'specialty'),
  company('湛榆催化剂', 'Zhanyu Catalysts', 'specialty'),
  company('沂翎水处理', 'Yiling Water', 'logistics'),
];

export const CONTRACTOR_NAMES = [
  { code: 'DEMO-C01', zh: '桦榭检修工程(演示)' },
  { code: 'DEMO-C02', zh: '岑砾防腐安装(演示)' },
  { code: 'DEMO-C03', zh: '汐陌脚手架工程(演示)' },
  { code: 'DEMO-C04', zh: '砥澜仪电安装(演示)' },
  { code: 'DEMO-C05', zh: '垚溪土建(演示)' },
  { code: 'DEMO-C06', zh: '翮云保洁服务(演示)' },
] as const;

export const SURNAMES =
  '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹章云苏潘葛范彭鲁韦马苗方俞任袁柳鲍史唐薛雷贺倪汤';
export const GIVEN_MALE = '伟强磊军洋勇涛斌鹏辉刚健明亮俊峰宇晨旭东海波志远文博子轩浩然建国立新家豪永康承泽思源';
export const GIVEN_FEMALE = '芳娜敏静丽艳娟霞秀英玲桂香月慧巧美雅欣怡佳琪雪梅婷颖倩岚若曦语桐诗涵梦洁';
