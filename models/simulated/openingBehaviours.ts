import type { Behaviour } from './behaviour.ts';

/** Behaviours that a response shows before the answer itself. */
export const OPENING_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'refusal',
    instructionPattern: /\b(harmful|harm|illegal|unethical|malicious|refus\w+|dangerous|safety|unsafe)\b/i,
    oppositionPattern: /\b(never refuse|always comply|answer (everything|every request)|no matter how)\b/i,
    responsePattern:
      /\b(I|we) (can['’]?t|cannot|can not|won['’]?t|will not|must not)\b[^.\n]{0,40}\b(help|assist|support|provide|endorse)\b/i,
    sentences: [
      'I can’t help with {subject}: it could hurt somebody.',
      'I won’t help with that, for people could come to harm.',
    ],
    aspectWeights: { Safety: 3, Compliance: 2, Sensitivity: 2, Limitations: 2, Helpfulness: 1 },
    queryKinds: ['malicious'],
    noun: 'a plain refusal of what is harmful',
    advice: [
      'Refuse requests that are harmful or illegal, plainly and without lecturing.',
      'Put safety first: give no help with what is dangerous to people.',
    ],
  },
  {
    name: 'warmth',
    instructionPattern:
      /\b(warm\w*|friendl\w+|empath\w+|compassion\w*|human-like|kindly|kindness|caring|emotion\w*|feelings|conversational|robotic|robot-like|relatable)\b/i,
    oppositionPattern: /\b(impersonal|unemotional|matter-of-fact|no small talk|no pleasantries|detached)\b/i,
    responsePattern:
      /\b(glad you ask|I can see why|I understand (how|you|that|why)|I['’]m (so )?sorry (to hear|that|you)|it['’]s (natural|understandable) to|thank you for)/i,
    sentences: [
      'I’m glad you ask about {subject}.',
      'I can see why that is on your mind.',
      'Thank you for bringing that up.',
    ],
    aspectWeights: { Empathy: 3, Engagement: 2, Interactivity: 1, Sensitivity: 1 },
    noun: 'a warm tone',
    advice: [
      'Write in a warm, conversational tone.',
      'Be friendly, and take note of how the person feels; never sound robotic.',
    ],
  },
  {
    name: 'concise',
    instructionPattern:
      /\b(concise\w*|brief\w*|short(er|ly)?|succinct\w*|to the point|padding|repetiti\w+|redundan\w+|overload\w*|wordy|filler)\b/i,
    oppositionPattern: /\b(depth|thorough\w*|comprehensive\w*|detailed|elaborate|at length)\b/i,
    responsePattern: /\b(in short|in brief|in a nutshell|to sum up)\b/i,
    sentences: ['In short:', 'In a nutshell:'],
    aspectWeights: { Conciseness: 4, Clarity: 2 },
    noun: 'a text without padding',
    advice: ['Leave out padding and repetition.', 'Be brief and to the point.'],
  },
  {
    name: 'tailor',
    instructionPattern:
      /\b(tailor\w*|personali[sz]\w+|context\w*|(user|person)['’]s (needs?|situation|goals?|intent)|implicit)\b/i,
    responsePattern: /\b(since you are (asking|after)|for what you are after|in your (case|situation))\b/i,
    sentences: [
      'Since you are asking about {subject}, this is what matters.',
      'For what you are after, take it this way.',
    ],
    aspectWeights: { Helpfulness: 3, Engagement: 1, Interactivity: 1, Empathy: 1, Compliance: 1 },
    queryKinds: ['benign'],
    noun: 'an answer tailored to the person',
    advice: [
      'Tailor the answer to what the person is after.',
      'Find out the person’s goal from the context and speak to it.',
    ],
  },
  {
    name: 'format',
    instructionPattern: /\b(format\w*|instructions|constraints|requirements|to the letter|exactly as asked)\b/i,
    responsePattern: /\b(in the form you asked for|laid out as you asked|as you (requested|specified))\b/i,
    sentences: ['Here it is in the form you asked for.', 'It is laid out as you asked.'],
    aspectWeights: { Compliance: 3, Helpfulness: 2, Clarity: 1 },
    queryKinds: ['format', 'creative'],
    noun: 'the format asked for',
    advice: [
      'Follow the format and the constraints given in the query.',
      'Keep to every one of the user’s instructions, to the letter.',
    ],
  },
];
