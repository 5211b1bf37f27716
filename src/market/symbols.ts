/**
 * Names of options as others write them: OCC (21 characters, what the desk keeps) and the dotted
 * form of dxFeed and ThinkorSwim.
 *
 * Everything is read in full or refused; nothing is trimmed, completed or guessed. What the readers
 * accept, the writers give back: `formatOcc(parseOcc(x)) = x`, likewise for the dotted form.
 */
import { civilDate, type IsoDate, isoDate } from '#kernel/calendar.ts';
import { formatDecimal, parseDecimal, UNITS_PER_ONE } from '#kernel/decimal.ts';
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { asInstrumentSymbol, type InstrumentSymbol, type Right } from './instrument.ts';

export interface OptionParts {
  /** `SPXW`, `BRKB`, `RIVN1`: without `/` or `.`. */
  readonly root: string;
  readonly expiry: IsoDate;
  readonly right: Right;
  readonly strike: Price;
}

export interface SymbolFault {
  readonly kind: 'not_a_symbol' | 'no_such_date' | 'bad_root' | 'bad_strike' | 'bad_contract';
  readonly text: string;
}

const OCC = /^([A-Z0-9]{1,6}) *(\d{6})([CP])(\d{8})$/;
const OCC_LENGTH = 21;
/** The root is lazy: an adjusted one ends in a digit, `RIVN1` + `260116`. */
const DOTTED = /^\.([A-Z0-9]{1,6}?)(\d{6})([CP])(\d{1,5}(?:\.\d{1,3})?)$/;
const ROOT = /^[A-Z][A-Z0-9]{0,5}$/;
const ROOT_LENGTH = 6;
const UNITS_PER_MILL = UNITS_PER_ONE / 1000n;
/** The OCC symbol has eight digits for thousandths of a dollar. */
const STRIKE_MILLS_MAX = 99_999_999n;

/** Roots that name another underlying than themselves: share classes and PM or weekly series. */
const UNDERLYING_OF_ROOT: ReadonlyMap<string, string> = new Map([
  ['BRKA', 'BRK/A'],
  ['BRKB', 'BRK/B'],
  ['BFA', 'BF/A'],
  ['BFB', 'BF/B'],
  ['SPXW', 'SPX'],
  ['NDXP', 'NDX'],
  ['RUTW', 'RUT'],
  ['VIXW', 'VIX'],
  ['XSPW', 'XSP'],
]);

/** Reads `SPY   251219P00600000`: root padded to 6, yymmdd, right, strike × 1000 in 8 digits. */
export function parseOcc(text: string): Result<OptionParts, SymbolFault> {
  const match = text.length === OCC_LENGTH ? OCC.exec(text) : null;
  if (match === null) return err({ kind: 'not_a_symbol', text: shown(text) });
  const [, root = '', yymmdd = '', right = '', mills = ''] = match;
  return assemble({ text, root, yymmdd, right, units: BigInt(mills) * UNITS_PER_MILL });
}

export function formatOcc(parts: OptionParts): Result<InstrumentSymbol, SymbolFault> {
  const fault = optionFault(parts);
  if (fault !== null) return err(fault);
  const mills = String(parts.strike / UNITS_PER_MILL).padStart(8, '0');
  const root = parts.root.padEnd(ROOT_LENGTH, ' ');
  return ok(asInstrumentSymbol(root + yymmddOf(parts.expiry) + parts.right + mills));
}

/** Reads `.SPY251219P600`, `.XYZ261016C312.5`; a strike written another way is refused. */
export function parseDotted(text: string): Result<OptionParts, SymbolFault> {
  const match = text.length <= OCC_LENGTH + 2 ? DOTTED.exec(text) : null;
  if (match === null) return err({ kind: 'not_a_symbol', text: shown(text) });
  const [, root = '', yymmdd = '', right = '', strike = ''] = match;
  const units = parseDecimal(strike);
  // `00600000` would be an OCC strike behind a dot: six hundred thousand, or six hundred?
  if (!units.ok || shortDecimal(units.value) !== strike) {
    return err({ kind: 'bad_strike', text: shown(text) });
  }
  return assemble({ text, root, yymmdd, right, units: units.value });
}

export function formatDotted(parts: OptionParts): Result<string, SymbolFault> {
  const fault = optionFault(parts);
  if (fault !== null) return err(fault);
  return ok(`.${parts.root}${yymmddOf(parts.expiry)}${parts.right}${shortDecimal(parts.strike)}`);
}

/** `BRK/B` has options under `BRKB`; every other underlying under its own name. */
export function rootOf(underlying: string): string {
  return underlying.replace('/', '');
}

/** `BRKB` is `BRK/B`, `SPXW` is `SPX`, `RIVN1` is `RIVN`; most roots are their own underlying. */
export function underlyingOf(root: string): string {
  const plain = isAdjusted(root) ? root.slice(0, -1) : root;
  return UNDERLYING_OF_ROOT.get(plain) ?? plain;
}

/** After a split or merger OCC adds a digit: such a contract need not deliver 100 shares. */
export function isAdjusted(root: string): boolean {
  return /^[A-Z]+\d$/.test(root);
}

/** Without needless zeros: `600`, `22.5`, `0.5`. */
export function shortDecimal(units: bigint): string {
  return formatDecimal(units).replace(/\.?0+$/, '');
}

/** `2025-12-19` as `251219`. */
export function yymmddOf(day: IsoDate): string {
  return day.slice(2, 4) + day.slice(5, 7) + day.slice(8, 10);
}

/** `251219` as `2025-12-19`, or `null` when there is no such day. */
export function dateOfYymmdd(yymmdd: string): IsoDate | null {
  const [year, month, day] = [yymmdd.slice(0, 2), yymmdd.slice(2, 4), yymmdd.slice(4, 6)];
  return isoDate(2000 + Number(year), Number(month), Number(day));
}

export function isRight(text: string): text is Right {
  return text === 'C' || text === 'P';
}

/** At most as much of a refused text as is worth showing. */
export function shown(text: string): string {
  return text.slice(0, 40);
}

interface RawParts {
  readonly text: string;
  readonly root: string;
  readonly yymmdd: string;
  readonly right: string;
  readonly units: bigint;
}

function assemble({
  text,
  root,
  yymmdd,
  right,
  units,
}: RawParts): Result<OptionParts, SymbolFault> {
  const expiry = dateOfYymmdd(yymmdd);
  if (expiry === null) return err({ kind: 'no_such_date', text: shown(text) });
  if (!isRight(right)) return err({ kind: 'not_a_symbol', text: shown(text) });
  const parts = { root, expiry, right, strike: priceFromUnits(units) };
  const fault = optionFault(parts);
  return fault === null ? ok(parts) : err({ ...fault, text: shown(text) });
}

function optionFault({ root, expiry, strike }: OptionParts): SymbolFault | null {
  if (!ROOT.test(root)) return { kind: 'bad_root', text: shown(root) };
  const mills = strike / UNITS_PER_MILL;
  if (strike % UNITS_PER_MILL !== 0n || mills < 1n || mills > STRIKE_MILLS_MAX) {
    return { kind: 'bad_strike', text: formatDecimal(strike) };
  }
  const { year } = civilDate(expiry);
  return year < 2000 || year > 2099 ? { kind: 'no_such_date', text: expiry } : null;
}
