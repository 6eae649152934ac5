'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  // One for all: toLocaleString would make one a call, and there are thousands.
  const format = new Intl.NumberFormat('en-US');
  const grouped = n => format.format(n);
  const hex = n => '0x' + n.toString(16);
  const size = n => {
    if (n < 1e6) return grouped(n) + (n === 1 ? ' byte' : ' bytes');
    const units = ['KiB', 'MiB', 'GiB', 'TiB'];
    let unit = -1;
    while (n >= 1024 && unit < units.length - 1) { n /= 1024; unit++; }
    return n.toFixed(n < 10 ? 1 : 0).replace('.0', '') + ' ' + units[unit];
  };
  const count = (n, noun) => grouped(n) + ' ' + noun + (n === 1 ? '' : 's');
  const share = (part, whole) => whole > 0 ? (100 * part / whole).toFixed(1) + '%' : '';
  const age = s => s < 60 ? s + 's' : s < 3600 ? Math.floor(s / 60) + 'm' : s < 86400 ? Math.floor(s / 3600) + 'h'
      : Math.floor(s / 86400) + 'd';
  const make = (element, className, text) => {
    const made = document.createElement(element);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  /** Buttons of which one is pressed. */
  const choices = (place, names, chosen) => {
    const buttons = names.map((name, i) => {
      const button = make('button', '', name);
      button.type = 'button';
      button.setAttribute('aria-pressed', String(i === 0));
      button.addEventListener('click', () => {
        buttons.forEach(other => other.setAttribute('aria-pressed', String(other === button)));
        chosen(i);
      });
      place.append(button);
      return button;
    });
  };

  // ---------------------------------------------------------------- the map
  // Of a cell: bytes, slack, blocks, leaked, quarantined, tag, process, age; none where nothing is.
  const map = data.map;
  const BYTES = 0, SLACK = 1, BLOCKS = 2, LEAKED = 3, BROKEN = 4, TAG = 5, PROCESS = 6, AGE = 7;
  const place = document.getElementById('cells');
  const text = document.getElementById('cell');
  const legend = document.getElementById('legend');
  const ages = map.cells.filter(c => c.length && c[AGE] >= 0).map(c => c[AGE]);
  const youngest = ages.reduce((a, b) => Math.min(a, b), Infinity);
  const oldest = ages.reduce((a, b) => Math.max(a, b), 0);
  const cells = map.cells.map((c, i) => {
    const cell = make('i', c.length ? '' : i * map.cell < map.tables ? 'sys' : '');
    if (c[LEAKED] > 0) cell.classList.add('leaked');
    if (c[BROKEN] > 0) cell.classList.add('broken');
    return cell;
  });
  place.append(...cells);
  const colourOf = n => 'var(--c' + Math.min(n, 8) + ')';
  const older = seconds => {
    const from = Math.log1p(youngest), to = Math.log1p(oldest);
    return to > from ? (Math.log1p(seconds) - from) / (to - from) : 1;
  };
  const shade = (colour, part) => 'color-mix(in srgb, ' + colour + ' ' + Math.round(100 * part) + '%, var(--free))';
  const key = (style, name, className) => {
    const entry = make('span');
    const sample = make('i', className);
    if (style) sample.style.backgroundColor = style;
    entry.append(sample, name);
    legend.append(entry);
  };
  const paint = by => {
    legend.replaceChildren();
    if (by === 2) {
      if (ages.length) {
        key(shade('var(--c4)', .25), 'youngest, ' + age(youngest));
        key(shade('var(--c4)', 1), 'oldest, ' + age(oldest));
      }
    } else {
      const names = by === 0 ? map.tags : map.processes;
      names.forEach((name, i) => key(colourOf(i), name || '(general)'));
      if (map.cells.some(c => c.length && c[by === 0 ? TAG : PROCESS] >= names.length)) key(colourOf(8), 'others');
    }
    key('var(--sys)', 'header and tables');
    key('var(--free)', 'free, or the books');
    if (map.cells.some(c => c[LEAKED] > 0)) key('', 'leaked blocks', 'leaked');
    if (map.cells.some(c => c[BROKEN] > 0)) key('var(--bad)', 'out of use');
    cells.forEach((cell, i) => {
      const c = map.cells[i];
      if (!c.length || !c[BYTES]) return;
      const full = .35 + .65 * Math.min(1, c[BYTES] / map.cell);
      const index = by === 0 ? c[TAG] : c[PROCESS];
      const names = by === 0 ? map.tags : map.processes;
      cell.style.backgroundColor = by === 2
        ? shade('var(--c4)', .25 + .75 * older(Math.max(0, c[AGE])))
        : shade(colourOf(index < names.length ? index : 8), full);
    });
  };
  let at = -1;
  const show = i => {
    if (i < 0 || i >= cells.length) return;
    if (at >= 0) cells[at].classList.remove('on');
    at = i;
    cells[at].classList.add('on');
    const c = map.cells[i];
    const from = i * map.cell, to = Math.min(map.size, from + map.cell);
    let words = hex(from) + ' – ' + hex(to) + ': ';
    if (!c.length) {
      words += from < map.tables ? 'header and tables' : 'no block begins here or reaches in here';
    } else {
      words += size(c[BYTES]) + ' in use, ' + share(c[BYTES], to - from) + ' of the cell';
      words += c[BLOCKS] ? '; ' + count(c[BLOCKS], 'block') + ' begin' + (c[BLOCKS] === 1 ? 's' : '') + ' here' : '';
      if (c[SLACK]) words += '; ' + size(c[SLACK]) + ' slack';
      if (c[BYTES]) {
        words += '. Most of it has tag ' + (c[TAG] < map.tags.length ? map.tags[c[TAG]] || '(general)' : 'of others')
          + ', and is held by ' + (c[PROCESS] < map.processes.length ? map.processes[c[PROCESS]] : 'others');
        if (c[AGE] >= 0) words += '; the oldest is there for ' + age(c[AGE]);
      }
      if (c[LEAKED]) words += '. ' + count(c[LEAKED], 'leaked block');
      if (c[BROKEN]) words += '. ' + count(c[BROKEN], 'block') + ' out of use';
    }
    text.textContent = words + '.';
  };
  const pick = event => {
    const i = cells.indexOf(event.target);
    if (i >= 0) show(i);
  };
  place.addEventListener('click', pick);
  place.addEventListener('keydown', event => {
    const columns = getComputedStyle(place).gridTemplateColumns.split(' ').length;
    const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns}[event.key];
    if (step) show(at < 0 ? 0 : at + step);
    else if (event.key === 'Home') show(0);
    else if (event.key === 'End') show(cells.length - 1);
    else return;
    event.preventDefault();
  });
  choices(document.getElementById('map-by'), ['Tag', 'Process', 'Age'], paint);
  paint(0);

  // ---------------------------------------------------------------- the flame graph
  const KIND = 0, NAME = 1, INNER = 4, ROW = 24, MOST = 4000;
  const flames = document.getElementById('flames');
  const said = document.getElementById('frame');
  const up = document.getElementById('flame-up');
  const root = data.flame;
  const above = new Map();
  const link = frame => frame[INNER].forEach(inner => { above.set(inner, frame); link(inner); });
  link(root);
  let zoomed = root, measure = 2;
  const hash = name => { let h = 0; for (const c of name) h = (h * 31 + c.codePointAt(0)) | 0; return Math.abs(h); };
  const colour = frame => {
    switch (frame[KIND]) {
      case 'r': return 'var(--soft)';
      case 'p': return shade('var(--c8)', .45);
      case 't': { const i = map.tags.indexOf(frame[NAME] === '(general)' ? '' : frame[NAME]); return shade(colourOf(i < 0 ? 8 : i), .6); }
      default: return shade('var(--c1)', .34 + .1 * (hash(frame[NAME]) % 4));
    }
  };
  const words = frame => frame[NAME] + ': ' + size(frame[2]) + ' in ' + count(frame[3], 'block') + ', '
    + share(frame[measure], root[measure]) + ' of all';
  let drawn;
  const button = (frame, left, width, depth, isAbove) => {
    const b = make('button', (width < .02 ? 'thin ' : '') + (isAbove ? 'above' : ''), width < .02 ? '' : frame[NAME]);
    b.type = 'button';
    b.tabIndex = -1;
    b.title = words(frame);
    b.setAttribute('aria-label', b.title);
    b.style.left = 100 * left + '%';
    b.style.width = 'calc(' + 100 * width + '% - 1px)';
    b.style.top = ROW * depth + 'px';
    b.style.background = colour(frame);
    b.frame = frame;
    drawn.set(frame, b);
  };
  const draw = () => {
    drawn = new Map();
    const path = [];
    for (let frame = zoomed; frame; frame = above.get(frame)) path.unshift(frame);
    path.slice(0, -1).forEach((frame, depth) => button(frame, 0, 1, depth, true));
    let deepest = path.length;
    const rest = [[zoomed, 0, 1, path.length - 1]];
    while (rest.length && drawn.size < MOST) {
      const [frame, left, width, depth] = rest.shift();
      button(frame, left, width, depth, false);
      deepest = Math.max(deepest, depth + 1);
      let next = left;
      for (const inner of frame[INNER]) {
        const part = frame[measure] > 0 ? width * inner[measure] / frame[measure] : 0;
        if (part > .0012) rest.push([inner, next, part, depth + 1]);
        next += part;
      }
    }
    flames.replaceChildren(...drawn.values());
    flames.style.height = ROW * deepest + 'px';
    up.disabled = zoomed === root;
    drawn.get(zoomed).tabIndex = 0;
    said.textContent = zoomed === root && said.dataset.used === undefined ? said.textContent : words(zoomed) + '.';
  };
  const zoom = frame => { said.dataset.used = ''; zoomed = frame; draw(); };
  const focus = frame => {
    const b = frame && drawn.get(frame);
    if (b) {
      flames.querySelectorAll('button').forEach(other => { other.tabIndex = -1; });
      b.tabIndex = 0;
      b.focus();
    }
  };
  flames.addEventListener('click', event => {
    const b = event.target.closest('button');
    if (b) { zoom(b.frame); focus(b.frame); }
  });
  flames.addEventListener('focusin', event => { if (event.target.frame) { said.dataset.used = ''; said.textContent = words(event.target.frame) + '.'; } });
  flames.addEventListener('keydown', event => {
    const frame = event.target.frame;
    if (!frame) return;
    const beside = step => { const all = above.get(frame); return all && all[INNER][all[INNER].indexOf(frame) + step]; };
    switch (event.key) {
      case 'ArrowDown': focus(frame[INNER][0]); break;
      case 'ArrowUp': focus(above.get(frame)); break;
      case 'ArrowLeft': focus(beside(-1)); break;
      case 'ArrowRight': focus(beside(1)); break;
      case 'Escape': zoom(above.get(zoomed) || root); focus(zoomed); break;
      default: return;
    }
    event.preventDefault();
  });
  up.addEventListener('click', () => zoom(root));
  choices(document.getElementById('flame-by'), ['Bytes', 'Blocks'], i => { measure = 2 + i; draw(); });
  draw();

  // ---------------------------------------------------------------- tables
  document.querySelectorAll('table').forEach(table => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const value = (row, i) => {
      const cell = row.cells[i];
      return cell.dataset.value !== undefined ? Number(cell.dataset.value) : cell.textContent.trim().toLowerCase();
    };
    heads.forEach((head, i) => {
      if (!head.textContent) return;
      const b = make('button', '', head.textContent);
      b.type = 'button';
      head.replaceChildren(b);
      b.addEventListener('click', () => {
        const first = head.classList.contains('n') ? 'descending' : 'ascending';
        const now = head.getAttribute('aria-sort');
        const order = now === null ? first : now === 'ascending' ? 'descending' : 'ascending';
        heads.forEach(other => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', order);
        const sign = order === 'ascending' ? 1 : -1;
        const rows = [...body.rows].map(row => [value(row, i), row]);
        rows.sort((a, b2) => sign * (a[0] < b2[0] ? -1 : a[0] > b2[0] ? 1 : 0));
        body.append(...rows.map(row => row[1]));
      });
    });
  });
  const filter = document.getElementById('filter');
  filter.addEventListener('input', () => {
    const wanted = filter.value.toLowerCase();
    for (const row of document.querySelector('#sites tbody').rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
    }
  });
})();
