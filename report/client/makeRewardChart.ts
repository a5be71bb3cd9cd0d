import {
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js';
import { createElement } from './dom.ts';
import { formatScore } from './format.ts';
import type { App } from './app.ts';

Chart.register(CategoryScale, Filler, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

/** The chart of rewards by level: the best path's, the mean of the level, and the range from the lowest to the highest. */
export function makeRewardChart(app: App): { element: HTMLElement; update: () => void } {
  const canvas = createElement('canvas', { role: 'img' });
  const element = createElement(
    'figure',
    {},
    createElement('h3', {}, 'Reward by level'),
    createElement('div', { class: 'chart' }, canvas),
    createElement(
      'figcaption',
      { class: 'quiet' },
      'Levels ask queries that differ in difficulty. So a lower reward may come from a harder query, not from a worse prompt.',
    ),
  );
  let chart: Chart | undefined;
  let content = '';
  const draw = (): void => {
    const { data, options = {} } = createChartConfig(app);
    if (chart) Object.assign(chart, { data, options }).update('none');
    else chart = new Chart(canvas, createChartConfig(app));
  };
  for (const query of ['(prefers-color-scheme: dark)', 'print'])
    matchMedia(query).addEventListener('change', () => chart && draw());
  const update = (): void => {
    const { levels, path } = app.view;
    element.hidden = levels.length < 2;
    if (
      element.hidden ||
      content === (content = JSON.stringify([levels.map((l) => [l.path, l.mean, l.low, l.high]), path]))
    )
      return;
    canvas.setAttribute('aria-label', describeChart(app));
    // the canvas reads its colours from the page, so it must be part of it first
    requestAnimationFrame(draw);
  };
  return { element, update };
}

function describeChart({ view }: App): string {
  const rewards = view.levels.flatMap((l) => l.path ?? []);
  const [first, last] = [rewards[0] ?? null, rewards.at(-1) ?? null];
  return `Line chart of rewards over ${view.levels.length} levels. The best path goes from ${formatScore(first)} to ${formatScore(last)}; its lowest reward is ${formatScore(rewards.length ? Math.min(...rewards) : null)}. The tree and the table below show all figures.`;
}

function createChartConfig(app: App): ChartConfiguration<'line', (number | null)[]> {
  const { levels, path } = app.view;
  const css = getComputedStyle(document.documentElement);
  const [ink, line, accent, second, band] = ['--ink', '--line', '--accent', '--second', '--band'].map((name) =>
    css.getPropertyValue(name).trim(),
  );
  const font = { family: css.getPropertyValue('--font').trim(), size: 12 };
  Object.assign(Chart.defaults.font, font);
  const base = { pointRadius: 0, borderWidth: 0, spanGaps: true, clip: 8 };
  return {
    type: 'line',
    data: {
      labels: levels.map((l) => String(l.depth)),
      datasets: [
        {
          ...base,
          label: 'best path',
          data: levels.map((l) => l.path),
          borderColor: accent ?? '',
          backgroundColor: accent ?? '',
          borderWidth: 2.5,
          pointRadius: levels.length > 80 ? 0 : 3.5,
          pointStyle: 'circle',
        },
        {
          ...base,
          label: 'mean of the level',
          data: levels.map((l) => l.mean),
          borderColor: second ?? '',
          backgroundColor: second ?? '',
          borderWidth: 2,
          borderDash: [5, 4],
          pointStyle: 'line',
        },
        {
          ...base,
          label: 'lowest to highest',
          data: levels.map((l) => l.high),
          backgroundColor: band ?? '',
          fill: '+1',
          pointStyle: 'rect',
        },
        { ...base, label: 'lowest', data: levels.map((l) => l.low) },
      ],
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      color: ink ?? '',
      layout: { padding: { top: 4, right: 8 } },
      interaction: { mode: 'index', intersect: false },
      onClick: (_, [hit]) => {
        const id = hit && path[hit.index];
        if (id !== undefined) app.select(id, 'go');
      },
      scales: {
        x: {
          title: { display: true, text: 'level', color: ink ?? '' },
          ticks: { color: ink ?? '', maxRotation: 0 },
          grid: { display: false },
          border: { color: line ?? '' },
        },
        y: {
          suggestedMin: 3,
          max: 5,
          ticks: { color: ink ?? '', stepSize: 1 },
          grid: { color: line ?? '' },
          border: { display: false },
        },
      },
      plugins: {
        legend: {
          align: 'start',
          labels: {
            color: ink ?? '',
            usePointStyle: true,
            boxHeight: 7,
            boxWidth: 16,
            padding: 14,
            filter: ({ text }) => text !== 'lowest',
          },
        },
        tooltip: {
          callbacks: {
            title: ([item]) => `Level ${item?.label}`,
            label: ({ dataset, parsed }) =>
              `${dataset.label === 'lowest to highest' ? 'highest' : dataset.label}: ${formatScore(parsed.y)}`,
          },
        },
      },
    },
  };
}
