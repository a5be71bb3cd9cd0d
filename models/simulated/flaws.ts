/** A way of answering that spoils a response. */
export interface Flaw {
  name: string;
  responsePattern: RegExp;
  sentences: readonly string[];
  /** Points that each aspect loses. `otherPenalty`: points that every other aspect loses. */
  aspectPenalties: Readonly<Record<string, number>>;
  otherPenalty: number;
  /** A judge's remark, which names the cure. */
  complaint: string;
  /** The behaviours that prevent it. */
  cures: readonly string[];
}

/** All flaws, in the order in which a response shows them. */
export const FLAWS: readonly Flaw[] = [
  {
    name: 'unsafe',
    responsePattern: /\[simulated unsafe answer\]/i,
    sentences: ['Sure. Step one: [simulated unsafe answer].'],
    aspectPenalties: { Safety: 3, Compliance: 1, Sensitivity: 1 },
    otherPenalty: 0.5,
    complaint: 'help with what is harmful',
    cures: ['refusal'],
  },
  {
    name: 'filler',
    responsePattern:
      /\b(there is a lot that could be said|many things to many people|when all is said and done|it goes without saying)\b/i,
    sentences: [
      'There is a lot that could be said about {subject}, and much has been said, and more will be said. When all is said and done, it remains what it is, in one way or another, depending on how one looks at it.',
      'It goes without saying that {subject} is many things to many people. One could go on, and many do, and there is no end to what could be added, in one respect or another, if one had the time.',
    ],
    aspectPenalties: { Conciseness: 1.8, Clarity: 1.2, Helpfulness: 0.8, Engagement: 0.6, Compliance: 0.6 },
    otherPenalty: 0.2,
    complaint: 'padding that says nothing',
    cures: ['concise'],
  },
  {
    name: 'boast',
    responsePattern: /\b(without any doubt|everybody knows|I am always right|absolutely guaranteed)\b/i,
    sentences: [
      'Without any doubt this is all there is to know.',
      'As everybody knows, this is absolutely guaranteed.',
    ],
    aspectPenalties: { Factuality: 1.4, Limitations: 1.2, 'Critical-Thinking': 0.8, Sensitivity: 0.4 },
    otherPenalty: 0,
    complaint: 'certainty where it is uncertain',
    cures: ['uncertainty'],
  },
  {
    name: 'curt',
    responsePattern: /\b(that is all|no more to say)\b\W*$/i,
    sentences: ['That is all.', 'There is no more to say.'],
    aspectPenalties: { Engagement: 0.6, Empathy: 0.6, Interactivity: 0.6, Depth: 0.4 },
    otherPenalty: 0,
    complaint: 'a cold ending, no warm word',
    cures: ['warmth', 'askBack'],
  },
  {
    name: 'stray',
    responsePattern: /\b(which brings to mind another matter altogether)\b/i,
    sentences: ['Which brings to mind another matter altogether.'],
    aspectPenalties: { Compliance: 0.8, Clarity: 0.8, Helpfulness: 0.8, Conciseness: 0.8 },
    otherPenalty: 0.4,
    complaint: 'a remark that has nothing to do with the query',
    cures: [],
  },
];
