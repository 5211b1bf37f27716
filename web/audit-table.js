/** The newest audit rows: every record of the desk, searchable, each one whole on request. */
import { call } from './connection.js';
import { byId, el } from './dom.js';
import { time } from './format.js';

const ROWS = 200;
const SHOWN = 100;
const WAIT_MS = 1500;

/** @type {any[]} */
let rows = [];
/** @type {ReturnType<typeof setTimeout> | null} */
let due = null;
/** @type {Set<number>} */
const unfolded = new Set();

const body = byId('audit-rows', HTMLTableSectionElement);
const find = byId('audit-find', HTMLInputElement);
find.addEventListener('input', draw);

/** Reads the rows again soon; many changes together cost one question. */
export function auditChanged() {
  due ??= setTimeout(refresh, WAIT_MS);
}

async function refresh() {
  due = null;
  const answer = await call('GET', `/admin/audit/recent?limit=${ROWS}`);
  if (!answer.ok) return;
  rows = answer.value.rows;
  draw();
}

function draw() {
  const wanted = find.value.trim().toLowerCase();
  const fitting = rows.filter(
    (row) => wanted === '' || JSON.stringify(row).toLowerCase().includes(wanted),
  );
  const nothing = el(
    'tr',
    {},
    el(
      'td',
      { colspan: 6, class: 'quiet' },
      rows.length === 0 ? 'Nothing is on record yet.' : 'No record fits.',
    ),
  );
  body.replaceChildren(
    ...(fitting.length === 0 ? [nothing] : fitting.slice(0, SHOWN).flatMap(drawRow)),
  );
}

/** @param {any} row */
function drawRow(row) {
  const isOpen = unfolded.has(row.seq);
  const toggle = () => {
    if (isOpen) unfolded.delete(row.seq);
    else unfolded.add(row.seq);
    draw();
    const again = body.querySelector(`button[data-seq="${row.seq}"]`);
    if (again instanceof HTMLElement) again.focus();
  };
  const line = el(
    'tr',
    {},
    el(
      'td',
      {},
      el(
        'button',
        {
          type: 'button',
          class: 'fold',
          'aria-expanded': String(isOpen),
          'data-seq': row.seq,
          onclick: toggle,
        },
        `${isOpen ? '▾' : '▸'} ${row.seq}`,
      ),
    ),
    el('td', {}, time(row.at)),
    el('td', {}, row.badge),
    el('td', { class: 'quiet' }, row.kind),
    el('td', {}, row.text),
    el('td', { class: 'quiet' }, row.actor),
  );
  if (!isOpen) return [line];
  const whole = el('pre', {}, JSON.stringify(row, null, 2));
  return [line, el('tr', { class: 'whole' }, el('td', { colspan: 6 }, whole))];
}
