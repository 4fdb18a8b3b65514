/** Who works at the simulated companies: family name, its reading; given name, its reading. */
const familyNames = `
佐藤 sato|鈴木 suzuki|高橋 takahashi|田中 tanaka|伊藤 ito|渡辺 watanabe|山本 yamamoto|中村 nakamura
小林 kobayashi|加藤 kato|吉田 yoshida|山田 yamada|佐々木 sasaki|山口 yamaguchi|松本 matsumoto|井上 inoue
木村 kimura|林 hayashi|斎藤 saito|清水 shimizu|山崎 yamazaki|森 mori|池田 ikeda|橋本 hashimoto
阿部 abe|石川 ishikawa|山下 yamashita|中島 nakajima|石井 ishii|小川 ogawa|前田 maeda|岡田 okada
長谷川 hasegawa|藤田 fujita|後藤 goto|近藤 kondo|村上 murakami|遠藤 endo|青木 aoki|坂本 sakamoto
髙島 takashima|𠮷野 yoshino|グエン nguyen|スミス smith|李 lee|王 wang
`;
const givenNames = `
翔太 shota|健一 kenichi|大輔 daisuke|直樹 naoki|拓也 takuya|浩二 koji|誠 makoto|隆 takashi
悠斗 yuto|蓮 ren|陽菜 hina|結衣 yui|美咲 misaki|さくら sakura|花子 hanako|真由美 mayumi
恵子 keiko|由美 yumi|裕子 yuko|智子 tomoko|彩 aya|愛 ai|亮 ryo|学 manabu
フン hung|ジョン john|ミン min|エミリー emily
`;
/** Part of a host name, and what the department is called in a computer's name. */
const departments = `
sls 営業部|dev 開発部|acc 経理部|hr 人事部|mfg 製造部|log 物流部|lgl 法務部|mkt 広報部|qa 品質保証部|exe 役員室
`;
const sites = `
tyo|osa|nag|fuk|sap|sen|sin|hcm
`;

const pairsOf = (text: string) =>
  text
    .trim()
    .split(/[|\n]/)
    .map((pair) => {
      const [written = '', said = written] = pair.split(' ');
      return { written, said };
    });

export const people = {
  families: pairsOf(familyNames),
  givens: pairsOf(givenNames),
  departments: pairsOf(departments),
  sites: pairsOf(sites).map(({ written }) => written),
};
