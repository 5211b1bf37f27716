/** The top of the page: where we trade, how the account stands, the kill switch, incidents. */
import { call } from './connection.js';
import { askAndAct } from './dialogs.js';
import { byId, el } from './dom.js';
import { dollars, time, words } from './format.js';
import { state } from './state.js';

/** @type {readonly { to: string, text: string, help: string }[]} */
const KILL = [
  { to: 'ACTIVE', text: 'Active', help: 'Trade.' },
  { to: 'PAUSE', text: 'Pause', help: 'No new entries; working ones are cancelled; exits go on.' },
  { to: 'REDUCE_ONLY', text: 'Reduce', help: 'Only what makes positions smaller.' },
  { to: 'HALT', text: 'Halt', help: 'Nothing new at all; resting exits stay at the broker.' },
  { to: 'FLATTEN', text: 'Flatten', help: 'Sells everything held, by limit.' },
];

export function drawHeader() {
  const { desk } = state;
  if (desk === null) return;
  const badge = byId('badge', HTMLElement);
  badge.textContent = desk.environment;
  badge.className = `badge ${desk.environment.startsWith('LIVE') ? 'production' : ''}`;
  document.title = `${desk.killState === 'ACTIVE' ? '' : `${desk.killState} · `}Strikewire ${desk.environment}`;
  byId('kill-reason', HTMLElement).textContent =
    desk.killState === 'ACTIVE' ? '' : `${words(desk.killState)}: ${desk.killReason ?? ''}`;
  byId('figures', HTMLElement).replaceChildren(...figures());
  drawKillSwitch();
  drawIncidents();
}

function figures() {
  const { desk } = state;
  if (desk === null) return [];
  const { account, counters, journal } = desk;
  /** @type {[string, string | number, string?][]} */
  const shown = [
    ['buying power', dollars(account?.availableBuyingPower ?? null)],
    ['at the open', dollars(account?.initialBuyingPower ?? null)],
    ['premium open', dollars(account?.premiumOpen ?? null)],
    ['result today', dollars(account?.dayResult ?? null), sign(account?.dayResult ?? null)],
    ['messages', counters.messages],
    ['instructions', counters.instructions],
    ['refused', counters.refused],
    ['chatter', counters.chatter],
    ['open trades', `${counters.openTrades} of ${counters.trades}`],
    ['orders sent', counters.ordersSent],
    ['price steps', counters.priceSteps],
    ['fills', counters.fills],
    [
      'on record',
      journal === null ? desk.seq : journal.durableSeq,
      journal?.writable === false ? 'bad' : '',
    ],
  ];
  return shown.map(([name, value, kind]) =>
    el(
      'div',
      { class: `figure ${kind ?? ''}` },
      el('span', { class: 'quiet' }, name),
      el('strong', {}, value),
    ),
  );
}

/** @param {string | null} amount */
function sign(amount) {
  if (amount === null || /^-?0(\.0+)?$/.test(amount)) return '';
  return amount.startsWith('-') ? 'bad' : 'good';
}

export function drawKillSwitch() {
  const place = byId('kill-buttons', HTMLElement);
  const now = state.desk?.killState ?? null;
  const shown = place.getAttribute('data-shown');
  if (shown === String(now)) return;
  place.setAttribute('data-shown', String(now));
  place.replaceChildren(
    ...KILL.map(({ to, text, help }) =>
      el(
        'button',
        {
          type: 'button',
          class: `segment ${to.toLowerCase()}`,
          'aria-pressed': String(to === now),
          title: help,
          onclick: () => void setKillState(to, text, help),
        },
        text,
      ),
    ),
  );
}

/** @param {string} to @param {string} text @param {string} help */
async function setKillState(to, text, help) {
  await askAndAct(`${text}?`, help, async (reason) =>
    call('PUT', '/api/v1/kill-state', {
      to,
      reason,
      ...(to === 'FLATTEN' ? { confirm: 'FLATTEN' } : {}),
    }),
  );
}

function drawIncidents() {
  const place = byId('incidents', HTMLElement);
  place.hidden = state.incidents.length === 0;
  place.replaceChildren(
    ...state.incidents
      .slice(0, 3)
      .map((incident) =>
        el(
          'p',
          {},
          el('time', {}, time(incident.at)),
          ` ${words(incident.code)}: ${incident.text}`,
        ),
      ),
  );
}
