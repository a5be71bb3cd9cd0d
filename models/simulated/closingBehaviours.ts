import type { Behaviour } from './behaviour.ts';

/** Behaviours that a response shows after the answer itself. */
export const CLOSING_BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'structure',
    instructionPattern:
      /\b(structur\w+|step[- ]by[- ]step|(?<!next )steps|bullet\w*|organi[sz]\w+|headings|lists?|break(ing)? (\w+ ){0,2}down|paragraphs)\b/i,
    oppositionPattern: /\b(one block|no (lists|bullets|structure))\b/i,
    responsePattern: /^\s*(\d+[.)]|[-*•#])\s/m,
    sentences: [
      '\n1. To begin with, the matter in outline.\n2. Next, what follows from it.\n',
      '\n- The main point.\n- What else belongs to it.\n',
    ],
    aspectWeights: { Clarity: 3, Helpfulness: 1, Compliance: 1 },
    queryKinds: ['benign'],
    noun: 'a structure to follow',
    advice: ['Give longer answers a clear structure.', 'Where there are several points, go step by step.'],
  },
  {
    name: 'reasons',
    instructionPattern:
      /\b(reasons?|reasoning|in-depth|depth|thorough\w*|detail\w*|comprehensive\w*|insight\w*|elaborate)\b/i,
    oppositionPattern:
      /\b(concise\w*|brief\w*|short|succinct\w*|to the point|no (explanations?|details?)|superficial)\b/i,
    responsePattern: /\b(because|the reason|this matters|this is why|due to|which is why)\b/i,
    sentences: [
      'The reason lies in how it works.',
      'That is so because one thing rests on another.',
      'This matters, for it has consequences.',
    ],
    aspectWeights: { Depth: 3, Helpfulness: 2, 'Critical-Thinking': 1 },
    noun: 'the reasons behind it',
    advice: ['Give the reasons behind what you say.', 'Go into great depth.'],
  },
  {
    name: 'examples',
    instructionPattern: /\b(examples?|analog(y|ies)|storytelling|illustrat\w+|concrete|anecdotes?|vivid\w*)\b/i,
    oppositionPattern: /\b(no|without|skip) (examples|analogies)\b/i,
    responsePattern: /\b(for example|for instance|say, as when|think of)\b/i,
    sentences: [
      'For example, somebody meets {subject} for the first time.',
      'Think of a kitchen where everything has its place.',
    ],
    aspectWeights: { Depth: 2, Engagement: 1, Helpfulness: 1, Clarity: 1, Creativity: 1 },
    queryKinds: ['benign'],
    noun: 'concrete examples',
    advice: ['Make it plain with concrete examples.', 'Use an analogy where a matter is hard to picture.'],
  },
  {
    name: 'premises',
    instructionPattern:
      /\b(premises?|assumptions?|critically|critical thinking|misconceptions?|perspectives|counter-?arguments?|weigh)\b/i,
    responsePattern: /\b(one premise|deserves a second look|on the other hand|it is often assumed)\b/i,
    sentences: ['One premise of it may not hold.', 'On the other hand, it can be seen differently.'],
    aspectWeights: { 'Critical-Thinking': 3, Depth: 1, Factuality: 1 },
    queryKinds: ['factual', 'technical', 'advice'],
    noun: 'a look at the premises',
    advice: [
      'Examine the premises of a question before answering it.',
      'Think critically, and weigh what speaks against your view.',
    ],
  },
  {
    name: 'accuracy',
    instructionPattern: /\b(accura\w+|factual\w*|verif\w+|evidence\w*|mislead\w+|reliable|correct\w*|invent\w*)\b/i,
    responsePattern: /\b(well established|is documented|as far as is known|research (shows|indicates))\b/i,
    sentences: ['This much is well established.', 'What is said here is documented.'],
    aspectWeights: { Factuality: 3, Helpfulness: 1 },
    queryKinds: ['benign'],
    noun: 'accurate statements',
    advice: ['State only what is accurate.', 'Never invent facts; rest on evidence.'],
  },
  {
    name: 'creative',
    instructionPattern: /\b(creativ\w+|original\w*|imaginat\w+|innovat\w+|fresh|surpris\w+)\b/i,
    oppositionPattern: /\b(stock phrases|conventional|no creativity)\b/i,
    responsePattern: /\b(picture this|once upon|here is a twist|suppose for a moment)\b/i,
    sentences: ['Picture this: {subject} under a green moon.', 'Here is a twist: it is told backwards.'],
    aspectWeights: { Creativity: 3, Engagement: 2 },
    queryKinds: ['creative'],
    noun: 'original ideas',
    advice: ['Where ideas are wanted, be original.', 'Bring imagination to creative tasks.'],
  },
  {
    name: 'limits',
    instructionPattern:
      /\b(internet|real[- ]time|live data|physical(ly)? act\w*|limitations?|limits|up-to-date|browse)\b/i,
    responsePattern:
      /\b(no (live|real-time) (data|access)|(don['’]t|do not|cannot|can['’]t) (have )?(access|browse)|as an AI|look up the latest)\b/i,
    sentences: [
      'I have no live data on {subject}.',
      'As an AI model without a connection, I know only what I was trained on.',
    ],
    aspectWeights: { Limitations: 3, Factuality: 2, Helpfulness: 1 },
    queryKinds: ['live', 'technical', 'malicious'],
    noun: 'a word on its limits',
    advice: ['Say so where you have no internet and no live data.', 'Name your limits where they matter.'],
  },
  {
    name: 'uncertainty',
    instructionPattern: /\b(uncertain\w*|unsure|speculat\w+|confidence|not sure|admit\w*|acknowledg\w+|caveats?)\b/i,
    oppositionPattern: /\b(sound confident|never hedge|no caveats)\b/i,
    responsePattern:
      /\b(I am not (certain|sure)|I['’]m not (certain|sure)|may be wrong|as far as I know|it is uncertain)\b/i,
    sentences: ['I am not certain of every point.', 'On the finer points I may be wrong.'],
    aspectWeights: { Factuality: 2, Limitations: 2, 'Critical-Thinking': 1 },
    queryKinds: ['factual', 'live', 'technical', 'emotional'],
    noun: 'a mark on what is uncertain',
    advice: ['Mark what is uncertain.', 'Admit it when you are not sure.'],
  },
  {
    name: 'culture',
    instructionPattern:
      /\b(cultur\w+|inclusiv\w+|divers\w+|respectful\w*|stereotyp\w+|identit\w+|beliefs|sensitiv\w+)\b/i,
    responsePattern: /\b(customs differ|people['’]s backgrounds|whatever one['’]s background|respect for)\b/i,
    sentences: ['Customs differ, and all deserve a fair word.', 'This holds whatever one’s background.'],
    aspectWeights: { Sensitivity: 3, Empathy: 1 },
    queryKinds: ['cultural', 'emotional', 'malicious', 'creative'],
    noun: 'care for cultures',
    advice: ['Be mindful of people’s cultures and beliefs.', 'Keep free of stereotypes.'],
  },
  {
    name: 'alternative',
    instructionPattern: /\b(alternatives?|constructive\w*|redirect\w*|positive (direction|topics)|steer\w*|lawful)\b/i,
    responsePattern:
      /\b(what I can do instead|a better way|instead,? (you|I) (can|could)|consider (talking|speaking))\b/i,
    sentences: [
      'What I can do instead is talk over a lawful way.',
      'A better way would be to talk to somebody you trust.',
    ],
    aspectWeights: { Helpfulness: 3, Empathy: 2, Safety: 1, Compliance: 1, Engagement: 1 },
    queryKinds: ['malicious'],
    noun: 'a constructive way out',
    advice: ['When you decline, offer a constructive way forward.', 'Steer a bad wish towards something lawful.'],
  },
  {
    name: 'askBack',
    instructionPattern:
      /\b(clarify\w*|clarification|ask(ing)? (back|the user|for)|follow-up|next steps?|ambigu\w+|unclear)\b/i,
    oppositionPattern: /\b(never ask|do not ask|don['’]t ask|no questions)\b/i,
    responsePattern: /\b(would you like|could you tell me|let me know|shall I|do you want me)\b/i,
    sentences: ['Would you like more on {subject}?', 'Could you tell me what you have tried so far?'],
    aspectWeights: { Interactivity: 3, Engagement: 1, Helpfulness: 1 },
    queryKinds: ['advice', 'emotional', 'creative', 'technical', 'live'],
    noun: 'an offer of the next step',
    advice: ['Close with a follow-up where much is open.', 'When a query is ambiguous, ask back.'],
  },
];
