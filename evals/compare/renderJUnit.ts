import type { ComparisonOutcome, PromptComparison } from './comparisonOutcome.ts';
import { describeComparison, describeLoss } from './renderComparison.ts';

/**
 * Renders a comparison as a JUnit report: a test for each prompt but the first. A prompt that `--fail-if-worse` fails is a
 * failure. A comparison that was stopped is an error, since nothing is known of it.
 */
export function renderJUnit(outcome: ComparisonOutcome): string {
  const { comparisons, stoppedBy, failIfWorse, seconds } = outcome;
  return renderSuite(
    comparisons.map((comparison) => {
      const said = describeComparison(comparison);
      const failure = comparison.isFailed ? (describeLoss(comparison, failIfWorse) ?? said) : undefined;
      const result =
        comparison.verdict === null
          ? renderResult('error', `stopped (${stoppedBy})`, said)
          : failure === undefined
            ? `<system-out>${escapeXml(said)}</system-out>`
            : renderResult('failure', failure, said);
      return renderTest(nameTest(comparison), result);
    }),
    {
      failures: comparisons.filter(({ isFailed }) => isFailed).length,
      errors: comparisons.filter(({ verdict }) => verdict === null).length,
      seconds,
    },
  );
}

/** Renders the JUnit report of a comparison that could not be made: one error with its reason. */
export const renderJUnitError = (names: readonly string[], reason: string): string =>
  renderSuite(
    names
      .slice(1)
      .map((name) => renderTest(nameTest({ name, against: names[0] ?? '' }), renderResult('error', reason, reason))),
    { failures: 0, errors: Math.max(0, names.length - 1), seconds: 0 },
  );

const nameTest = ({ name, against }: Pick<PromptComparison, 'name' | 'against'>): string =>
  `${name} against ${against}`;

const renderTest = (name: string, result: string): string =>
  `  <testcase classname="drpo.compare" name="${escapeXml(name)}">\n    ${result}\n  </testcase>\n`;

const renderResult = (kind: 'error' | 'failure', message: string, text: string): string =>
  `<${kind} message="${escapeXml(message)}">${escapeXml(text)}</${kind}>`;

function renderSuite(
  tests: readonly string[],
  { failures, errors, seconds }: Record<'failures' | 'errors' | 'seconds', number>,
): string {
  const counts = `tests="${tests.length}" failures="${failures}" errors="${errors}" time="${seconds.toFixed(3)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n<testsuite name="drpo compare" ${counts}>\n${tests.join('')}</testsuite>\n</testsuites>\n`;
}

const XML_REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
};

/** Escapes a text for XML 1.0, in an attribute or between tags. A character that XML forbids becomes "�". */
const escapeXml = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu, '\ufffd')
    .replace(/[&<>"'\n\t\r]/g, (character) => XML_REFERENCES[character] ?? character);
