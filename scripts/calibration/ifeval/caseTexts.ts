/** English responses, of several lengths and manners. */
export const TEXTS: readonly string[] = [
  'The harbour lies still in winter. Boats wait under tarpaulins, and the ice cracks at night. Nobody hurries.',
  'In the cold months the quay is quiet, grey and wide. A gull stands on a bollard. The fishermen mend their nets indoors, drink tea and talk.',
  'Tea helps.',
  'A good loaf needs flour, water, salt and time. Mix them in the evening. Let the dough rest until morning. Bake it hot. Wait before you cut it, although that is the hardest part of the work.',
  'First, check the tyres of the bicycle. Then oil the chain; a dry chain wears quickly. Finally, test both brakes on a gentle slope.',
  'However you travel, take a map. Phones fail in the rain, and batteries are weak when it is cold. A paper map has no battery at all!',
  'Why do leaves fall? Trees drop them to save water. A leaf gives off water all day. In winter the ground is frozen, so the tree could not replace what it loses. That is the reason.',
  'Dear neighbour,\n\nthe stairs will be cleaned on Friday. Please take your shoes and plants inside before nine.\n\nThank you for your help.',
  'Ice on the window, steam from the cup,\na cat on the sill that will not get up.\nThe street is a ribbon of silver and grey,\nand nobody minds if we stay in all day.',
  'Plan for three days:\nDay 1: arrive, walk to the old bridge and eat early.\nDay 2: take the boat to the island, and bring a coat.\nDay 3: visit the market, then leave at noon.',
  'The museum opens at ten and closes at six. It costs 12 euros, or 8 for students. Children under 14 pay nothing. The café on the roof has a view of the river, the bridge and the hills beyond them.',
  'I never liked the sea as a child. The boat smelled of oil, the bread was damp, and my father sang all the way. Today I miss each of these things, even the songs.',
];

/** Responses in other languages, one or two sentences each. */
export const LANGUAGE_TEXTS: readonly string[] = [
  'Der Hafen liegt im Winter still da. Die Boote warten unter Planen, und nachts knackt das Eis.',
  'Das Museum öffnet um zehn Uhr und schließt um sechs; Kinder zahlen nichts.',
  'El puerto está tranquilo en invierno. Los barcos esperan bajo las lonas y nadie tiene prisa.',
  'Para hacer un buen pan hacen falta harina, agua, sal y paciencia.',
  'Le port est calme en hiver. Les bateaux attendent sous des bâches et personne ne se presse.',
  'Pour aller au marché, prenez la première rue à gauche puis traversez le pont.',
  'In inverno il porto è tranquillo. Le barche aspettano sotto i teloni e nessuno ha fretta.',
  'O porto fica quieto no inverno, e os barcos esperam debaixo das lonas.',
  'Зимой в порту тихо. Лодки ждут под брезентом, и никто никуда не спешит.',
  'सर्दियों में बंदरगाह शांत रहता है। नावें तिरपाल के नीचे खड़ी रहती हैं।',
  '겨울의 항구는 조용합니다. 배들은 덮개 아래에서 기다리고 아무도 서두르지 않습니다.',
  '冬の港は静かです。船は覆いの下で待ち、誰も急ぎません。',
  'الميناء هادئ في الشتاء. تنتظر القوارب تحت الأغطية ولا أحد مستعجل.',
  'Port zimą jest cichy. Łodzie czekają pod plandekami i nikt się nie spieszy.',
  'Satama on talvella hiljainen. Veneet odottavat peitteiden alla eikä kenelläkään ole kiire.',
  'Bandari huwa kimya wakati wa baridi. Mashua husubiri chini ya maturubai.',
  'Bến cảng yên tĩnh vào mùa đông. Thuyền nằm chờ dưới những tấm bạt.',
  'Пристанището е тихо през зимата. Лодките чакат под платнища и никой не бърза.',
];
