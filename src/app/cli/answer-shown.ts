/** The desk's answer as it came over HTTP: read before it is believed. */
import { z } from 'zod';

const Span = z.object({ from: z.number(), to: z.number() });

/** As much of `AnswerJson` as the terminal shows. */
export const Answer = z.object({
  verdict: z.string(),
  code: z.string(),
  detail: z.string(),
  environment: z.string(),
  tradeId: z.string().optional(),
  alert: z.record(z.string(), z.unknown()).nullable(),
  spans: z.record(z.string(), Span),
  sizing: z
    .object({
      quantity: z.number(),
      bound: z.string(),
      lines: z.array(z.object({ label: z.string(), value: z.string() })),
    })
    .nullable(),
  gates: z.array(z.object({ gate: z.string(), outcome: z.string(), detail: z.string() })),
  orders: z.array(
    z.object({
      role: z.string(),
      side: z.string(),
      symbol: z.string(),
      quantity: z.number(),
      limit: z.string().nullable(),
      note: z.string(),
    }),
  ),
  repairs: z.array(z.object({ text: z.string(), why: z.string() })),
  candidates: z.array(z.string()),
  reason: z.object({ means: z.string(), remedy: z.string() }).optional(),
});
