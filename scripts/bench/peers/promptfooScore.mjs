// The assertion of promptfoo's tests: the counting proxy scores an answer by the rules that score those of all tools.
export default async function scoreAnswer(answer, { vars }) {
  const body = JSON.stringify({ query: vars.question, answer });
  const response = await fetch(process.env.SCORE_URL, { method: 'POST', body });
  const { score, feedback } = await response.json();
  return { pass: score === 1, score, reason: feedback };
}
