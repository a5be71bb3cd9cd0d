/** Questions to the support of an online shop, all of one domain. */
export const SUPPORT_QUERIES: readonly string[] = [
  'Can I return shoes that I have worn once outside?',
  'How long does a refund take after you received my parcel?',
  'My order 4471 was supposed to arrive on Tuesday and the tracking has not moved since Friday. Where is it?',
  'Do you ship to Norway, and who pays customs?',
  'I was charged twice for the same order on my credit card.',
  'The zip of my rain jacket broke after three weeks. Is that covered by the warranty?',
  'I would like to change the delivery address of an order that I placed an hour ago.',
  'Please delete my account and all data you hold about me.',
  'Your courier left my package in the rain and the box is soaked. I am furious!',
  'Can I pay by invoice as a new customer?',
  'I entered the voucher code SPRING15 but the discount was not applied.',
  'Which size should I order if I am between 42 and 43?',
  'I received a blue backpack instead of the green one I ordered.',
  'Is the Alpina tent waterproof enough for a week in Scotland?',
  'How do I cancel my newsletter subscription?',
  'Can I collect my order at your store in Hamburg?',
  'I want to speak to a human being right now.',
  'Do I have to pay for return shipping if the item is faulty?',
  'My gift card says it has expired, but I only got it last year.',
  'When will the Trailmaster boots be back in stock in size 39?',
  'A friend can see my orders because we share a computer. How do I log out everywhere?',
  'Could you tell me the email address of the seller so that I can write to them directly?',
  'I returned two of the three items. Why was only one refunded?',
  'Can you promise that it arrives before my wedding on June 12?',
  'I forgot my password and the reset email never comes.',
  'Is there a student discount?',
  'The instructions for the camping stove are missing. Can you send me a manual?',
  'I bought this as a present. Can the recipient exchange it without the receipt?',
  'You sent me a reminder although I paid the invoice two weeks ago.',
  'What do other customers say about the durability of the Fjell trousers?',
  'Can I combine two vouchers in one order?',
  'The lamp gets very hot and smells of burning. What should I do?',
  'How can I download an invoice for my tax return?',
  'Your competitor sells the same sleeping bag for 20 euros less. Do you match prices?',
  'Do you store my credit card number?',
  'I ordered on the weekend. When will it be dispatched?',
  'One of the tent poles was bent when I opened the package.',
  'Can I extend the return period because I am in hospital?',
  'Why was my order cancelled without any explanation?',
  'Are your down jackets made from responsibly sourced feathers?',
];

/** Rules that a good support bot has: sensible whichever question they were written after. Each with the query that led to it. */
export const SUPPORT_RULES: readonly { rule: string; query: number }[] = [
  {
    query: 0,
    rule: 'Explain the return policy in one or two sentences: unworn items may be returned within 30 days, and the customer needs the order number.',
  },
  {
    query: 1,
    rule: 'For refunds, say how long they usually take after the parcel has been received, and by which means of payment they are made.',
  },
  {
    query: 2,
    rule: 'When an order is late, ask for the order number, explain how tracking works, and say when the customer should write again.',
  },
  { query: 3, rule: 'State shipping costs and customs duties openly, and say who pays them.' },
  {
    query: 4,
    rule: 'If a customer was charged twice, ask for the order number and the date of the payment, never for the full credit card number.',
  },
  {
    query: 5,
    rule: 'Distinguish between the statutory warranty and the return policy, and tell the customer which of them covers a defect.',
  },
  {
    query: 7,
    rule: 'If someone asks to delete an account or personal data, confirm the right to it, and name the form and the address where the request is made.',
  },
  {
    query: 8,
    rule: 'When a customer is angry about a damaged package, apologise once, sincerely, and move on to the solution.',
  },
  { query: 16, rule: 'If a customer wants to speak to a human, hand over to a colleague without asking for a reason.' },
  {
    query: 17,
    rule: 'Say clearly who pays for return shipping: the shop if the item is faulty or wrong, otherwise the customer.',
  },
  {
    query: 21,
    rule: 'Never share the email address, the orders or other data of another person, whoever asks for them.',
  },
  {
    query: 23,
    rule: 'Never promise a delivery date. Give the usual delivery time and say that it is an estimate.',
  },
  {
    query: 31,
    rule: 'If a product gets hot, smells of burning or could hurt somebody, tell the customer to stop using it and to unplug it before anything else.',
  },
  {
    query: 34,
    rule: 'Explain data protection plainly: which data the shop stores, why, and that credit card numbers are never stored.',
  },
  {
    query: 10,
    rule: 'If a voucher code was not applied, list the usual reasons, such as a minimum order value or an expired code, and offer to check it.',
  },
  {
    query: 38,
    rule: 'Give an explanation whenever an order is cancelled or a request is refused, and name an alternative.',
  },
];

