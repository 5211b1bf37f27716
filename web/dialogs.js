/** Questions the page asks a person, and short answers. */
import { call } from './connection.js';
import { byId } from './dom.js';

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer;

/** @param {string} said */
export function showToast(said) {
  const toast = byId('toast', HTMLElement);
  toast.textContent = said;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    toast.hidden = true;
  }, 6000);
}

/**
 * Asks for a reason, acts, and says what came of it.
 * @param {string} title
 * @param {string} about
 * @param {(reason: string) => Promise<{ ok: true, value: any } | { ok: false, detail: string }>} act
 */
export async function askAndAct(title, about, act) {
  const dialog = byId('ask', HTMLDialogElement);
  const reason = byId('ask-reason', HTMLInputElement);
  byId('ask-title', HTMLElement).textContent = title;
  byId('ask-text', HTMLElement).textContent = about;
  reason.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  reason.focus();
  const isMeant = await new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
  if (!isMeant) return;
  const outcome = await act(reason.value.trim());
  showToast(outcome.ok ? (outcome.value.detail ?? 'Done.') : outcome.detail);
}

/** Resolves once a key was accepted. */
export async function waitForLogin() {
  const dialog = byId('login', HTMLDialogElement);
  const form = byId('login-form', HTMLFormElement);
  const key = byId('login-key', HTMLInputElement);
  const answer = byId('login-answer', HTMLOutputElement);
  if (!dialog.open) dialog.showModal();
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      form.addEventListener('submit', async (event) => {
        event.preventDefault();
        answer.textContent = '';
        const outcome = await call('POST', '/api/v1/session', { key: key.value.trim() });
        key.value = '';
        if (!outcome.ok) {
          answer.textContent = outcome.detail;
          return;
        }
        dialog.close();
        resolve();
      });
    })
  );
}

byId('ask-form', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  byId('ask', HTMLDialogElement).close('yes');
});
byId('ask-no', HTMLButtonElement).addEventListener('click', () => {
  byId('ask', HTMLDialogElement).close('no');
});
