import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { bundleScript, collectLicences, writeOrCheck } from './bundle.ts';

const root = join(import.meta.dirname, '..');
const writePlotFile = (file: string, text: string): void =>
  writeOrCheck(join(root, 'evals', 'plots', file), text, 'bundle-charts.ts');

/** The parts of ECharts that the plots are drawn with: its renderer of SVG texts needs neither browser nor canvas. */
const ECHARTS_ENTRY = `
import { init, use } from 'echarts/core';
import { CustomChart, HeatmapChart, LineChart, RadarChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, RadarComponent, TitleComponent, VisualMapContinuousComponent } from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
use([CustomChart, HeatmapChart, LineChart, RadarChart, ScatterChart, GridComponent, LegendComponent, RadarComponent,
  TitleComponent, VisualMapContinuousComponent, LabelLayout, SVGRenderer]);
export function draw(option, width, height) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}`;

const stdin = { contents: ECHARTS_ENTRY, resolveDir: root };
const script = await bundleScript({ stdin, globalName: 'charts', define: { 'process.env.NODE_ENV': '"production"' } });
if (stripTypeScriptTypes(script) !== script)
  throw new Error('expected a script that reads the same as TypeScript, got one that does not');
const text = `// @ts-nocheck: made by scripts/bundle-charts.ts from the package echarts, which is large and mostly not needed; run it again after an update.
// Its licences: echarts.licences.txt.
${script}
import type { EChartsOption } from 'echarts';

/** Draws a chart as an SVG text; width and height in pixels. */
export const draw: (option: EChartsOption, width: number, height: number) => string = charts.draw;
`;
writePlotFile('echarts.ts', text);
writePlotFile('echarts.licences.txt', collectLicences(['echarts', 'zrender']));
