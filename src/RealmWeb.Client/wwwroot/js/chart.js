// A line chart in SVG. It keeps the points: .NET sends each point once, however often the curve is drawn.
const svg = (name, attributes = {}) => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};
const left = 56, right = 12, top = 10, bottom = 24, height = 190;

export function create(host) {
  const steps = [], values = [];
  const root = svg('svg', { height, width: '100%', 'aria-hidden': 'true' });
  const grid = svg('g', { class: 'chart-grid' });
  const line = svg('path', { class: 'chart-line' });
  const dot = svg('circle', { class: 'chart-dot', r: 4, visibility: 'hidden' });
  const tip = svg('text', { class: 'chart-tip', visibility: 'hidden' });
  root.append(grid, line, dot, tip);
  host.append(root);
  let scaleX = () => 0, scaleY = () => 0, frame = 0, wantsLog = false;

  const draw = () => {
    frame = 0;
    const width = host.clientWidth;
    if (width === 0 || steps.length === 0) return;
    let low = Math.min(...values), high = Math.max(...values);
    const logarithmic = wantsLog && low > 0;
    if (low === high && logarithmic) { low /= 1.1; high *= 1.1; }
    else if (low === high) { low -= Math.abs(low) * 0.1 || 1; high += Math.abs(high) * 0.1 || 1; }
    const place = logarithmic ? Math.log : value => value;
    const first = steps[0], last = steps[steps.length - 1];
    scaleX = step => left + (last === first ? 0.5 : (step - first) / (last - first)) * (width - left - right);
    scaleY = value => top + (place(high) - place(value)) / (place(high) - place(low)) * (height - top - bottom);
    line.setAttribute('d', steps.map((step, i) => `${i === 0 ? 'M' : 'L'}${scaleX(step).toFixed(1)} ${scaleY(values[i]).toFixed(1)}`).join(''));
    grid.replaceChildren();
    for (const value of logarithmic ? logTicks(low, high) : ticks(low, high, 4)) {
      const y = scaleY(value);
      grid.append(svg('line', { x1: left, x2: width - right, y1: y, y2: y }));
      label(grid, number(value), left - 8, y + 4, 'end');
    }
    label(grid, number(first), left, height - 6, 'start');
    if (last !== first) label(grid, number(last), width - right, height - 6, 'end');
    if (steps.length === 1) { dot.setAttribute('cx', scaleX(first)); dot.setAttribute('cy', scaleY(values[0])); dot.setAttribute('visibility', 'visible'); }
  };
  const redraw = () => { frame ||= requestAnimationFrame(draw); };
  const sizes = new ResizeObserver(redraw);
  sizes.observe(host);

  root.addEventListener('pointermove', event => {
    if (steps.length === 0) return;
    const x = event.clientX - root.getBoundingClientRect().left;
    let near = 0;
    for (let i = 1; i < steps.length; i++) if (Math.abs(scaleX(steps[i]) - x) < Math.abs(scaleX(steps[near]) - x)) near = i;
    const at = scaleX(steps[near]);
    dot.setAttribute('cx', at);
    dot.setAttribute('cy', scaleY(values[near]));
    tip.textContent = `${number(values[near])} at ${steps[near]}`;
    tip.setAttribute('x', at);
    tip.setAttribute('y', top + 8);
    tip.setAttribute('text-anchor', at > host.clientWidth / 2 ? 'end' : 'start');
    for (const element of [dot, tip]) element.setAttribute('visibility', 'visible');
  });
  root.addEventListener('pointerleave', () => { for (const element of [dot, tip]) element.setAttribute('visibility', 'hidden'); redraw(); });

  return {
    append: (newSteps, newValues, anew) => {
      if (anew) steps.length = values.length = 0;
      steps.push(...newSteps);
      values.push(...newValues);
      redraw();
    },
    scale: logarithmic => { wantsLog = logarithmic; redraw(); },
    remove: () => { sizes.disconnect(); cancelAnimationFrame(frame); root.remove(); },
  };
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
