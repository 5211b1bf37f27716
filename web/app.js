/** The page: what the desk sends, drawn; what a person does, sent. */
import { auditChanged } from './audit-table.js';
import { call, connect } from './connection.js';
import { askAndAct, showToast, waitForLogin } from './dialogs.js';
import { byId, el, replaceCard } from './dom.js';
import { day, time } from './format.js';
import { drawHeader, drawKillSwitch } from './header.js';
import { messageCard } from './message-card.js';
import { deskNow, state, takePulse, takeSnapshot, takeUpdate } from './state.js';
import { liveParts, tradeCard } from './trade-card.js';

/** @typedef {import('./state.js').TradeView} TradeView */

const messages = byId('messages', HTMLElement);
const trades = byId('trades', HTMLElement);
const text = byId('send-text', HTMLTextAreaElement);
const dryRun = byId('send-dry', HTMLInputElement);
const answer = byId('send-answer', HTMLOutputElement);
const onlyInstructions = byId('only-instructions', HTMLInputElement);

void connect({
  onSnapshot(snapshot) {
    takeSnapshot(/** @type {any} */ (snapshot));
    drawAll();
  },
  onUpdate(given) {
    const update = /** @type {any} */ (given);
    takeUpdate(update);
    if (update.kind === 'message') drawMessage(update.message.key);
    else if (update.kind === 'post') drawMessage(update.post.inReplyTo ?? '');
    else if (update.kind === 'trade') drawTrade(update.trade.id);
    drawHeader();
    auditChanged();
  },
  onPulse(pulse) {
    takePulse(/** @type {any} */ (pulse));
    drawLive();
  },
  onLink(link) {
    const wasLive = state.isLive;
    state.isLive = link === 'live';
    const gone = byId('gone', HTMLElement);
    gone.hidden = link !== 'gone';
    gone.textContent = `The desk does not answer. What stands here is as of ${time(deskNow())}, New York; prices are old. Trying again…`;
    const shown = byId('link', HTMLElement);
    shown.textContent = link;
    shown.className = `link ${link}`;
    document.body.classList.toggle('stale', link !== 'live');
    if (wasLive !== state.isLive) drawLive();
  },
  onLoginNeeded: waitForLogin,
});

function drawAll() {
  drawHeader();
  drawKillSwitch();
  drawMessages();
  drawTrades();
  drawLive();
  auditChanged();
}

function drawMessages() {
  const shown = [...state.messages.values()]
    .filter((message) => !onlyInstructions.checked || message.verdict !== 'chatter')
    .sort((a, b) => Date.parse(b.receivedAt) - Date.parse(a.receivedAt) || b.seq - a.seq);
  const empty = el(
    'p',
    { class: 'empty' },
    'Nobody has said anything yet. Say something above, or wait for the room.',
  );
  messages.replaceChildren(
    ...(shown.length === 0
      ? [empty]
      : shown.map((message) => messageCard(message, useText, release))),
  );
}

/** @param {string} key */
function drawMessage(key) {
  const message = state.messages.get(key);
  if (message === undefined) return;
  const isHidden = onlyInstructions.checked && message.verdict === 'chatter';
  const next = messageCard(message, useText, release);
  const old = document.getElementById(next.id);
  if (isHidden) old?.remove();
  else if (old !== null) replaceCard(old, next);
  else {
    messages.querySelector('.empty')?.remove();
    messages.prepend(next);
    while (messages.childElementCount > 200) messages.lastElementChild?.remove();
  }
}

function drawTrades() {
  const shown = [...state.trades.values()].sort(
    (a, b) =>
      Number(a.phase === 'done') - Number(b.phase === 'done') ||
      Date.parse(b.openedAt) - Date.parse(a.openedAt),
  );
  const empty = el(
    'p',
    { class: 'empty' },
    'No trade yet. The first alert that passes every gate opens one here.',
  );
  trades.replaceChildren(
    ...(shown.length === 0 ? [empty] : shown.map((trade) => tradeCard(trade, act))),
  );
}

/** @param {string} id */
function drawTrade(id) {
  const trade = state.trades.get(id);
  if (trade === undefined) return;
  const next = tradeCard(trade, act);
  const old = document.getElementById(next.id);
  const moves = old === null || old.classList.contains('done') !== (trade.phase === 'done');
  if (old !== null) replaceCard(old, next);
  if (moves) drawTrades();
}

/** Clock, countdowns and prices: once a second, without touching anything a person unfolds. */
function drawLive() {
  byId('clock', HTMLElement).textContent = state.isLive ? time(deskNow()) : '--:--:--';
  byId('day', HTMLElement).textContent = `${day(deskNow())}, New York`;
  for (const place of trades.querySelectorAll('.live[data-trade]')) {
    const trade = state.trades.get(place.getAttribute('data-trade') ?? '');
    if (trade !== undefined) place.replaceChildren(...liveParts(trade));
  }
}

/** @param {'cancel' | 'close'} what @param {TradeView} trade */
async function act(what, trade) {
  const title = what === 'cancel' ? 'Cancel the entry?' : `Sell the ${trade.held} held?`;
  await askAndAct(title, trade.contract, async (reason) =>
    call('POST', `/api/v1/trades/${trade.id}/${what}`, { reason }),
  );
}

/** @param {import('./state.js').MessageView} message */
async function release(message) {
  const outcome = await call('POST', '/api/v1/alerts/release', { message: message.key });
  showToast(outcome.ok ? `${outcome.value.verdict} (${outcome.value.code})` : outcome.detail);
}

/** @param {string} given */
function useText(given) {
  text.value = given;
  text.focus();
}

onlyInstructions.addEventListener('change', drawMessages);

byId('send', HTMLFormElement).addEventListener('submit', async (event) => {
  event.preventDefault();
  const said = text.value.trim();
  if (said === '') {
    answer.textContent = 'Write a message first, or press “Make me an example”.';
    text.focus();
    return;
  }
  answer.textContent = 'sent…';
  const body = { text: said, user_id: 'operator', channel_id: 'local', dry_run: dryRun.checked };
  const given = await call('POST', '/admin/alerts/process', body);
  if (!given.ok) {
    answer.textContent = given.detail;
    return;
  }
  const { verdict, code, detail, orders } = given.value;
  answer.textContent = [
    `${verdict} (${code})`,
    detail,
    ...orders.map(
      (/** @type {any} */ order) =>
        `${order.role}: ${order.side} ${order.quantity} ${order.symbol} at ${order.limit ?? 'market'} ${order.note}`,
    ),
  ].join('\n');
  if (verdict === 'order' || verdict === 'exit') text.value = '';
});

text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey) return;
  event.preventDefault();
  byId('send', HTMLFormElement).requestSubmit();
});

byId('send-example', HTMLButtonElement).addEventListener('click', async () => {
  const given = await call('GET', '/api/v1/alerts/example');
  if (!given.ok) showToast(given.detail);
  else if (given.value.text === null) showToast('The market offers nothing to alert right now.');
  else useText(given.value.text);
});
