/** Readings, as every part of the parser ends in one. */
import type { AlertField, ContextExit, ParsedAlert, Reading, Span, Verdict } from '../../model.ts';
import type { PARSER_REASONS } from '../../parser-reasons.ts';

export type ParserCode = keyof typeof PARSER_REASONS;

export type Spans = Partial<Record<AlertField, Span>>;

export function refused(code: ParserCode, detail: string): Reading {
  return { verdict: 'refused', code, alert: null, contextExit: null, spans: {}, detail };
}

export function nothing(
  verdict: Exclude<Verdict, 'order' | 'exit'>,
  code: ParserCode,
  detail: string,
): Reading {
  return { verdict, code, alert: null, contextExit: null, spans: {}, detail };
}

export function exitWithoutContract(exit: ContextExit, spans: Spans, detail: string): Reading {
  const code = exit.partial ? 'context_trim' : 'context_exit';
  return { verdict: 'update', code, alert: null, contextExit: exit, spans, detail };
}

export function instruction(alert: ParsedAlert, spans: Spans, detail: string): Reading {
  const opens = alert.action === 'BTO' || alert.action === 'STO';
  return {
    verdict: opens ? 'order' : 'exit',
    code: opens ? 'entry' : 'exit',
    alert,
    contextExit: null,
    spans,
    detail,
  };
}
