// A line chart in SVG of one curve that grows, or of several side by side. It keeps the points: .NET sends each point once, however often the curve is drawn.
const svg = (name, attributes = {}) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};
const left = 56, right = 12, top = 10, bottom = 24, height = 190;

export function create(host) {
  // The page may have been left while this file was loaded.
  if (!host) return null;
  let curves = [{ steps: [], values: [] }];
  const root = svg('svg', { height, width: '100%', 'aria-hidden': 'true' });
  const grid = svg('g', { class: 'chart-grid' });
  const lines = svg('g');
  const marks = svg('g', { visibility: 'hidden' });
  root.append(grid, lines, marks);
  host.append(root);
  let scaleX = () => 0, scaleY = () => 0, frame = 0, wantsLog = false, smoothing = 0;

  const draw = () => {
    frame = 0;
    const width = host.clientWidth;
    const shown = curves.filter(curve => curve.steps.length > 0);
    if (width === 0 || shown.length === 0) return;
    let low = Math.min(...shown.map(curve => Math.min(...curve.values))), high = Math.max(...shown.map(curve => Math.max(...curve.values)));
    const logarithmic = wantsLog && low > 0;
    if (low === high && logarithmic) { low /= 1.1; high *= 1.1; }
    else if (low === high) { low -= Math.abs(low) * 0.1 || 1; high += Math.abs(high) * 0.1 || 1; }
    const place = logarithmic ? Math.log : value => value;
    const first = Math.min(...shown.map(curve => curve.steps[0])), last = Math.max(...shown.map(curve => curve.steps[curve.steps.length - 1]));
    scaleX = step => left + (last === first ? 0.5 : (step - first) / (last - first)) * (width - left - right);
    scaleY = value => top + (place(high) - place(value)) / (place(high) - place(low)) * (height - top - bottom);
    lines.replaceChildren();
    curves.forEach(({ steps, values }, i) => {
      if (steps.length === 1) lines.append(svg('circle', { class: `chart-dot chart-dot-${i}`, r: 4, cx: scaleX(steps[0]), cy: scaleY(values[0]) }));
      if (steps.length < 2) return;
      const path = drawn => steps.map((step, at) => `${at === 0 ? 'M' : 'L'}${scaleX(step).toFixed(1)} ${scaleY(drawn[at]).toFixed(1)}`).join('');
      // What was measured stays to be seen behind its mean.
      if (smoothing > 0) lines.append(svg('path', { class: `chart-line chart-line-${i} chart-raw`, d: path(values) }));
      lines.append(svg('path', { class: `chart-line chart-line-${i}`, d: path(smoothing > 0 ? smoothed(values, smoothing) : values) }));
    });
    grid.replaceChildren();
    for (const value of logarithmic ? logTicks(low, high) : ticks(low, high, 4)) {
      const y = scaleY(value);
      grid.append(svg('line', { x1: left, x2: width - right, y1: y, y2: y }));
      label(grid, number(value), left - 8, y + 4, 'end');
    }
    label(grid, number(first), left, height - 6, 'start');
    if (last !== first) label(grid, number(last), width - right, height - 6, 'end');
  };
  const redraw = () => { frame ||= requestAnimationFrame(draw); };
  const sizes = new ResizeObserver(redraw);
  sizes.observe(host);

  root.addEventListener('pointermove', event => {
    const x = event.clientX - root.getBoundingClientRect().left;
    marks.replaceChildren();
    let row = 0;
    curves.forEach(({ steps, values }, i) => {
      if (steps.length === 0) return;
      let near = 0;
      for (let at = 1; at < steps.length; at++) if (Math.abs(scaleX(steps[at]) - x) < Math.abs(scaleX(steps[near]) - x)) near = at;
      const at = scaleX(steps[near]);
      marks.append(svg('circle', { class: `chart-dot chart-dot-${i}`, r: 4, cx: at, cy: scaleY(values[near]) }));
      const tip = svg('text', { class: 'chart-tip', x: at, y: top + 8 + 13 * row++, 'text-anchor': at > host.clientWidth / 2 ? 'end' : 'start' });
      tip.textContent = `${curves.length > 1 ? `${i + 1}: ` : ''}${number(values[near])} at ${steps[near]}`;
      marks.append(tip);
    });
    marks.setAttribute('visibility', 'visible');
  });
  root.addEventListener('pointerleave', () => marks.setAttribute('visibility', 'hidden'));

  return {
    append: (newSteps, newValues, anew) => {
      const [{ steps, values }] = curves;
      if (anew) steps.length = values.length = 0;
      steps.push(...newSteps);
      values.push(...newValues);
      redraw();
    },
    show: several => { curves = several; redraw(); },
    smooth: weight => { smoothing = weight; redraw(); },
    scale: logarithmic => { wantsLog = logarithmic; redraw(); },
    remove: () => { sizes.disconnect(); cancelAnimationFrame(frame); root.remove(); },
  };
}

// The mean of the values so far, older ones weighing less by each step; the first ones are not drawn towards 0.
export function smoothed(values, weight) {
  let sum = 0, weights = 0;
  return values.map(value => {
    sum = sum * weight + value;
    weights = weights * weight + 1;
    return sum / weights;
  });
}

function label(group, text, x, y, anchor) {
  const element = svg('text', { x, y, 'text-anchor': anchor });
  element.textContent = text;
  group.append(element);
}

function ticks(low, high, wanted) {
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) found.push(value);
  return found;
}

// Powers of ten, with 2 and 5 between them where there are few; a span without any gets its ends.
function logTicks(low, high) {
  const found = [], wide = high / low > 1000;
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    for (const factor of wide ? [1] : [1, 2, 5]) if (power * factor >= low && power * factor <= high) found.push(power * factor);
  }
  return found.length > 1 ? found : [low, high];
}

function number(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e6)) return value.toExponential(1);
  return String(Number(value.toPrecision(4)));
}
