// The scaling plot of docs/performance.md as an SVG that reads on light and dark pages.

const WIDTH = 640;
const PANEL = 150;
const [LEFT, RIGHT, TOP] = [72, 24, 34];

const PANELS = [
  { key: 'load_ms', title: 'request → drawn (s)', scale: 1 / 1000 },
  { key: 'memory_mb', title: 'memory over the empty page (MB)', scale: 1 },
  { key: 'p99_ms', title: 'frame p99 while panning and zooming (ms)', scale: 1 },
];

const short = (n) => (n >= 1e6 ? `${n / 1e6} M` : `${n / 1e3} k`);
const tidy = (value) => (value >= 100 ? value.toFixed(0) : +value.toPrecision(2));

/** @param measured `[{points, load_ms, memory_mb, p99_ms}]` in order of points */
export function plot(measured) {
  const logs = measured.map(({ points }) => Math.log10(points));
  const x = (points) => LEFT + ((Math.log10(points) - logs[0]) / (logs.at(-1) - logs[0])) * (WIDTH - LEFT - RIGHT);
  const panels = PANELS.map(({ key, title, scale }, at) => {
    const values = measured.filter((one) => Number.isFinite(one[key])).map((one) => ({ points: one.points, value: Math.max(0, one[key] * scale) }));
    const most = Math.max(...values.map(({ value }) => value), 1e-9);
    const [top, bottom] = [at * PANEL + TOP, (at + 1) * PANEL - 12];
    // Both axes of the first two are logarithmic: what grows in proportion is a straight line.
    const isLog = key !== 'p99_ms';
    const least = isLog ? Math.min(...values.map(({ value }) => Math.max(value, most / 1e4))) : 0;
    const y = (value) => {
      const part = isLog ? Math.log(Math.max(value, least) / least) / Math.log(most / least || 1) : value / most;
      return bottom - (Number.isFinite(part) ? part : 0) * (bottom - top - 14);
    };
    const path = values.map(({ points, value }, n) => `${n ? 'L' : 'M'}${x(points).toFixed(1)} ${y(value).toFixed(1)}`).join('');
    const dots = values.map(({ points, value }) => `<circle cx="${x(points).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3"/><text x="${x(points).toFixed(1)}" y="${(y(value) - 8).toFixed(1)}">${tidy(value)}</text>`);
    return `<g><text class="title" x="8" y="${top - 14}">${title}</text><path class="axis" d="M${LEFT} ${bottom}H${WIDTH - RIGHT}"/><path class="line" d="${path}"/>${dots.join('')}</g>`;
  });
  const labels = measured.map(({ points }) => `<text x="${x(points).toFixed(1)}" y="${PANELS.length * PANEL + 8}">${short(points)}</text>`);
  const height = PANELS.length * PANEL + 20;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Load, memory and frame time from ${short(measured[0].points)} to ${short(measured.at(-1).points)} points">
<style>text{font:11px system-ui,sans-serif;text-anchor:middle;fill:#667}.title{text-anchor:start;font-weight:600}.axis{stroke:#8895;fill:none}.line{stroke:#2a78c8;stroke-width:2;fill:none}circle{fill:#2a78c8}</style>
${panels.join('\n')}
${labels.join('')}
</svg>
`;
}
