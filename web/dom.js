/**
 * Building the page without ever parsing a text as HTML: what a stranger typed stays a text.
 */

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 */

/**
 * An element with attributes and children. `on…` attributes are listeners, `class` is a class.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | ((event: Event) => void)>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null) element.setAttribute(name, String(value));
  }
  add(element, children);
  return element;
}

/**
 * The same for a picture.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  add(element, children);
  return element;
}

/** @param {Element} element @param {readonly Child[]} children */
function add(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(typeof child === 'number' ? String(child) : child);
  }
}

/**
 * The element of an id that the page is known to have.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`the page has an element ${id}`);
}

/**
 * Puts a new version of a card in the place of the old one: what was unfolded stays unfolded, and
 * the focus stays where it was.
 * @param {Element} old
 * @param {Element} next
 */
export function replaceCard(old, next) {
  const open = new Set([...old.querySelectorAll('details[open]')].map(nameOf));
  for (const details of next.querySelectorAll('details')) {
    details.open = open.has(nameOf(details));
  }
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const name = focused === null ? '' : nameOf(focused);
  old.replaceWith(next);
  if (name === '') return;
  const again = next.querySelector(`[data-name="${CSS.escape(name)}"]`);
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** @param {Element} element */
function nameOf(element) {
  return element.getAttribute('data-name') ?? '';
}
