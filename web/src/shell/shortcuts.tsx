/** Keys: `g` and a letter leads to a page, `Shift+H` halts, `/` searches, `?` tells of them all. */
import { Modal } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { useAskKill } from './kill-switch.tsx';
import { PLACES } from './places.ts';

const AFTER_G_MS = 1_200;

interface ShortcutsProps {
  readonly isHelpOpen: boolean;
  readonly onHelp: (isOpen: boolean) => void;
}

export function Shortcuts({ isHelpOpen, onHelp }: ShortcutsProps) {
  const [, navigate] = useLocation();
  const ask = useAskKill();
  const wentAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const follows = performance.now() - wentAt.current < AFTER_G_MS;
      wentAt.current = Number.NEGATIVE_INFINITY;
      const place = follows ? PLACES.find(({ key }) => key === event.key) : undefined;
      if (place !== undefined) navigate(place.path);
      else if (event.key === 'g') wentAt.current = performance.now();
      else if (event.key === '?') onHelp(true);
      else if (event.key === 'H') ask('HALT');
      else if (event.key === '/') search();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });

  return (
    <Modal
      opened={isHelpOpen}
      onClose={() => onHelp(false)}
      title="Keys of this page"
      lockScroll={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <table className="grid">
        <tbody>
          <Key keys={['Shift', 'H']} does="Halt the desk (asks first)" />
          <Key keys={['/']} does="Search on this page" />
          <Key keys={['?']} does="These keys" />
          <Key keys={['Esc']} does="Leave a dialog" />
          {PLACES.map(({ key, name }) => (
            <Key key={key} keys={['g', key]} does={name} />
          ))}
        </tbody>
      </table>
    </Modal>
  );
}

function Key({ keys, does }: { readonly keys: readonly string[]; readonly does: string }) {
  return (
    <tr>
      <th scope="row">
        <span className="row tight">
          {keys.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </span>
      </th>
      <td>{does}</td>
    </tr>
  );
}

function search(): void {
  const field = document.querySelector('input[type="search"]');
  if (field instanceof HTMLElement) field.focus();
}

function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null;
}
