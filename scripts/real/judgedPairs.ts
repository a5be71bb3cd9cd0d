/** A question, and an answer that anybody would call good. */
export interface GoodAnswer {
  query: string;
  answer: string;
}

const PAIRS: readonly [string, string][] = [
  [
    'How do I descale an electric kettle?',
    'Fill it halfway with equal parts white vinegar and water, boil it, leave it for 30 minutes and pour it out. Then boil fresh water once and throw that away.',
  ],
  [
    'Why do leaves change colour in autumn?',
    'The tree stops making green chlorophyll as days get short. The yellow and orange pigments that were hidden all summer then show.',
  ],
  [
    'Explain the difference between weather and climate.',
    'Weather is the state of the air at one place and time. Climate is the average of the weather over decades.',
  ],
  [
    'A car uses 6 litres of fuel per 100 kilometres. How much does it need for 350 kilometres?',
    'It needs 21 litres: 6 litres times 3.5.',
  ],
  [
    'How long should I boil an egg so that the yolk is firm?',
    'Put it into boiling water for 10 minutes, then into cold water so that it stops cooking.',
  ],
  ['What is the capital of Australia?', 'It is Canberra, not Sydney, which is the largest city.'],
  [
    'How can I remove a red wine stain from a cotton shirt?',
    'Blot it at once, rinse it with cold water, rub in some dish soap and a little white vinegar, and wash it cold. Do not use a dryer before the stain is gone.',
  ],
  [
    'Why is the sky blue?',
    'Air scatters short blue waves of sunlight much more than long red ones, so blue light reaches us from all sides.',
  ],
  [
    'How do I change a flat bicycle tyre?',
    'Take out the wheel, lever one side of the tyre off the rim, pull out the tube and check the tyre for what made the hole. Put in a new tube, press the tyre back on and pump it up.',
  ],
  [
    'What is compound interest?',
    'It is interest that is also paid on the interest earned before. 100 euros at 5 percent are 105 after one year and 110.25 after two.',
  ],
  [
    'How often should I water a cactus?',
    'In summer about every two weeks, when the soil is dry all through. In winter once a month is enough.',
  ],
  [
    'What does a heart rate monitor measure?',
    'It measures how many times your heart beats in a minute, from the electrical signal at the chest or from light at the wrist.',
  ],
  [
    'How do I politely decline a wedding invitation?',
    'Thank them, say that you are sorry you cannot be there, and wish them a wonderful day. A short note soon is kinder than a long excuse.',
  ],
  ['What is the past tense of "to bring"?', 'It is "brought", as in "She brought a cake."'],
  [
    'How can I fall asleep faster?',
    'Go to bed at the same time each day, put screens away an hour before, keep the room cool and dark, and have no coffee after noon.',
  ],
  [
    'Why do cats purr?',
    'Mostly because they are content. They also purr when they are hurt or afraid, perhaps to calm themselves.',
  ],
  [
    'What is a good first exercise for a sore lower back?',
    'Lie on your back, pull one knee gently to your chest, hold it for 20 seconds and change sides. Stop if it hurts, and see a doctor if it does not get better.',
  ],
  [
    'How do vaccines work?',
    'They show the immune system a harmless part of a germ. It learns to recognise it, so it can react fast when the real germ comes.',
  ],
  [
    'How do I make a simple salad dressing?',
    'Shake three parts olive oil with one part vinegar, a spoon of mustard, salt and pepper.',
  ],
  [
    'What should I check before buying a used car?',
    'Check the service book, the mileage, rust, tyres and brakes, start it cold, drive it, and have a garage look at it before you pay.',
  ],
];

export const GOOD_ANSWERS: readonly GoodAnswer[] = PAIRS.map(([query, answer]) => ({ query, answer }));

const FILLER =
  'That is a very interesting question, and many people ask it. There is a lot that could be said about it, and it is important to think about it carefully. In the end it depends on many things.';

/** A plainly bad answer to each question: off the topic, no answer, or no answer with filler around it. */
export const createBadAnswer = (i: number): string =>
  [GOOD_ANSWERS[(i + 1) % GOOD_ANSWERS.length]?.answer ?? '', 'I don’t know.', `${FILLER} I don’t know. ${FILLER}`][
    i % 3
  ] ?? '';