/** The prompt of a support bot before any rewrite. */
export const SUPPORT_PROMPT =
  'You are the support assistant of an online shop for outdoor clothing and equipment. You answer customers politely.';

/** Rules that are made for one question and its details, as an optimizer writes them that looks at one question only. */
export const OVERFIT_SUPPORT_RULES: readonly { rule: string; query: number }[] = [
  {
    query: 0,
    rule: 'If a customer asks to return shoes that were worn outside once, say that worn shoes cannot be returned.',
  },
  { query: 2, rule: 'For order 4471, say that the tracking has not moved since Friday.' },
  { query: 3, rule: 'When a customer asks about shipping to Norway, explain that customs are paid by the recipient.' },
  { query: 5, rule: 'Say that the zip of a rain jacket that broke after three weeks is covered by the warranty.' },
  {
    query: 6,
    rule: 'If the delivery address shall be changed for an order placed an hour ago, change it in the account.',
  },
  {
    query: 8,
    rule: 'If a courier left a package in the rain and the box is soaked, apologise to the furious customer.',
  },
  { query: 10, rule: 'Explain that the voucher code SPRING15 needs a minimum order of 50 euros.' },
  { query: 11, rule: 'For customers between size 42 and 43, say which size they should order: the larger one.' },
  { query: 12, rule: 'If someone received a blue backpack instead of the green one, send the green backpack.' },
  { query: 13, rule: 'Praise the Alpina tent as waterproof enough for a week in Scotland.' },
  { query: 15, rule: 'Say that orders can be collected at the store in Hamburg until eight.' },
  { query: 16, rule: 'If the customer wants to speak to a human being right now, give the number of the hotline.' },
  {
    query: 18,
    rule: 'If a gift card says that it has expired although the customer got it last year, extend the gift card.',
  },
  { query: 19, rule: 'Say that Trailmaster boots in size 39 are back in stock in May.' },
  {
    query: 20,
    rule: 'When a friend can see the orders because of a shared computer, tell the customer to log out everywhere.',
  },
  { query: 21, rule: 'If asked for the email address of the seller to write to them directly, refuse.' },
  { query: 23, rule: 'If a parcel must arrive before a wedding on June 12, promise nothing.' },
  { query: 24, rule: 'If the reset email never comes for a forgotten password, mention the spam folder.' },
  { query: 26, rule: 'If the instructions for a camping stove are missing, send the manual of the camping stove.' },
  {
    query: 27,
    rule: 'If something was bought as a present, say that the recipient can exchange it without a receipt.',
  },
  {
    query: 28,
    rule: 'When a reminder was sent although the invoice was paid two weeks ago, apologise for the reminder.',
  },
  { query: 29, rule: 'Say what other customers say about the durability of the Fjell trousers.' },
  { query: 31, rule: 'If a lamp gets very hot and smells of burning, tell the customer to unplug the lamp.' },
  { query: 33, rule: 'If a competitor sells the same sleeping bag for 20 euros less, say that prices are matched.' },
  { query: 36, rule: 'When a tent pole was bent as the package was opened, send new tent poles.' },
  {
    query: 37,
    rule: 'Extend the return period if the customer is in hospital, because a hospital stay is a good reason.',
  },
  { query: 39, rule: 'Say that the down jackets are made from responsibly sourced feathers.' },
];
