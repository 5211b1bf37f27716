/** Which tokens can be part of an expiry, before it is known which expiry. */
import { isFree, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isWhole } from '../tokens/token.ts';

export function isExpiryPart(sheet: Sheet, index: number): boolean {
  if (!isFree(sheet, index)) return false;
  const token = tokenAt(sheet, index);
  switch (token.kind) {
    case 'slash':
    case 'glued_date':
    case 'dte':
      return true;
    case 'ordinal':
    case 'number':
      return isDayOfMonth(sheet, index);
    case 'word':
      return isExpiryWord(sheet, index);
    default:
      return false;
  }
}

/** `16` in `Oct 16`, `16 Oct` and `16 Oct 26`'s year; `0` in `0 DTE`. */
function isDayOfMonth(sheet: Sheet, index: number): boolean {
  const token = tokenAt(sheet, index);
  if (token.kind === 'number' && !isWhole(token)) return false;
  if (roleAt(sheet, index + 1) === 'dte') return true;
  const before = roleAt(sheet, index - 1);
  return before === 'month' || (roleAt(sheet, index + 1) === 'month' && token.value <= 31);
}

function isExpiryWord(sheet: Sheet, index: number): boolean {
  switch (roleAt(sheet, index)) {
    case 'month':
    case 'weekday':
    case 'relative':
    case 'weekly':
    case 'monthly':
    case 'dte':
    case 'expiry_label':
      return true;
    case 'this':
    case 'next':
      return isWeekWord(sheet, index + 1);
    case 'week':
    case 'w':
      return roleAt(sheet, index - 1) === 'next' || roleAt(sheet, index - 1) === 'this';
    default:
      return false;
  }
}

function isWeekWord(sheet: Sheet, index: number): boolean {
  const role = roleAt(sheet, index);
  return role === 'week' || role === 'w' || role === 'weekday';
}
